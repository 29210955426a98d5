from governance.models.bodies import (
    Body,
    BodyAppointment,
    BodyUserObjectPermission,
    ReportingLine,
    Seat,
    SeatHolder,
)
from governance.models.decisions import Action, ActionUpdate, Decision, ReferenceCounter
from governance.models.meetings import (
    AgendaItem,
    Attendance,
    KeyPoint,
    Marking,
    Meeting,
    MinutesCorrection,
    Paper,
    Recommendation,
    Verb,
)
from governance.models.terms import Terms

__all__ = [
    "Action",
    "ActionUpdate",
    "AgendaItem",
    "Attendance",
    "Body",
    "BodyAppointment",
    "BodyUserObjectPermission",
    "Decision",
    "KeyPoint",
    "Marking",
    "Meeting",
    "MinutesCorrection",
    "Paper",
    "Recommendation",
    "ReferenceCounter",
    "ReportingLine",
    "Seat",
    "SeatHolder",
    "Terms",
    "Verb",
]
