"""Forms about an intervention: recording it, who pays, what it measures, whom it reached in a quarter."""

from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from funding.forms.base import ReasonForm
from funding.forms.interventions import (
    InterventionFields,
    InterventionPaperForm,
    MeasureForm,
    NewInterventionForm,
    NewMeasureForm,
    PayFromForm,
    ResultForm,
)
from funding.models import (
    Award,
    Intervention,
    InterventionAward,
    InterventionPaper,
    Measure,
    Result,
)
from funding.selectors.managing import MANAGERS
from funding.services import interventions as services
from funding.services import results
from funding.services.results import Reached
from funding.views.base import Crumb, MoneyForm, partners_of, quarter_or_404, recipients
from funding.views.interventions import may_report
from milestones.models import Priority
from partners.roles import Permission
from partners.selectors import areas_served
from svd_portal.kit.addresses import reverse
from svd_portal.kit.quarters import Quarter


class InterventionForms(MoneyForm):
    """A form about an intervention, or about a thing of one; afterwards its page."""

    model: Any = Intervention
    any_of = MANAGERS

    @property
    def intervention(self) -> Intervention:
        found: Intervention = self.object if self.model is Intervention else self.object.intervention
        return found

    def back(self) -> Crumb:
        address = reverse("funding:intervention", args=[self.partnership.slug, self.intervention.pk])
        return self.intervention.title, address

    def trail(self) -> list[Crumb]:
        return [
            (_("Interventions"), reverse("funding:interventions", args=[self.partnership.slug])),
            self.back(),
        ]

    def choices(self) -> dict[str, Any]:
        user, partnership = self.request.user, self.partnership
        areas = areas_served(user, partnership)
        return {
            "providers": recipients(partnership),
            "partners": partners_of(user, partnership),
            "priorities": self.readable(Priority),
            "areas": areas,
        }


class NewIntervention(InterventionForms):
    model = None
    form_class = NewInterventionForm
    title, submit = _("Record an intervention"), _("Record it")
    done_message = _("The intervention is recorded. Say which awards pay for it, and what it measures.")

    def back(self) -> Crumb:
        return _("Interventions"), reverse("funding:interventions", args=[self.partnership.slug])

    def trail(self) -> list[Crumb]:
        return [self.back()]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | self.choices()

    def perform(self, form: Any) -> Intervention:
        return services.record(partnership=self.partnership, by=self.request.user, **form.facts())

    def get_done_url(self, result: Any) -> str:
        return reverse("funding:intervention", args=[self.partnership.slug, result.pk])


class ChangeIntervention(InterventionForms):
    form_class = InterventionFields
    title, submit = _("Change the intervention"), _("Save")
    done_message = _("The intervention is changed.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | self.choices() | {"version": self.object.version}

    def get_initial(self) -> dict[str, Any]:
        stored: dict[str, Any] = self.object.shown_values()
        areas = self.object.area_links.filter(withdrawn=False).values_list("area", flat=True)
        return stored | {
            "provider": self.object.provider_id,
            "partner": self.object.partner_id,
            "priority": self.object.priority_id,
            "areas": list(areas),
        }

    def perform(self, form: Any) -> Intervention:
        return services.change(intervention_id=self.object.pk, by=self.request.user, **form.facts())


class WithdrawIntervention(InterventionForms):
    form_class = ReasonForm
    title, submit, danger = _("Withdraw the intervention"), _("Withdraw it"), True
    intro = _(
        "It stays on record, marked as withdrawn, and counts for nothing. Its awards pay for none then."
    )
    done_message = _("The intervention is withdrawn, and stays on record.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def perform(self, form: Any) -> Intervention:
        return services.withdraw(intervention_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class PayFrom(InterventionForms):
    form_class = PayFromForm
    title, submit = _("Say which award pays"), _("Link the award")
    intro = _("An award pays for one intervention, so that its spend is counted once.")
    done_message = _("The award is linked. What is spent on it counts for the intervention.")

    def get_form_kwargs(self) -> dict[str, Any]:
        awards = self.readable(Award).live().exclude(intervention_links__withdrawn=False)
        return super().get_form_kwargs() | {"awards": awards.order_by("-financial_year", "reference")}

    def perform(self, form: Any) -> InterventionAward:
        return services.pay_from(
            intervention_id=self.object.pk, award_id=form.cleaned_data["award"].pk, by=self.request.user
        )


class PayNoMore(InterventionForms):
    model = InterventionAward
    form_class = ReasonForm
    title, submit, danger = _("Take the award off"), _("Take it off"), True
    done_message = _("The award does not pay for the intervention any more.")

    @property
    def intro(self) -> str:  # type: ignore[override]
        return str(self.object.award)

    def perform(self, form: Any) -> InterventionAward:
        return services.pay_no_more(link_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class AddMeasure(InterventionForms):
    form_class = NewMeasureForm
    title, submit = _("Add a measure"), _("Add measure")
    intro = _("What the intervention counts of itself. It is asked with each quarter’s results.")
    done_message = _("The measure is added.")

    def perform(self, form: Any) -> Measure:
        return services.add_measure(intervention_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class ChangeMeasure(InterventionForms):
    model = Measure
    form_class = MeasureForm
    title, submit = _("Change the measure"), _("Save")
    done_message = _("The measure is changed.")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in ("name", "people", "expected", "retired")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def perform(self, form: Any) -> Measure:
        return services.change_measure(measure_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class ForItsPartner(InterventionForms):
    """What the partner's own people do, too."""

    any_of = (Permission.PARTNER_REPORT_SPEND, *MANAGERS)

    @cached_property
    def object(self) -> Any:
        found = self.readable_or_404(self.model, pk=self.kwargs["pk"])
        intervention = found if self.model is Intervention else found.intervention
        if not may_report(self.rights, intervention):
            raise PermissionDenied(self.refusal)
        return found


class AddInterventionPaper(ForItsPartner):
    form_class = InterventionPaperForm
    title, submit = _("Add an evaluation"), _("Add it")
    intro = _("An evaluation, or what else shows how it went: nothing that tells who anybody is.")
    done_message = _("The paper is added.")

    def perform(self, form: Any) -> InterventionPaper:
        return services.add_paper(intervention_id=self.object.pk, by=self.request.user, **form.facts())


class WithdrawInterventionPaper(ForItsPartner):
    model = InterventionPaper
    form_class = ReasonForm
    title, submit, danger = _("Withdraw the paper"), _("Withdraw it"), True
    done_message = _("The paper is withdrawn, and stays on record.")

    @property
    def intro(self) -> str:  # type: ignore[override]
        return str(self.object)

    def perform(self, form: Any) -> InterventionPaper:
        return services.withdraw_paper(paper_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class ReportResult(ForItsPartner):
    form_class = ResultForm
    submit = _("Save")
    done_message = _("The results are saved.")
    intro = _("Others see small numbers withheld, and never a figure from which they could be worked out.")

    @cached_property
    def quarter(self) -> Quarter:
        quarter = quarter_or_404(self.kwargs["year"], self.kwargs["quarter"])
        intervention = self.intervention
        if not quarter.overlaps(intervention.first_day, intervention.last_day or quarter.last_day):
            raise Http404("The intervention does not run in this quarter.")
        return quarter

    @property
    def title(self) -> Any:  # type: ignore[override]
        return _("Results, %(months)s %(year)s") % {
            "months": self.quarter.months,
            "year": self.quarter.last_day.year,
        }

    @cached_property
    def result(self) -> Result | None:
        found: Result | None = (
            self.readable(Result)
            .filter(
                intervention=self.object,
                financial_year=self.quarter.year.start,
                quarter=self.quarter.number,
            )
            .first()
        )
        return found

    def get_initial(self) -> dict[str, Any]:
        if self.result is None:
            return {}
        names = ("under_25", "professionals", "narrative")
        measured = {f"measure_{each.measure_id}": each.value for each in self.result.measured.all()}
        return {name: getattr(self.result, name) for name in names} | measured

    def get_form_kwargs(self) -> dict[str, Any]:
        _unused = self.quarter
        asked = list(self.object.measures.filter(retired=False))
        version = {"version": self.result.version} if self.result else {}
        return super().get_form_kwargs() | {"measures": asked} | version

    def perform(self, form: ResultForm) -> Result:
        facts = form.facts()
        version = facts.pop("version", None)
        return results.report(
            intervention_id=self.object.pk,
            quarter=self.quarter,
            reached=Reached(**facts),
            version=version,
            today=self.today,
            by=self.request.user,
        )
