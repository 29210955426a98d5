"""What search looks into: the kinds of records, their words, and how each is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from funding.models import Award
from governance.models import Action, AgendaItem, Body, Decision, KeyPoint, Meeting, Paper, Recommendation
from milestones.models import DeliveryAction, Milestone
from svd_portal.kit.addresses import reverse
from svd_portal.kit.words import Match, WordsOf, texts

NOTHING = Value("", output_field=TextField())
WITHDRAWN, CANCELLED = "withdrawn", "cancelled"


def _state(condition: Q, word: str) -> Case:
    return Case(
        When(condition, then=Value(word, output_field=CharField())),
        default=Value("", output_field=CharField()),
        output_field=CharField(),
    )


@dataclass(frozen=True)
class Kind:
    """A kind of record that is searched.

    Args:
        key, name, plural: in addresses, for one and for many.
        model: read through its `for_user`, then by `standing`: what its pages leave out is not found.
        words: as the table's index has them, field by field.
        day: its date; `day_is` says what that is.
        title, text, within: shown of it; the body it belongs to.
        page, route, anchor: whose page shows it.
        also: a further way to be found, by words that are not its own.
        state: a word that warns.
    """

    key: str
    name: Any
    plural: Any
    model: Any
    words: WordsOf
    day: Any
    title: Any
    text: Any = NOTHING
    within: Any = NOTHING
    page: str = "pk"
    route: str = ""
    anchor: str = ""
    standing: Q | None = None
    also: Callable[[Any, Any, Any], Q] | None = None
    state: Any = NOTHING
    day_is: Any = ""

    def readable(self, user: Any, partnership: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = self.model.objects.for_user(user, partnership)
        return found.filter(self.standing) if self.standing else found

    def address(self, slug: str, page: UUID, key: UUID) -> str:
        return reverse(self.route, args=[slug, page]) + self.anchor.format(key)


def _meetings_of_found_bodies(user: Any, partnership: Any, asked: Any) -> Q:
    """A meeting is called by its body's name."""
    bodies = Body.objects.for_user(user, partnership).filter(Match(WordsOf("name"), asked))
    return Q(body__in=bodies.order_by().values("pk"))


_WITHDRAWN = _state(~Q(withdrawn_reason=""), WITHDRAWN)
_UNDER_ITEM: dict[str, Any] = {
    "day": TruncDate("item__meeting__starts_at"),
    "within": F("item__meeting__body__name"),
    "page": "item__meeting",
    "route": "governance:meeting",
    "standing": Q(withdrawn=False, item__withdrawn=False),
    "day_is": _("meeting of"),
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
        day=TruncDate("starts_at"),
        title=F("body__name"),
        text=F("place"),
        route="governance:meeting",
        also=_meetings_of_found_bodies,
        state=_state(Q(status=Meeting.Status.CANCELLED), CANCELLED),
    ),
    Kind(
        "item",
        _("Agenda item"),
        _("Agenda items"),
        AgendaItem,
        WordsOf("title", "summary", "sent", "witnesses"),
        day=TruncDate("meeting__starts_at"),
        title=F("title"),
        text=texts("summary", "sent", "witnesses"),
        within=F("meeting__body__name"),
        page="meeting",
        route="governance:meeting",
        anchor="#item-{}",
        standing=Q(withdrawn=False),
        day_is=_("meeting of"),
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
        "paper",
        _("Paper"),
        _("Papers"),
        Paper,
        WordsOf("title"),
        title=F("title"),
        **_UNDER_ITEM,
    ),
    Kind(
        "decision",
        _("Decision"),
        _("Decisions"),
        Decision,
        WordsOf("reference", "title", "text", "reasons"),
        day=F("taken_on"),
        title=texts("reference", "title", between=" "),
        text=texts("text", "reasons"),
        within=Coalesce("body__name", NOTHING, output_field=TextField()),
        route="governance:decision",
        state=_WITHDRAWN,
        day_is=_("taken on"),
    ),
    Kind(
        "action",
        _("Action"),
        _("Actions"),
        Action,
        WordsOf("reference", "text"),
        day=Coalesce(TruncDate("item__meeting__starts_at"), TruncDate("created_at")),
        title=F("reference"),
        text=F("text"),
        within=F("body__name"),
        route="governance:action",
        state=_state(Q(status=Action.Status.WITHDRAWN), WITHDRAWN),
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
        "delivery",
        _("Delivery action"),
        _("Delivery plan"),
        DeliveryAction,
        WordsOf("reference", "title", "objective", "outcome", "measure"),
        day=Coalesce("due", TruncDate("created_at")),
        title=texts("reference", "title", between=" "),
        text=texts("objective", "outcome", "measure"),
        route="milestones:action",
        day_is=_("due"),
    ),
    Kind(
        "award",
        _("Award"),
        _("Awards"),
        Award,
        WordsOf("reference", "title", "reasons", "conditions"),
        day=F("first_day"),
        title=texts("reference", "title", between=" "),
        text=texts("reasons", "conditions"),
        route="funding:award",
        state=_WITHDRAWN,
        day_is=_("from"),
    ),
]
BY_KEY = {kind.key: kind for kind in KINDS}
