"""How a quarterly return is shown: words, tones, the thread. No queries."""

from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from funding.models import QuarterlyReturn, ReturnStep
from funding.rules import controls
from funding.rules.controls import Move
from funding.rules.snapshots import day, digest
from funding.rules.verifying import code_of
from svd_portal.kit.addresses import reverse
from svd_portal.kit.format import long_date

__all__ = [
    "FINISHED",
    "Tag",
    "breadcrumbs",
    "code_of",
    "day",
    "explain_address",
    "move_address",
    "status_tag",
    "thread",
    "turn",
]

Tag = tuple[Any, str]
Status = QuarterlyReturn.Status
FINISHED = QuarterlyReturn.FINISHED
SHOWN = 3
_TONES = {
    Status.PREPARING: "warn",
    Status.COMMENTING: "info",
    Status.CHECKING: "info",
    Status.LOCKED: "info",
    Status.CERTIFIED: "good",
    Status.SENT: "good",
    Status.QUERIED: "bad",
    Status.ACCEPTED: "good",
}


def status_tag(quarterly_return: Any) -> Tag:
    """Of a return that carries its standing: a version stands until the one that replaces it is certified."""
    if quarterly_return.replaced:
        return _("Replaced"), ""
    if quarterly_return.superseded_at:
        return _("%(status)s, being corrected") % {"status": quarterly_return.get_status_display()}, "warn"
    return quarterly_return.get_status_display(), _TONES[Status(quarterly_return.status)]


def turn(quarterly_return: Any, steps: Iterable[ReturnStep], signing: Collection[str], asks: bool) -> str:
    """Who acts next, in words; a dash where nobody needs to. Of a return that carries `waited_until`."""
    taken = {step.step for step in steps if step.round == quarterly_return.round}
    moves = controls.next_moves(status=quarterly_return.status, certifiers=signing, signed=taken, asks=asks)
    if quarterly_return.superseded_at or not moves:
        return "–"
    if quarterly_return.comments_until:
        return _("Partners, until %(day)s") % {"day": long_date(quarterly_return.comments_until)}
    words = " and ".join(move.waits_for for move in moves)
    until = quarterly_return.answer_due
    return words[0].upper() + words[1:] + (f", {_('by')} {long_date(until)}" if until else "")


def move_address(quarterly_return: QuarterlyReturn, move: Move) -> str:
    """Where a move is made."""
    return reverse(
        f"funding:return_{move.value}", args=[quarterly_return.partnership.slug, quarterly_return.pk]
    )


def explain_address(quarterly_return: QuarterlyReturn, warning: str) -> str:
    """Where the preparer says something to a warning."""
    slug = quarterly_return.partnership.slug
    return reverse("funding:return_explain", args=[slug, quarterly_return.pk, digest(warning)])


def breadcrumbs(
    quarterly_return: QuarterlyReturn, *further: tuple[Any, str], here: str = ""
) -> list[tuple[Any, str]]:
    """Down to the return; `here` is its address on the pages `further` down."""
    slug, period = quarterly_return.partnership.slug, quarterly_return.period
    return [
        (_("Funding"), reverse("funding:home", args=[slug])),
        (_("Quarterly returns"), reverse("funding:returns", args=[slug])),
        (str(period), here),
        *further,
    ]


def thread(
    content: dict[str, Any], decisions: dict[str, Any], pdf: str, slug: str, *, certified: bool = False
) -> list[dict[str, Any]]:
    """From the meetings to the PDF, by way of this return; a few of each, the tables show them all."""
    lines = [line for group in content["cost_types"] for line in group["lines"]]
    meetings = {each.item.meeting_id: each.item.meeting for each in decisions.values() if each.item}
    decided = [(key, each.reference) for key, each in decisions.items()]
    awards = [(line["award_id"], line["reference"]) for line in lines]
    cover = content["cover"]
    return [
        {"kind": _("Meeting"), "items": _few("governance:meeting", slug, list(meetings.items()))},
        {
            "kind": _("Decision"),
            "items": _few("governance:decision", slug, decided),
            "empty": _("None linked"),
        },
        {"kind": _("Award"), "items": _few("funding:award", slug, awards), "empty": _("No award yet")},
        {
            "kind": _("Return"),
            "here": True,
            "items": [{"text": f"{cover['year']} quarter {cover['quarter']}", "href": ""}],
        },
        {
            "kind": _("Submitted PDF"),
            "items": [{"text": _("Version %(number)s") % {"number": cover["version"]}, "href": pdf}]
            if pdf
            else [],
            "empty": _("Being made") if certified else _("Not yet certified"),
        },
    ]


def _few(page: str, slug: str, named: list[tuple[Any, Any]]) -> list[dict[str, Any]]:
    """The first of these keys and names, each with its `page`, and how many there are besides."""
    shown = named if len(named) <= SHOWN + 1 else named[:SHOWN]
    items = [{"text": str(name), "href": reverse(page, args=[slug, key])} for key, name in shown]
    if len(shown) < len(named):
        more = _("and %(count)s more below") % {"count": len(named) - SHOWN}
        items.append({"text": more, "href": ""})
    return items
