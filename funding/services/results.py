"""What an intervention did in a quarter: whom it reached, its own measures, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import Intervention, Measure, MeasureResult, Result
from funding.services.interventions import lock_to_report
from svd_portal.kit.errors import DomainError, Stale
from svd_portal.kit.quarters import Quarter


@dataclass(frozen=True, kw_only=True)
class Reached:
    """What is said of a quarter. None was not counted; a measure that is not named is left as it is."""

    under_25: int | None = None
    professionals: int | None = None
    narrative: str = ""
    measured: Mapping[UUID, Decimal | None] = field(default_factory=dict)


@transaction.atomic
def report(
    *,
    intervention_id: UUID,
    quarter: Quarter,
    reached: Reached,
    version: int | None = None,
    today: date,
    by: Any,
) -> Result:
    """Record or change a quarter's results.

    Args:
        version: of the results that were seen; None where there were none.

    Raises:
        PermissionDenied: `by` neither commissions nor reports for its partner.
        Stale: someone reported this quarter meanwhile.
        DomainError: the quarter lies ahead or outside its days, or nothing is said.
    """
    intervention = lock_to_report(intervention_id, by=by)
    _check_quarter(intervention, quarter, today)
    result = _result(intervention, quarter, version)
    measures = {each.pk: each for each in intervention.measures.filter(pk__in=reached.measured)}
    _check(reached, measures)
    result.under_25, result.professionals = reached.under_25, reached.professionals
    result.narrative = reached.narrative
    result.save_by(by)
    stored = {each.measure_id: each for each in result.measured.all()}
    for measure_id, measure in measures.items():
        _keep(
            stored.get(measure_id)
            or MeasureResult(partnership_id=result.partnership_id, result=result, measure=measure),
            reached.measured[measure_id],
            by,
        )
    return result


def _result(intervention: Intervention, quarter: Quarter, version: int | None) -> Result:
    """The quarter's results as they were seen, or new ones."""
    where = {"financial_year": quarter.year.start, "quarter": quarter.number}
    found = intervention.results.filter(**where).first()
    if found is None:
        return Result(partnership_id=intervention.partnership_id, intervention=intervention, **where)
    if version is None:
        raise Stale(found.shown_values(), found.version)
    locked: Result = Result.objects.lock(found.pk, version=version)
    return locked


def _keep(stored: MeasureResult, value: Decimal | None, by: Any) -> None:
    is_new = stored._state.adding
    if (is_new and value is None) or (not is_new and stored.value == value):
        return
    stored.value = value
    stored.save_by(by)


def _check_quarter(intervention: Intervention, quarter: Quarter, today: date) -> None:
    if quarter.first_day > today:
        raise DomainError(_("This quarter has not begun."))
    if not quarter.overlaps(intervention.first_day, intervention.last_day or quarter.last_day):
        raise DomainError(_("The intervention did not run in this quarter."))


def _check(reached: Reached, measures: Mapping[UUID, Measure]) -> None:
    if reached.measured.keys() - measures.keys():
        raise DomainError(_("A measure is not this intervention’s. Open the page again."))
    for measure_id, value in reached.measured.items():
        if value is not None and measures[measure_id].people and value != int(value):
            raise DomainError(_("Enter a whole number: it counts people."), f"measure_{measure_id}")
    counted = [reached.under_25, reached.professionals, *reached.measured.values()]
    if not reached.narrative and all(each is None for each in counted):
        raise DomainError(_("Enter a number, or say what happened."), "narrative")
