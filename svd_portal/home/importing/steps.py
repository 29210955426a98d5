"""The steps of a return, carried out by the portal's own services, so that an import takes no short cut."""

from collections.abc import Callable
from typing import Any

from funding.models import QuarterlyReturn, ReturnNarrative, ReturnStep
from funding.rules import snapshots
from funding.selectors import returns as selectors
from funding.services import returns
from svd_portal.home.importing.problems import RowError
from svd_portal.home.importing.tables import Values

Step = ReturnStep.Step
CHOICES = [(step.value, str(step.label)) for step in Step if step != Step.SENT_BACK]


def perform(values: Values, by: Any) -> bool:
    """Take one step, unless that person has taken it; says whether it was taken now.

    Raises:
        DomainError: the step is not the next one, or its rules refuse it.
        PermissionDenied: the person does not hold the role today.
    """
    found: QuarterlyReturn = values["quarter"]
    if found.steps.filter(step=values["step"], by=values["person"], round=found.round).exists():
        return False
    current = QuarterlyReturn.objects.select_related("snapshot").get(pk=found.pk)
    common = {"return_id": current.pk, "version": current.version, "by": values["person"]}
    _TAKE[values["step"]](current, common | {"today": values["taken_on"]}, values.get("note", ""))
    return True


def _submit(current: QuarterlyReturn, common: Values, note: str) -> None:
    returns.submit_for_check(**common, note=note)


def _pass(current: QuarterlyReturn, common: Values, note: str) -> None:
    content = selectors.shown(current, today=common["today"])[1]
    returns.pass_check(**common, sha256=snapshots.digest_read(content), note=note)


def _certify(capacity: str) -> Callable[[QuarterlyReturn, Values, str], None]:
    def certify(current: QuarterlyReturn, common: Values, note: str) -> None:
        if current.snapshot is None:
            raise RowError("step", "the finance check comes before any certificate")
        returns.certify(**common, capacity=capacity, sha256=current.snapshot.sha256)

    return certify


def _send(current: QuarterlyReturn, common: Values, note: str) -> None:
    returns.mark_sent(**common, sent_on=common["today"], note=note)


_TAKE: dict[str, Callable[[QuarterlyReturn, Values, str], None]] = {
    Step.PREPARED: _submit,
    Step.CHECKED: _pass,
    Step.CERTIFIED_CFO: _certify("cfo"),
    Step.CERTIFIED_LEAD: _certify("lead"),
    Step.SENT: _send,
}


def empty_narratives(quarterly_return: QuarterlyReturn, by: Any) -> None:
    """A new return begins with an empty text under each of its grant's headings."""
    for heading in quarterly_return.grant.headings.all():
        ReturnNarrative(
            partnership=quarterly_return.partnership, quarterly_return=quarterly_return, heading=heading
        ).save_by(by)
