"""Interventions: recorded, changed, paid for by awards, withdrawn with a reason."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import (
    Award,
    Intervention,
    InterventionArea,
    InterventionAward,
    InterventionPaper,
    Measure,
)
from funding.selectors.managing import MANAGERS
from partners import access
from partners.models import Area, Organisation, Partner, Partnership
from partners.roles import Permission
from svd_portal.kit import files
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.services.keys import already
from svd_portal.kit.services.links import link_exactly


@dataclass(frozen=True, kw_only=True)
class About:
    """What is said of an intervention; the names are those of `Intervention`."""

    title: str
    provider: Organisation
    partner: Partner
    first_day: date
    last_day: date | None = None
    priority_id: UUID | None = None
    cohort: str = ""
    other_funders: str = ""
    outputs: str = ""
    outcomes: str = ""

    def put_into(self, intervention: Intervention) -> None:
        for each in fields(self):
            setattr(intervention, each.name, getattr(self, each.name))


@transaction.atomic
def record(
    *,
    partnership: Partnership,
    about: About,
    area_ids: Collection[UUID] = (),
    key: UUID | None = None,
    by: Any,
) -> Intervention:
    """Record a service that was commissioned.

    Args:
        key: chosen when the form was opened, so that the same form sent twice records it once.

    Raises:
        PermissionDenied: `by` may not commission.
        DomainError: what was given does not fit together.
    """
    _may_write(partnership, by)
    if made := already(
        Intervention, key, partnership_id=partnership.pk, title=about.title, first_day=about.first_day
    ):
        return made
    intervention = Intervention(id=key or uuid4(), partnership=partnership)
    _check(intervention, about)
    about.put_into(intervention)
    intervention.save_by(by)
    _set_areas(intervention, area_ids, by)
    return intervention


@transaction.atomic
def change(
    *, intervention_id: UUID, version: int, about: About, area_ids: Collection[UUID], by: Any
) -> Intervention:
    """Change what is said of it.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: it was withdrawn, or what was given does not fit together or with its results.
    """
    intervention = _lock(intervention_id, version=version, by=by)
    _check(intervention, about)
    _check_results(intervention, about)
    about.put_into(intervention)
    _set_areas(intervention, area_ids, by)
    return intervention.save_by(by)


@transaction.atomic
def withdraw(*, intervention_id: UUID, version: int, reason: str, by: Any) -> Intervention:
    """Take it out of lists and sums; it stays on record. Its awards pay for another then.

    Raises:
        ReasonRequired: `reason` is blank.
    """
    intervention = _lock(intervention_id, version=version, by=by)
    if not reason.strip():
        raise ReasonRequired(_("Say why the intervention is withdrawn."))
    for link in intervention.award_links.filter(withdrawn=False):
        link.withdrawn = True
        link.save_by(by, reason=reason)
    intervention.withdrawn_reason = reason.strip()[:300]
    return intervention.save_by(by, reason=reason.strip())


@transaction.atomic
def pay_from(*, intervention_id: UUID, award_id: UUID, by: Any) -> InterventionAward:
    """Say that an award pays for it.

    Raises:
        DomainError: the award was withdrawn, or pays for another intervention.
    """
    intervention = _lock(intervention_id, by=by)
    award = Award.objects.filter(partnership=intervention.partnership_id).lock(award_id)
    if award.withdrawn_reason:
        raise DomainError(_("This award was withdrawn. Choose another."), "award")
    link = award.intervention_links.filter(intervention=intervention).first()
    if link and not link.withdrawn:
        return link
    if other := award.intervention_links.filter(withdrawn=False).select_related("intervention").first():
        raise DomainError(
            _("It pays for “%(other)s”. An award pays for one, so that its spend is counted once.")
            % {"other": other.intervention},
            "award",
        )
    link = link or InterventionAward(
        partnership_id=intervention.partnership_id, intervention=intervention, award=award
    )
    link.withdrawn = False
    return link.save_by(by)


@transaction.atomic
def pay_no_more(*, link_id: UUID, reason: str, by: Any) -> InterventionAward:
    """Say that an award does not pay for it after all.

    Raises:
        ReasonRequired: `reason` is blank.
    """
    _lock(InterventionAward.objects.get(pk=link_id).intervention_id, by=by)
    link: InterventionAward = InterventionAward.objects.lock(link_id)
    if link.withdrawn:
        return link
    if not reason.strip():
        raise ReasonRequired(_("Say why the award is taken off."))
    link.withdrawn = True
    return link.save_by(by, reason=reason.strip())


@transaction.atomic
def add_measure(
    *,
    intervention_id: UUID,
    name: str,
    people: bool,
    expected: str = "",
    key: UUID | None = None,
    by: Any,
) -> Measure:
    """Add what it counts of itself, asked with each quarter's results from now on.

    Args:
        people: it counts people, so small numbers are withheld.

    Raises:
        DomainError: it has a measure of this name.
    """
    intervention = _lock(intervention_id, by=by)
    if made := already(Measure, key, intervention_id=intervention.pk, name=name):
        return made
    _refuse_same_name(intervention, name)
    measure = Measure(
        id=key or uuid4(),
        partnership_id=intervention.partnership_id,
        intervention=intervention,
        name=name,
        people=people,
        expected=expected,
    )
    return measure.save_by(by)


@transaction.atomic
def change_measure(
    *, measure_id: UUID, version: int, name: str, people: bool, expected: str, retired: bool, by: Any
) -> Measure:
    """Change a measure; one that is `retired` is asked no more, and keeps its figures.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: another has this name, figures that are not whole would count people, or figures of
            people, some of which may be withheld, would count people no more.
    """
    intervention = _lock(Measure.objects.get(pk=measure_id).intervention_id, by=by)
    measure: Measure = Measure.objects.lock(measure_id, version=version)
    _refuse_same_name(intervention, name, besides=measure.pk)
    given = measure.results.filter(value__isnull=False).values_list("value", flat=True)
    if people and any(value != int(value) for value in given):
        raise DomainError(
            _("Some of its figures are not whole numbers, so it does not count people."), "people"
        )
    if measure.people and not people and given:
        raise DomainError(
            _("Figures of people are reported under it. Retire it, and begin another."), "people"
        )
    measure.name, measure.people, measure.expected, measure.retired = name, people, expected, retired
    return measure.save_by(by)


@transaction.atomic
def add_paper(
    *,
    intervention_id: UUID,
    title: str,
    upload: files.ValidatedUpload | None = None,
    url: str = "",
    key: UUID | None = None,
    by: Any,
) -> InterventionPaper:
    """Add an evaluation: `upload` or `url`, not both. Its partner adds them too.

    Raises:
        DomainError: neither or both were given, or the intervention was withdrawn.
    """
    intervention = lock_to_report(intervention_id, by=by)
    if made := already(InterventionPaper, key, intervention_id=intervention.pk, title=title, url=url):
        return made
    if (upload is None) == (not url):
        raise DomainError(_("Choose a file, or enter a link: one of the two."), "file")
    paper = InterventionPaper(
        id=key or uuid4(),
        partnership_id=intervention.partnership_id,
        intervention=intervention,
        title=title,
        file=files.store(upload=upload, partnership_id=intervention.partnership_id, by=by)
        if upload
        else None,
        url=url,
    )
    return paper.save_by(by)


@transaction.atomic
def withdraw_paper(*, paper_id: UUID, reason: str, by: Any) -> InterventionPaper:
    """Take a paper out of view; it stays on record.

    Raises:
        ReasonRequired: `reason` is blank.
    """
    lock_to_report(InterventionPaper.objects.get(pk=paper_id).intervention_id, by=by)
    paper: InterventionPaper = InterventionPaper.objects.lock(paper_id)
    if not reason.strip():
        raise ReasonRequired(_("Say why the paper is withdrawn."))
    paper.withdrawn = True
    return paper.save_by(by, reason=reason.strip())


def lock_to_report(intervention_id: UUID, *, by: Any) -> Intervention:
    """The intervention, for who commissions or its partner's own people.

    Raises:
        PermissionDenied: `by` is neither.
        DomainError: it was withdrawn.
    """
    found = Intervention.objects.select_related("partnership", "partner").get(pk=intervention_id)
    access.require_any(
        by,
        (Permission.PARTNER_REPORT_SPEND, found.partner),
        *((permission, found.partnership) for permission in MANAGERS),
    )
    return _standing(intervention_id)


def _lock(intervention_id: UUID, *, version: int | None = None, by: Any) -> Intervention:
    _may_write(Intervention.objects.select_related("partnership").get(pk=intervention_id).partnership, by)
    return _standing(intervention_id, version)


def _may_write(partnership: Partnership, by: Any) -> None:
    access.require_any(by, *((permission, partnership) for permission in MANAGERS))


def _standing(intervention_id: UUID, version: int | None = None) -> Intervention:
    intervention: Intervention = Intervention.objects.lock(intervention_id, version=version)
    if intervention.withdrawn_reason:
        raise DomainError(_("This intervention was withdrawn."))
    return intervention


def _check(intervention: Intervention, about: About) -> None:
    if about.last_day and about.last_day < about.first_day:
        raise DomainError(_("Enter the first day or a later one."), "last_day")
    if about.partner.partnership_id != intervention.partnership_id:
        raise DomainError(_("Choose a partner of this partnership."), "partner")
    same = Intervention.objects.filter(
        partnership=intervention.partnership_id,
        title=about.title,
        first_day=about.first_day,
        withdrawn_reason="",
    )
    if same.exclude(pk=intervention.pk).exists():
        raise DomainError(_("An intervention of this name that began on this day is recorded."), "title")


def _check_results(intervention: Intervention, about: About) -> None:
    """Quarters for which results are recorded stay within its days."""
    outside = [
        str(result.period)
        for result in intervention.results.order_by("financial_year", "quarter")
        if not result.period.overlaps(about.first_day, about.last_day or result.period.last_day)
    ]
    if outside:
        raise DomainError(
            _("Results are recorded for %(quarters)s, outside these days.")
            % {"quarters": ", ".join(outside)},
            "last_day" if about.last_day else "first_day",
        )


def _refuse_same_name(intervention: Intervention, name: str, besides: UUID | None = None) -> None:
    if intervention.measures.filter(name__iexact=name).exclude(pk=besides).exists():
        raise DomainError(_("It has a measure of this name. Change that one."), "name")


def _set_areas(intervention: Intervention, area_ids: Iterable[UUID], by: Any) -> None:
    """Make exactly these the areas it works in."""
    wanted = set(area_ids)
    if Area.objects.filter(pk__in=wanted).count() != len(wanted):
        raise DomainError(_("Choose areas of the list."), "areas")
    link_exactly(InterventionArea, ("intervention", intervention), "area", wanted, by=by)
