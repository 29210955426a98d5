"""What search looks into: the kinds of records, their words, and how each is shown."""

from dataclasses import replace
from typing import Any

from django.db.models import (
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    TextField,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from governance.models import (
    Action,
    AgendaItem,
    Body,
    CommentAnswer,
    Decision,
    Engagement,
    Escalation,
    KeyPoint,
    Meeting,
    MinutesComment,
    Paper,
    PaperPage,
    Recommendation,
    Review,
    ReviewRecommendation,
)
from milestones.models import AgreementParty, DeliveryAction, Milestone, Priority
from svd_portal.home.models import Report
from svd_portal.home.models.reports import TEXTS
from svd_portal.home.selectors.kinds import (
    CANCELLED,
    NOTHING,
    STATE_WITHDRAWN,
    WITHDRAWN,
    Kind,
    Walk,
    state_of,
)
from svd_portal.home.selectors.searched_money import MONEY, OF_DECISION
from svd_portal.kit.queries import DayOf
from svd_portal.kit.words import Match, MatchInTurn, WordsOf, texts


def _meetings_of_found_bodies(user: Any, partnership: Any, asked: Any) -> Any:
    """A meeting is called by its body's name."""
    bodies = Body.objects.for_user(user, partnership).filter(Match(WordsOf("name"), asked))
    return Q(body__in=bodies.order_by().values("pk"))


def _papers_that_say_it(user: Any, partnership: Any, asked: Any) -> Any:
    """A paper is found by the words in its file: whoever may read the paper may read these."""
    pages = PaperPage.objects.filter(Match(WordsOf("text"), asked), partnership=partnership)
    return Q(pk__in=pages.order_by().values("paper"))


def _a_page_says_it(asked: Any) -> Any:
    return Exists(PaperPage.objects.filter(MatchInTurn(WordsOf("text"), asked), paper=OuterRef("pk")))


def _found_page(asked: Any) -> Any:
    """The first page of a paper that says what was asked for."""
    pages = PaperPage.objects.filter(Match(WordsOf("text"), asked), paper=OuterRef("pk"))
    return Coalesce(Subquery(pages.order_by("number").values("text")[:1]), NOTHING)


def _comments_answered_so(user: Any, partnership: Any, asked: Any) -> Any:
    """A comment on minutes is found by the words of its answer."""
    answers = CommentAnswer.objects.for_user(user, partnership).filter(Match(WordsOf("text"), asked))
    return Q(pk__in=answers.order_by().values("comment"))


_OFFERED = Q(withdrawn=False, replaced_by__isnull=True, item__withdrawn=False)
_BY_MEETING = Walk(meeting="item__meeting")
_UNDER_ITEM: dict[str, Any] = {
    "day": DayOf("item__meeting__starts_at"),
    "within": F("item__meeting__body__name"),
    "page": "item__meeting",
    "route": "governance:meeting",
    "standing": Q(withdrawn=False, item__withdrawn=False),
    "day_is": _("meeting of"),
    "walks": [_BY_MEETING],
}
KINDS = [
    Kind(
        "body",
        _("Body"),
        _("Bodies"),
        Body,
        WordsOf("name", "code", "purpose"),
        day=F("first_day"),
        title=F("name"),
        text=F("purpose"),
        route="governance:body",
        day_is=_("since"),
    ),
    Kind(
        "meeting",
        _("Meeting"),
        _("Meetings"),
        Meeting,
        WordsOf("place"),
        day=DayOf("starts_at"),
        title=F("body__name"),
        text=F("place"),
        route="governance:meeting",
        also=_meetings_of_found_bodies,
        state=state_of(Q(status=Meeting.Status.CANCELLED), CANCELLED),
    ),
    Kind(
        "item",
        _("Agenda item"),
        _("Agenda items"),
        AgendaItem,
        WordsOf("title", "summary", "sent", "witnesses"),
        day=DayOf("meeting__starts_at"),
        title=F("title"),
        text=texts("summary", "sent", "witnesses"),
        within=F("meeting__body__name"),
        page="meeting",
        route="governance:meeting",
        anchor="#item-{}",
        standing=Q(withdrawn=False),
        day_is=_("meeting of"),
        walks=[Walk(meeting="meeting")],
    ),
    Kind(
        "recommendation",
        _("Recommendation"),
        _("Recommendations"),
        Recommendation,
        WordsOf("text"),
        title=F("item__title"),
        text=F("text"),
        **_UNDER_ITEM,
    ),
    Kind(
        "point",
        _("Key point"),
        _("Key points"),
        KeyPoint,
        WordsOf("text"),
        title=F("item__title"),
        text=F("text"),
        anchor="#point-{}",
        **_UNDER_ITEM,
    ),
    Kind(
        "comment",
        _("Comment on minutes"),
        _("Comments on minutes"),
        MinutesComment,
        WordsOf("text", "source"),
        day=F("made_on"),
        title=Coalesce("item__title", "meeting__body__name", output_field=TextField()),
        text=texts("text", "answer__text", "source"),
        within=F("meeting__body__name"),
        page="meeting",
        route="governance:minutes",
        anchor="#comment-{}",
        standing=Q(item__isnull=True) | Q(item__withdrawn=False),
        also=_comments_answered_so,
        day_is=_("made on"),
    ),
    Kind(
        "paper",
        _("Paper"),
        _("Papers"),
        Paper,
        WordsOf("title"),
        title=F("title"),
        text=_found_page,
        also=_papers_that_say_it,
        told_by=(PaperPage, WordsOf("text")),
        **_UNDER_ITEM
        | {
            "route": "governance:paper",
            "page": "pk",
            "standing": _OFFERED,
            "walks": [replace(_BY_MEETING, also=_a_page_says_it)],
        },
    ),
    Kind(
        "decision",
        _("Decision"),
        _("Decisions"),
        Decision,
        OF_DECISION,
        day=F("taken_on"),
        title=texts("reference", "title", between=" "),
        text=texts("text", "reasons", "summary"),
        within=Coalesce("body__name", NOTHING, output_field=TextField()),
        route="governance:decision",
        state=STATE_WITHDRAWN,
        day_is=_("taken on"),
        walks=[Walk(F("taken_on"))],
    ),
    Kind(
        "action",
        _("Action"),
        _("Actions"),
        Action,
        WordsOf("reference", "text"),
        day=Coalesce(DayOf("item__meeting__starts_at"), DayOf("created_at")),
        title=F("reference"),
        text=F("text"),
        within=F("body__name"),
        route="governance:action",
        state=state_of(Q(status=Action.Status.WITHDRAWN), WITHDRAWN),
        day_is=_("raised on"),
        walks=[
            replace(_BY_MEETING, only=Q(item__isnull=False)),
            Walk(DayOf("created_at"), only=Q(item__isnull=True)),
        ],
    ),
    Kind(
        "review",
        _("Review"),
        _("Reviews"),
        Review,
        WordsOf("reference", "place", "note"),
        day=DayOf("created_at"),
        title=texts("reference", "place", between=" "),
        text=F("note"),
        route="governance:review",
        state=STATE_WITHDRAWN,
        day_is=_("recorded on"),
    ),
    Kind(
        "lesson",
        _("Lesson of a review"),
        _("Lessons of reviews"),
        ReviewRecommendation,
        WordsOf("text", "practice"),
        day=DayOf("created_at"),
        title=F("review__reference"),
        text=texts("text", "practice"),
        route="governance:recommendation",
        state=STATE_WITHDRAWN,
        day_is=_("recorded on"),
    ),
    Kind(
        "engagement",
        _("Engagement"),
        _("Engagement log"),
        Engagement,
        WordsOf("title", "audience", "heard", "changed"),
        day=DayOf("created_at"),
        title=F("title"),
        text=texts("audience", "heard", "changed"),
        route="governance:engagement_entry",
        state=STATE_WITHDRAWN,
        day_is=_("recorded on"),
    ),
    Kind(
        "escalation",
        _("Escalation"),
        _("Escalations"),
        Escalation,
        WordsOf("reference", "title", "asked", "why_now", "background"),
        day=F("raised_on"),
        title=texts("reference", "title", between=" "),
        text=texts("asked", "why_now", "background"),
        within=F("raised_by__name"),
        route="governance:escalation",
        state=state_of(Q(state=Escalation.State.WITHDRAWN), WITHDRAWN),
        day_is=_("raised on"),
    ),
    Kind(
        "milestone",
        _("Milestone"),
        _("Milestones"),
        Milestone,
        WordsOf("title", "source", "evidence"),
        day=F("due"),
        title=F("title"),
        text=texts("source", "evidence"),
        route="milestones:milestone",
        standing=Q(withdrawn=False),
        day_is=_("due"),
    ),
    Kind(
        "commitment",
        _("Commitment"),
        _("Commitments"),
        AgreementParty,
        WordsOf("commits"),
        day=Coalesce("agreement__adopted_on", DayOf("created_at")),
        title=F("partner__organisation__name"),
        text=F("commits"),
        within=F("agreement__title"),
        page="agreement",
        route="milestones:product",
        anchor="#parties",
        standing=Q(withdrawn_on__isnull=True),
        day_is=_("adopted on"),
    ),
    Kind(
        "priority",
        _("Priority"),
        _("Priorities"),
        Priority,
        WordsOf("title", "need"),
        day=DayOf("created_at"),
        title=F("title"),
        text=F("need"),
        route="milestones:priority",
        day_is=_("recorded on"),
    ),
    Kind(
        "delivery",
        _("Delivery action"),
        _("Delivery plan"),
        DeliveryAction,
        WordsOf("reference", "title", "objective", "outcome", "measure"),
        day=Coalesce("due", DayOf("created_at")),
        title=texts("reference", "title", between=" "),
        text=texts("objective", "outcome", "measure"),
        route="milestones:action",
        day_is=_("due"),
    ),
    *MONEY,
    Kind(
        "report",
        _("Report"),
        _("Reports"),
        Report,
        WordsOf("title", "heading", *TEXTS),
        day=F("last_day"),
        title=F("title"),
        text=texts("heading", *TEXTS),
        within=F("to__name"),
        route="home:report",
        day_is=_("up to"),
    ),
]
BY_KEY = {kind.key: kind for kind in KINDS}
