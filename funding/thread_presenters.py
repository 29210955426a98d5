"""How a thread is shown: what was found, as steps in order, now or on a day. No queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding import presenters
from funding.models import AwardDecision, Claim, QuarterlyReturn, ReturnStep
from funding.rules.costs import CostType
from funding.rules.outputs import KINDS
from funding.rules.stages import Stage, decides_spend
from funding.rules.standing import Standing
from funding.rules.threads import Amount, Item, Moved, Said, Step, said_on, step_on
from funding.selectors import return_page
from funding.selectors.threads import Found, Line
from governance.models import Decision
from governance.rules.verbs import ASSENTING
from svd_portal.kit.addresses import reverse
from svd_portal.kit.format import LONDON, long_date, money, plural
from svd_portal.kit.money import total
from svd_portal.kit.quarters import FinancialYear

_ENDINGS = {kind: ending for ending, kind in KINDS.items()}
_STANDINGS: dict[str, Any] = {
    Standing.SUBMITTED.value: gettext_lazy("to be checked"),
    Standing.SENT_BACK.value: gettext_lazy("sent back"),
    Standing.ACCEPTED.value: gettext_lazy("accepted"),
}
_STEPS: dict[str, Any] = {
    ReturnStep.Step.CHECKED: gettext_lazy("locked, ready to certify"),
    ReturnStep.Step.CERTIFIED_CFO: gettext_lazy("certified by the chief finance officer"),
    ReturnStep.Step.CERTIFIED_LEAD: gettext_lazy("certified by the PCC lead officer"),
    ReturnStep.Step.SENT: gettext_lazy("sent to the funder"),
    ReturnStep.Step.ACCEPTED: gettext_lazy("accepted by the funder"),
}


@dataclass(frozen=True)
class Pound:
    """The whole thread: its steps, and what its awards and reports come to."""

    steps: tuple[Step, ...]
    awarded: Decimal
    spent: Decimal


def pound(found: Found, *, slug: str, here: UUID, award: UUID | None = None, on: date | None = None) -> Pound:
    """The thread; `here` is the record it was followed from, with `award` for a line of a return."""
    return _Thread(found, slug, here, award, on).pound()


def _day(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


class _Thread:
    def __init__(self, found: Found, slug: str, here: UUID, award: UUID | None, on: date | None) -> None:
        self.found, self.slug, self.here, self.line_of, self.on = found, slug, here, award, on
        self.awards = {each.pk: each for each in found.awards}
        self.several = len(found.awards) > 1
        self.said = {each.pk: self._said(each) for each in found.claims}

    def pound(self) -> Pound:
        parts = [
            (_("Allocation"), self._allocations(), _("No allocation is recorded")),
            (_("Award"), self._awards(), _("No award")),
            (_("Decisions and meetings"), self._decisions(), _("No decision")),
            (_("Spend reports"), self._claims(), _("No spend is reported")),
            (_("Lines of returns"), self._lines(), _("In no locked return")),
            (_("Files"), self._files(), _("No file")),
        ]
        standing = [each for each in self.found.awards if self._stands(each)]
        known = [said_on(self.said[each.pk], self.on) for each in self.found.claims]
        return Pound(
            tuple(step_on(kind, items, empty, self.on) for kind, items, empty in parts),
            awarded=total(self._amount(each) for each in standing),
            spent=total(each.amount for each in known if each),
        )

    def _address(self, name: str, *args: Any) -> str:
        return reverse(f"funding:{name}", args=[self.slug, *args])

    def _name(self, award: UUID) -> str:
        """The award's reference, where the thread is of several."""
        return f"{self.awards[award].reference}, " if self.several else ""

    # Allocations

    def _allocations(self) -> list[Item]:
        return [self._allocation(each) for each in self.found.allocations]

    def _allocation(self, allocation: Any) -> Item:
        mine = [each for each in self.found.entries if each.allocation_id == allocation.pk]
        known = [each for each in mine if self.on is None or each.given_on <= self.on]
        changes = [f"{money(each.amount)}, {long_date(each.given_on)}" for each in known]
        return Item(
            f"{allocation.year} {CostType(allocation.cost_type).meaning}",
            self._address("grant", allocation.grant_id) + "#allocations",
            (
                f"{money(total(each.amount for each in known))}, {allocation.grant}",
                *([_("Entries:") + " " + "; ".join(changes)] if len(changes) > 1 else []),
            ),
            since=min((each.given_on for each in mine), default=None),
            here=allocation.pk == self.here,
        )

    # Awards

    def _awards(self) -> list[Item]:
        return [self._award(each) for each in self.found.awards]

    def _award(self, award: Any) -> Item:
        notes = [f"{money(self._amount(award))}, {award.partner.organisation.name}", *self._stage(award)]
        if award.recipient_id != award.partner.organisation_id:
            notes.append(_("Recipient: %(name)s") % {"name": award.recipient.name})
        if award.supersedes_id and (
            self.on is None or (award.took_over_on and award.took_over_on <= self.on)
        ):
            notes.append(_("Takes the place of %(other)s") % {"other": award.supersedes.reference})
        gone = self._gave_back(award)
        if gone and (self.on is None or gone <= self.on):
            notes.append(self._why_over(award))
        return Item(
            f"{award.reference} {award.title}",
            self._address("award", award.pk),
            tuple(notes),
            since=self._since(award),
            until=self._until(award),
            here=award.pk == self.here,
        )

    def _until(self, award: Any) -> date | None:
        """When it was withdrawn; one of which nothing was claimed is, once another has its place."""
        if not award.withdrawn_reason:
            return None
        later = self.found.successors.get(award.pk)
        return later.took_over_on if later else self.found.withdrawn.get(award.pk)

    def _gave_back(self, award: Any) -> date | None:
        """When it kept a part alone: as it ended early, or as another took its place."""
        if award.ended_on is None:
            return None
        later = self.found.successors.get(award.pk)
        return later.took_over_on if later else award.ended_on

    def _why_over(self, award: Any) -> str:
        later = self.found.successors.get(award.pk)
        if later:
            sentence = _("%(other)s took its place on %(day)s")
            return sentence % {"other": later.reference, "day": long_date(later.took_over_on)}
        return _("Ended early, on %(day)s") % {"day": long_date(award.ended_on)}

    def _stands(self, award: Any) -> bool:
        """Whether it counts: neither withdrawn nor yet to take another's place."""
        until = self._until(award)
        if self.on is None:
            return until is None and (not award.supersedes_id or award.took_over_on is not None)
        began = self._since(award) <= self.on and (until is None or self.on < until)
        waits = award.supersedes_id and (award.took_over_on is None or award.took_over_on > self.on)
        return began and not waits

    def _since(self, award: Any) -> date:
        """The first decision on it, or the day on which it was recorded, whichever came first."""
        decided = [each.decision.taken_on for each in self._links(award)]
        return min([*decided, _day(award.created_at)])

    def _links(self, award: Any) -> list[AwardDecision]:
        return [each for each in self.found.backing if each.award_id == award.pk]

    def _amount(self, award: Any) -> Decimal:
        if self.on is None:
            return award.amount
        moves = [
            Moved(each.amount if each.to_award_id == award.pk else -each.amount, each.moved_on)
            for each in self.found.moved
            if award.pk in (each.to_award_id, each.from_award_id)
        ]
        return Amount(award.amount, self._gave_back(award), award.amount_before, moves).on(self.on)

    def _stage(self, award: Any) -> list[str]:
        """How far it had come; unsaid where it rests on a decision that this person may not read."""
        if self.on is None:
            return [str(award.stage)]
        standing = [each for each in self._links(award) if self._holds(each, None)]
        agreed, noticed = any(map(_agrees, standing)), any(map(_recognises, standing))
        if (agreed, noticed) != (award.agreed, award.noticed):
            return []
        then = [each for each in self._links(award) if self._holds(each, self.on)]
        return [str(Stage.of(agreed=any(map(_agrees, then)), noticed=any(map(_recognises, then))))]

    # Decisions

    def _ends(self, link: AwardDecision) -> date | None:
        """When the award ceased to rest on it."""
        days = [self.found.withdrawn.get(key) for key in (link.pk, link.decision_id)]
        return min((each for each in days if each), default=None)

    def _holds(self, link: AwardDecision, day: date | None) -> bool:
        until = self._ends(link)
        if day is None:
            return until is None
        return link.decision.taken_on <= day and (until is None or day < until)

    def _decisions(self) -> list[Item]:
        """Each decision once, with the awards that rest on it where there are several."""
        found: dict[UUID, list[AwardDecision]] = {}
        for link in self.found.backing:
            found.setdefault(link.decision_id, []).append(link)
        items = []
        for links in found.values():
            decision, ends = links[0].decision, [self._ends(each) for each in links]
            last = None if None in ends else max(each for each in ends if each)
            items += self._decision(decision, links, last)
        return items

    def _decision(self, decision: Decision, links: list[AwardDecision], until: date | None) -> list[Item]:
        times: dict[str, Any] = {"since": decision.taken_on, "until": until}
        resting = sorted(self.awards[each.award_id].reference for each in links if self._holds(each, self.on))
        item = Item(
            decision.reference,
            presenters.decision_address(self.slug, decision),
            (
                f"{decision.taken_by}, {long_date(decision.taken_on)}",
                *([plural(len(resting), _("award")) + ": " + ", ".join(resting)] if self.several else []),
            ),
            here=decision.pk == self.here,
            **times,
        )
        if not decision.item:
            return [item]
        meeting = decision.item.meeting
        note = _("the meeting that took %(decision)s") % {"decision": decision.reference}
        where = presenters.meeting_address(self.slug, decision)
        return [item, Item(str(meeting), where, (note,), since=meeting.day, until=until)]

    # Spend

    def _said(self, claim: Claim) -> list[Said]:
        """What the report stood at, from step to step; one without steps, as it stands."""
        steps = [each for each in self.found.claim_steps if each.claim_id == claim.pk]
        named = [Said(each.taken_on, each.amount, each.step) for each in steps if each.step in _STANDINGS]
        now = Said(_day(claim.reported_at), claim.amount, claim.standing)
        return named if named and self.on is not None else [now]

    def _claims(self) -> list[Item]:
        return [self._claim(each) for each in self.found.claims]

    def _claim(self, claim: Claim) -> Item:
        said = said_on(self.said[claim.pk], self.on)
        notes = () if said is None else (f"{money(said.amount)}, {_STANDINGS[said.standing]}",)
        return Item(
            f"{self._name(claim.award_id)}{_quarter(claim.quarter, claim.financial_year)}",
            self._address("claim", claim.pk),
            (*notes, *([str(claim.get_basis_display())] if claim.basis != Claim.Basis.PARTNER else [])),
            since=min(each.on for each in self.said[claim.pk]),
            here=claim.pk == self.here,
        )

    # Returns

    def _lines(self) -> list[Item]:
        return [self._line(each) for each in self.found.lines]

    def _taken(self, quarterly_return: QuarterlyReturn) -> list[ReturnStep]:
        return [
            each
            for each in self.found.return_steps
            if each.quarterly_return_id == quarterly_return.pk
            and each.round == quarterly_return.round
            and each.step in _STEPS
        ]

    def _line(self, line: Line) -> Item:
        found = line.quarterly_return
        steps = self._taken(found)
        known = [each for each in steps if self.on is None or each.taken_on <= self.on]
        state = [f"{_STEPS[known[-1].step]}, {long_date(known[-1].taken_on)}"] if known else []
        spent, so_far = line.content["actual"], line.content["year_to_date"]
        figures = _("%(spent)s in the quarter, %(so_far)s year to date") % {
            "spent": _("nothing reported") if spent is None else money(Decimal(spent)),
            "so_far": money(Decimal(so_far)),
        }
        if not line.content["runs"]:
            figures = _("the award does not run in the quarter")
        replaced = self._replaced(found)
        return Item(
            f"{self._name(line.award)}{_quarter(found.quarter, found.financial_year)}"
            f", {_('version')} {found.edition}",
            return_page.address(found, self.found.default_grant),
            (figures, *state, *replaced),
            since=min((each.taken_on for each in steps), default=_day(found.created_at)),
            here=found.pk == self.here and line.award == self.line_of,
        )

    def _replaced(self, earlier: QuarterlyReturn) -> list[str]:
        """Whether a later version was certified."""
        for line in self.found.lines:
            later = line.quarterly_return
            same = (later.grant_id, later.period) == (earlier.grant_id, earlier.period)
            if same and later.edition == earlier.edition + 1 and later.status in QuarterlyReturn.FINISHED:
                days = [each.taken_on for each in self._taken(later) if each.step.startswith("certified")]
                if days and (self.on is None or max(days) <= self.on):
                    return [_("Replaced by version %(number)s") % {"number": later.edition}]
        return []

    # Files

    def _files(self) -> list[Item]:
        return [*self._letters(), *self._evidence(), *self._return_files(), *self._sent()]

    def _letters(self) -> Iterable[Item]:
        for each in self.found.entries:
            if each.document:
                note = _("the funder's letter of %(day)s") % {"day": long_date(each.given_on)}
                href = self._address("entry_document", each.pk)
                yield Item(each.document.name, href, (note,), since=each.given_on)

    def _evidence(self) -> Iterable[Item]:
        claims = {each.pk: each for each in self.found.claims}
        for each in self.found.evidence:
            claim = claims[each.claim_id]
            name = self._name(claim.award_id) + _quarter(claim.quarter, claim.financial_year)
            note = _("evidence for %(report)s") % {"report": name}
            href = self._address("evidence", each.pk)
            yield Item(each.file.name, href, (note,), since=_day(each.file.created_at))

    def _return_files(self) -> Iterable[Item]:
        named = {each.quarterly_return.snapshot_id: each.quarterly_return for each in self.found.lines}
        for each in self.found.documents:
            found = named.get(each.subject)
            if found and each.file:
                ending = _ENDINGS[each.kind]
                yield Item(
                    f"{return_page.file_name(found)}.{ending}",
                    return_page.file_address(found, self.found.default_grant, ending),
                    (_("the certified return, %(quarter)s") % {"quarter": found.period},),
                    since=_day(each.file.created_at),
                )

    def _sent(self) -> Iterable[Item]:
        with_line = {each.quarterly_return.pk: each.quarterly_return for each in self.found.lines}
        for each in self.found.return_steps:
            if each.evidence and each.quarterly_return_id in with_line:
                note = f"{each.get_step_display()}, {with_line[each.quarterly_return_id].period}"
                href = self._address("return_evidence", each.pk)
                yield Item(each.evidence.name, href, (note,), since=each.taken_on)


def _quarter(number: int, start: int) -> str:
    return f"{_('Quarter')} {number}, {FinancialYear(start)}"


def _agrees(link: AwardDecision) -> bool:
    decision = link.decision
    return (
        decision.kind != Decision.Kind.NOTICE
        and decision.verb in ASSENTING
        and decision.body is not None
        and decides_spend(run_here=decision.body.run_here, kind=decision.body.kind)
    )


def _recognises(link: AwardDecision) -> bool:
    return link.decision.kind == Decision.Kind.NOTICE and link.decision.verb in ASSENTING
