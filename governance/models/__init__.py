from governance.models.bodies import (
    Body,
    BodyAppointment,
    BodyUserObjectPermission,
    ReportingLine,
    Seat,
    SeatHolder,
)
from governance.models.decisions import Action, ActionUpdate, Decision, Ratification, ReferenceCounter
from governance.models.meetings import (
    AgendaItem,
    Attendance,
    KeyPoint,
    Marking,
    Meeting,
    MinutesCorrection,
    Paper,
    PaperReading,
    Quorum,
    Recommendation,
    Verb,
)
from governance.models.reminders import ActionReminder
from governance.models.terms import Terms

__all__ = [
    "Action",
    "ActionReminder",
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
    "PaperReading",
    "Quorum",
    "Ratification",
    "Recommendation",
    "ReferenceCounter",
    "ReportingLine",
    "Seat",
    "SeatHolder",
    "Terms",
    "Verb",
]
