"""Forms about interventions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.awards import ANY, year_choices
from funding.models import Award, Measure
from funding.services.interventions import About
from governance.forms.reviews import UploadMixin, count_field, file_field
from milestones.models import Priority
from partners.models import Area, Organisation, Partner
from svd_portal.kit.choices import NamedChoiceField, RecordField, RecordsField
from svd_portal.kit.forms import DateField, KeyedForm, PortalForm, long_text, short_text

MOST = 10_000_000
NOT_COUNTED = _(
    "Everybody who was reached in the quarter, also those of earlier quarters. "
    "Empty if nobody counted; 0 if nobody was reached."
)
NO_NAMES = _("Every partner reads this. Write nothing that tells who anybody is, and no small numbers.")


class InterventionFields(PortalForm):
    title = short_text(_("Service"))
    provider = RecordField(
        label=_("Provider"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose who provides it"),
        help_text=_("A partner, or whoever was awarded money here before."),
    )
    partner = RecordField(
        label=_("Partner who reports whom it reached"),
        queryset=Partner.objects.none(),
        empty_label=_("Choose a partner"),
    )
    priority = RecordField(
        label=_("Priority it serves"),
        queryset=Priority.objects.none(),
        required=False,
        empty_label=_("None named"),
    )
    cohort = short_text(
        _("Whom it is for"),
        max_length=300,
        required=False,
        help_text=_("The cohort, such as young women at risk of exploitation."),
    )
    areas = RecordsField(label=_("Areas"), queryset=Area.objects.none(), required=False)
    first_day = DateField(label=_("First day"))
    last_day = DateField(label=_("Last day"), required=False, help_text=_("Empty while no end is set."))
    other_funders = short_text(
        _("Other funders"),
        max_length=300,
        required=False,
        help_text=_("Who else pays. What our awards pay is linked on the intervention’s page."),
    )
    outputs = long_text(
        _("Expected outputs"), required=False, help_text=_("What it will do, and for how many.")
    )
    outcomes = long_text(_("Expected outcomes"), required=False, help_text=_("What should change by it."))

    def __init__(
        self, *args: Any, providers: Any, partners: Any, priorities: Any, areas: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["provider"].queryset = providers
        fields["partner"].queryset = partners
        fields["priority"].queryset = priorities
        fields["areas"].queryset = areas
        fields["areas"].label_from_instance = lambda area: area.label

    def facts(self) -> dict[str, Any]:
        """What the services take: `about`, the areas' ids, and the rest as it is."""
        given = dict(self.cleaned_data)
        priority, areas = given.pop("priority"), given.pop("areas")
        rest: dict[str, Any] = {name: given.pop(name) for name in ("key", "version") if name in given}
        about = About(priority_id=priority.pk if priority else None, **given)
        return {**rest, "about": about, "area_ids": [area.pk for area in areas]}


class NewInterventionForm(KeyedForm, InterventionFields):
    pass


class PayFromForm(PortalForm):
    award = RecordField(label=_("Award"), queryset=Award.objects.none(), empty_label=_("Choose an award"))

    def __init__(self, *args: Any, awards: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        award: Any = self.fields["award"]
        award.queryset = awards
        award.label_from_instance = lambda each: f"{each.reference} {each.title}, {each.year}"


class MeasureFields(PortalForm):
    name = short_text(_("Measure"), help_text=_("What is counted, such as sessions held."))
    people = forms.BooleanField(
        label=_("It counts people"), required=False, help_text=_("Small numbers are withheld then.")
    )
    expected = short_text(_("Expected"), max_length=120, required=False, help_text=_("Such as 40 a quarter."))


class NewMeasureForm(KeyedForm, MeasureFields):
    pass


class MeasureForm(MeasureFields):
    retired = forms.BooleanField(
        label=_("Ask it no more"), required=False, help_text=_("The figures given so far are kept.")
    )


class InterventionPaperForm(UploadMixin, KeyedForm):
    title = short_text(_("Title"))
    file = file_field(_("File"))
    url = forms.URLField(
        label=_("Or a link to where it is published"), required=False, max_length=200, assume_scheme="https"
    )


class ResultForm(PortalForm):
    """A quarter's results, with a field for each measure that is asked."""

    under_25 = count_field(_("People under 25 reached"), most=MOST, help_text=NOT_COUNTED)
    professionals = count_field(_("Professionals reached"), most=MOST, help_text=NOT_COUNTED)

    def __init__(self, *args: Any, measures: list[Measure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measures = measures
        for measure in measures:
            self.fields[f"measure_{measure.pk}"] = _measured(measure)
        self.fields["narrative"] = long_text(_("What happened"), required=False, help_text=NO_NAMES)

    def facts(self) -> dict[str, Any]:
        """What `Reached` takes, and the version that was seen."""
        given = dict(self.cleaned_data)
        measured = {each.pk: given.pop(f"measure_{each.pk}") for each in self.measures}
        return given | {"measured": measured}


def _measured(measure: Measure) -> forms.Field:
    expected = _("Expected: %(expected)s. ") % {"expected": measure.expected} if measure.expected else ""
    help_text = f"{expected}{_('Empty if it was not counted.')}"
    if measure.people:
        return count_field(measure.name, most=MOST, help_text=help_text)
    return forms.DecimalField(
        label=measure.name,
        required=False,
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-5"}),
        help_text=help_text,
    )


class InterventionFilter(PortalForm):
    year = forms.ChoiceField(label=_("Running in"), required=False)
    partner = NamedChoiceField(
        label=_("Partner"), named_by="organisation__name", empty_label=_("All partners")
    )
    priority = RecordField(
        label=_("Priority"),
        queryset=Priority.objects.none(),
        required=False,
        empty_label=_("All priorities"),
    )

    def __init__(self, *args: Any, years: Any, partners: Any, priorities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["year"].choices = [ANY, *year_choices(years)]
        fields["partner"].offer(partners)
        fields["priority"].queryset = priorities
