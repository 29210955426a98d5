from governance.models.agenda import AgendaPublication, StandingItem
from governance.models.bodies import (
    Body,
    BodyAppointment,
    BodyUserObjectPermission,
    ReportingLine,
    Seat,
    SeatHolder,
)
from governance.models.circulation import Approval, Circulation, CommentAnswer, MinutesComment
from governance.models.decisions import Action, ActionUpdate, Decision, Ratification, ReferenceCounter
from governance.models.engagement import Engagement, EngagementPaper, EngagementPartner
from governance.models.escalations import Escalation, EscalationStep
from governance.models.evidence import ActionEvidence
from governance.models.feeds import CalendarFeed
from governance.models.interests import Interest
from governance.models.meetings import (
    CAME,
    AgendaItem,
    Attendance,
    KeyPoint,
    Marking,
    Meeting,
    MinutesCorrection,
    Quorum,
    Recommendation,
    Verb,
)
from governance.models.minutes_publication import MinutesPublication
from governance.models.notices import Notice
from governance.models.papers import Paper, PaperPage, PaperReading
from governance.models.positions import DecisionPublication, Position, Supersession
from governance.models.publication_draft import PublicationDraft
from governance.models.reminders import ActionReminder
from governance.models.reviews import (
    PracticeFile,
    RecommendationTheme,
    RecommendationUpdate,
    RegisterNote,
    Review,
    ReviewRecommendation,
    ReviewTheme,
)
from governance.models.series import MeetingSeries
from governance.models.terms import Terms

__all__ = [
    "CAME",
    "Action",
    "ActionEvidence",
    "ActionReminder",
    "ActionUpdate",
    "AgendaItem",
    "AgendaPublication",
    "Approval",
    "Attendance",
    "Body",
    "BodyAppointment",
    "BodyUserObjectPermission",
    "CalendarFeed",
    "Circulation",
    "CommentAnswer",
    "Decision",
    "DecisionPublication",
    "Engagement",
    "EngagementPaper",
    "EngagementPartner",
    "Escalation",
    "EscalationStep",
    "Interest",
    "KeyPoint",
    "Marking",
    "Meeting",
    "MeetingSeries",
    "MinutesComment",
    "MinutesCorrection",
    "MinutesPublication",
    "Notice",
    "Paper",
    "PaperPage",
    "PaperReading",
    "Position",
    "PracticeFile",
    "PublicationDraft",
    "Quorum",
    "Ratification",
    "Recommendation",
    "RecommendationTheme",
    "RecommendationUpdate",
    "ReferenceCounter",
    "RegisterNote",
    "ReportingLine",
    "Review",
    "ReviewRecommendation",
    "ReviewTheme",
    "Seat",
    "SeatHolder",
    "StandingItem",
    "Supersession",
    "Terms",
    "Verb",
]
