"""The page of one return: what it says, where it stands, who acts next, and what it waits for."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    DateField,
    IntegerField,
    QuerySet,
    SmallIntegerField,
    UUIDField,
    Value,
    When,
)
from django.urls import reverse

from funding.models import FunderQuery, Grant, QuarterlyReturn, ReturnStep
from funding.rules import controls
from funding.rules.controls import Move
from funding.selectors import returns as selectors
from governance.models import Decision
from partners.access import Rights
from partners.models import PartnerAppointment, Partnership
from partners.models.organisations import running_on
from partners.readings import Reading
from partners.roles import Permission, roles_with
from svd_portal.kit.format import plural
from svd_portal.kit.quarters import Quarter
from svd_portal.kit.statements import Given, GivenIds, Statement

_FINANCE = (Permission.PARTNERSHIP_MANAGE_FUNDING,)
RIGHTS = {
    Move.ASK: _FINANCE,
    Move.SKIP: _FINANCE,
    Move.SUBMIT: _FINANCE,
    Move.CHECK: (Permission.PARTNERSHIP_CHECK_RETURN,),
    Move.CERTIFY_CFO: (Permission.PARTNERSHIP_CERTIFY_AS_CFO,),
    Move.CERTIFY_LEAD: (Permission.PARTNERSHIP_CERTIFY_AS_LEAD_OFFICER,),
    Move.MARK_SENT: _FINANCE,
    Move.QUERY: _FINANCE,
    Move.ANSWER: _FINANCE,
    Move.ACCEPT: _FINANCE,
    Move.SEND_BACK: (
        Permission.PARTNERSHIP_CHECK_RETURN,
        Permission.PARTNERSHIP_CERTIFY_AS_CFO,
        Permission.PARTNERSHIP_CERTIFY_AS_LEAD_OFFICER,
        Permission.PARTNERSHIP_MANAGE_FUNDING,
    ),
    Move.CORRECT: _FINANCE,
}

CLOSING = (Move.SKIP, Move.SUBMIT, Move.CHECK)
BLOCKABLE = (Move.ASK, *CLOSING)


@dataclass(frozen=True)
class Offer:
    """A move on a return, as one person sees it; `why_not` says why they may not make it."""

    move: Move
    why_not: str = ""

    @property
    def allowed(self) -> bool:
        return not self.why_not

    @property
    def onward(self) -> bool:
        """Whether it takes the return on, not back or to a new version."""
        return self.move not in (Move.SKIP, Move.QUERY, Move.SEND_BACK, Move.CORRECT)

    @property
    def waits(self) -> bool:
        """Whether the return waits for the person to make it: not where it waits for the funder."""
        return self.allowed and self.onward and self.move != Move.ACCEPT

    @property
    def blockable(self) -> bool:
        """Whether what the checks found can stand in its way."""
        return self.move in BLOCKABLE


@dataclass(frozen=True)
class Stop:
    """A stop on a return's way: taken by someone, waited for, or yet to come."""

    label: str
    who: str
    step: ReturnStep | None
    here: bool


@dataclass(frozen=True)
class Missing:
    """A report that a return waits for, and who can be asked for it."""

    award_id: str
    award: str
    partner: str
    people: tuple[tuple[str, str], ...]


# Finding a return


def grants_first(partnership: Partnership | Given) -> QuerySet[Grant]:
    """The partnership's grants; the Home Office's first, which an address without `?grant=` means."""
    home_office = Case(
        When(funder__name="Home Office", then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return Grant.objects.filter(partnership=partnership).order_by(home_office, "created_at", "pk")


_first_grant: Statement[Grant] = Statement(
    lambda: grants_first(Given("partnership", Partnership._meta.pk)).only("pk")[:1]
)


def default_grant(partnership: Partnership) -> UUID | None:
    """The grant whose returns need no `?grant=` in their address."""
    first = _first_grant.first(partnership=partnership.pk)
    return first.pk if first else None


def readable(user: Any, partnership: Partnership) -> QuerySet[QuarterlyReturn]:
    found: QuerySet[QuarterlyReturn] = QuarterlyReturn.objects.for_user(user, partnership).with_standing()
    return found.select_related(
        "partnership", "grant__funder", "grant__recipient", "grant__partnership", "snapshot"
    )


def address(quarterly_return: QuarterlyReturn, default: UUID | None) -> str:
    """Where a return's page is: its quarter; a replaced version and a further grant are named besides."""
    if quarterly_return.superseded_at:
        return _address("return_version", quarterly_return, default, quarterly_return.edition)
    return _address("return", quarterly_return, default)


def file_address(quarterly_return: QuarterlyReturn, default: UUID | None, ending: str) -> str:
    """Where the PDF, or another file, of exactly this version is; `default` as for `address`."""
    return _address("return_file", quarterly_return, default, file_name(quarterly_return), ending)


def _address(name: str, quarterly_return: QuarterlyReturn, default: UUID | None, *more: Any) -> str:
    period = quarterly_return.period
    args = [quarterly_return.partnership.slug, period.year.slug, period.slug, *more]
    query = "" if quarterly_return.grant_id == default else f"?grant={quarterly_return.grant_id}"
    return reverse(f"funding:{name}", args=args) + query


def file_name(quarterly_return: QuarterlyReturn) -> str:
    """Such as "surrey-2023-24-q3-v1"."""
    period = quarterly_return.period
    slug = quarterly_return.partnership.slug
    return f"{slug}-{period.year.slug}-{period.slug}-v{quarterly_return.edition}"


# Where it stands


def certifiers(quarterly_return: QuarterlyReturn) -> list[str]:
    """Who signs: as frozen with the content, or as the grant says now."""
    if quarterly_return.snapshot:
        found: list[str] = selectors.frozen_content(quarterly_return.snapshot)["cover"]["certifiers"]
        return found
    return ["cfo", "lead"] if quarterly_return.grant.lead_officer_certifies else ["cfo"]


def way(
    quarterly_return: QuarterlyReturn, steps: Iterable[ReturnStep], signing: Collection[str]
) -> list[Stop]:
    """The stops of this round in order, with who took each or whose turn it is."""
    taken = {step.step: step for step in steps if step.round == quarterly_return.round}
    turn = controls.next_moves(
        status=quarterly_return.status, certifiers=signing, signed=taken, asks=asks(quarterly_return)
    )
    asked = quarterly_return.grant.asks_comments or Move.ASK.step in taken
    path = controls.path(signing, asks=asked)
    if Move.ANSWER in turn:
        path = (*path[:-1], Move.ANSWER, path[-1])
    return [Stop(move.label, move.waits_for, _taken(taken, move), here=move in turn) for move in path]


def _taken(taken: dict[str, ReturnStep], move: Move) -> ReturnStep | None:
    """The step that made the move; where partners were not asked at all, the one that says why."""
    skipped = taken.get(ReturnStep.Step.COMMENTS_SKIPPED) if move == Move.ASK else None
    return taken.get(move.step) or skipped


def asks(quarterly_return: QuarterlyReturn) -> bool:
    """Whether the grant asks partners before the finance check."""
    return bool(quarterly_return.grant.asks_comments)


def offers(
    quarterly_return: QuarterlyReturn,
    *,
    user: Any,
    rights: Rights,
    steps: Iterable[ReturnStep],
    signing: Collection[str],
    blocking: int = 0,
    unexplained: int = 0,
) -> list[Offer]:
    """What may be done with the return now, and for each whether this person may, or why not."""
    if quarterly_return.superseded_at:
        return []
    every = list(steps)
    taken = {step.step for step in every if step.round == quarterly_return.round}
    status = quarterly_return.status
    wanted = asks(quarterly_return)
    moves = controls.next_moves(status=status, certifiers=signing, signed=taken, asks=wanted)
    mine = [step for step in every if step.by_id == user.pk and step.step in ReturnStep.CONTROLS]
    return [
        Offer(move, _why_not(move, rights, mine, blocking, unexplained))
        for move in (*moves, *controls.other_moves(status, asks=wanted))
    ]


def _why_not(move: Move, rights: Rights, mine: list[ReturnStep], blocking: int, unexplained: int) -> str:
    if not any(rights.on(right) for right in RIGHTS[move]):
        return f"This is for {move.who}."
    earlier = next(
        (step for step in reversed(mine) if move.control and controls.hand(step.step) != move.control), None
    )
    if earlier:
        return controls.second_control(earlier.get_step_display(), earlier.taken_on)
    if blocking and move in BLOCKABLE:
        return (
            f"{plural(blocking, 'thing').capitalize()} must be put right first: see “What the checks found”."
        )
    if unexplained and move in CLOSING:
        need = "needs a sentence" if unexplained == 1 else "need a sentence each"
        return f"{plural(unexplained, 'warning').capitalize()} {need} first: see “What the checks found”."
    return ""


# What it waits for, and what it rests on


def missing(partnership: Partnership, known: selectors.Facts, today: date) -> list[Missing]:
    """Reports not yet made, with the partner's people who may make them."""
    late = [line.award for line in known.figures.lines if line.actual is None]
    people: dict[str, dict[str, list[str]]] = {}
    asked = {award.partner_key for award in late}
    if asked:
        for appointment in _may_report.ask(partnership=partnership.pk, partners=list(asked), today=today):
            theirs = people.setdefault(str(appointment.partner_id), {})
            theirs.setdefault(str(appointment.user), []).append(str(appointment.get_role_display()))
    return [
        Missing(
            award.key,
            award.name,
            award.partner,
            tuple((", ".join(roles), who) for who, roles in people.get(award.partner_key, {}).items()),
        )
        for award in late
    ]


_may_report: Statement[PartnerAppointment] = Statement(
    lambda: (
        PartnerAppointment.objects.filter(
            running_on(Given("today", DateField())),
            partnership=Given("partnership", UUIDField()),
            partner__in=GivenIds("partners"),
            role__in=roles_with(Permission.PARTNER_REPORT_SPEND),
            withdrawn_at__isnull=True,
            user__is_active=True,
        )
        .select_related("user")
        .only("partner", "role", "user__name")
        .order_by("role", "user__name")
    )
)


def decisions(user: Any, partnership: Partnership, content: dict[str, Any]) -> dict[str, Decision]:
    """By id, the decisions named in the content that this person may open, with their meetings, by day."""
    named = {
        decision["key"]
        for group in content["cost_types"]
        for line in group["lines"]
        for decision in line["decisions"]
    }
    readable_ones = _named.ask(user, partnership, named=list(named)) if named else []
    return {str(each.pk): each for each in readable_ones}


_named: Reading[Decision] = Reading(
    lambda user, partnership: (
        Decision.objects.for_user(user, partnership)
        .filter(pk__in=GivenIds("named"))
        .select_related("item__meeting__body")
        .only(
            "reference",
            *("item__meeting__starts_at", "item__meeting__as_agreed", "item__meeting__body__name"),
        )
        .order_by("taken_on", "reference")
    )
)


def steps(quarterly_return: QuarterlyReturn) -> list[ReturnStep]:
    """Every step taken, of all rounds, in order."""
    return _steps.ask(quarterly_return=quarterly_return.pk)


def queries(quarterly_return: QuarterlyReturn) -> list[FunderQuery]:
    """What the funder asked of it, in order, with our answers; unasked of one that was never sent."""
    if quarterly_return.status not in QuarterlyReturn.WITH_FUNDER:
        return []
    return _queries.ask(quarterly_return=quarterly_return.pk)


_RETURN = Given("quarterly_return", UUIDField())
_queries: Statement[FunderQuery] = Statement(
    lambda: FunderQuery.objects.filter(quarterly_return=_RETURN).order_by("asked_on", "created_at")
)
_steps: Statement[ReturnStep] = Statement(
    lambda: ReturnStep.objects.filter(quarterly_return=_RETURN).select_related("by", "evidence")
)


def versions(quarterly_return: QuarterlyReturn) -> list[QuarterlyReturn]:
    """Every version of the quarter's return, the newest first."""
    return _versions.ask(
        grant=quarterly_return.grant_id,
        year=quarterly_return.financial_year,
        quarter=quarterly_return.quarter,
    )


_OF_QUARTER = {
    "grant": Given("grant", UUIDField()),
    "financial_year": Given("year", SmallIntegerField()),
    "quarter": Given("quarter", SmallIntegerField()),
}
_versions: Statement[QuarterlyReturn] = Statement(
    lambda: (
        QuarterlyReturn.objects.with_standing()
        .filter(**_OF_QUARTER)
        .select_related("partnership")
        .order_by("-edition")
    )
)
_current: Reading[QuarterlyReturn] = Reading(
    lambda user, partnership: readable(user, partnership).filter(superseded_at=None, **_OF_QUARTER)[:1]
)
_edition: Reading[QuarterlyReturn] = Reading(
    lambda user, partnership: readable(user, partnership).filter(
        edition=Given("edition", SmallIntegerField()), **_OF_QUARTER
    )[:1]
)


def version(
    user: Any, partnership: Partnership, grant: UUID | None, period: Quarter, edition: int | None
) -> QuarterlyReturn | None:
    """A quarter's return in this version, or in the current one, if `user` may read it."""
    asked = {"grant": grant, "year": period.year.start, "quarter": period.number}
    if edition is None:
        return next(iter(_current.ask(user, partnership, **asked)), None)
    return next(iter(_edition.ask(user, partnership, edition=edition, **asked)), None)
