"""Forms of the engagement log."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.forms.reviews import UploadMixin, count_field, file_field
from governance.models import Decision, Engagement
from governance.services.engagement import About
from partners.models import Partner
from svd_portal.kit.choices import NamedChoiceField, RecordField, RecordsField
from svd_portal.kit.forms import DateField, KeyedForm, PortalForm, long_text, short_text

MOST = 10_000_000
NOT_COUNTED = _("Empty if nobody counted. Write 0 if nobody came.")
NO_NAMES = _("No personal data: write what was said, never who said it.")


class EngagementFields(PortalForm):
    title = short_text(_("What it was"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Engagement.Kind.choices)
    on_strategy = forms.BooleanField(
        label=_("It consulted on the strategy"),
        required=False,
        help_text=_("Each educational, prison and youth custody authority must be consulted (s.8)."),
    )
    first_day = DateField(label=_("First day"), required=False, help_text=_("Empty if it is not recorded."))
    last_day = DateField(label=_("Last day"), required=False, help_text=_("Empty if it took one day."))
    place = short_text(_("Place"), required=False)
    online = forms.BooleanField(label=_("Online"), required=False)
    audience = short_text(_("Audience"), max_length=300, required=False)
    run_by = short_text(_("Run by"), required=False, help_text=_("An organisation or a role."))
    partners = RecordsField(
        label=_("Partners that took part, or were consulted"),
        queryset=Partner.objects.none(),
        required=False,
    )
    under_25 = count_field(_("People under 25 reached"), most=MOST, help_text=NOT_COUNTED)
    professionals = count_field(_("Professionals reached"), most=MOST, help_text=NOT_COUNTED)
    others = count_field(_("Others reached"), most=MOST, help_text=NOT_COUNTED)
    heard = long_text(_("What was heard"), required=False, help_text=NO_NAMES)
    changed = long_text(_("What it changed"), required=False, help_text=NO_NAMES)
    decision = RecordField(
        label=_("Decision it led to"),
        queryset=Decision.objects.none(),
        required=False,
        empty_label=_("None"),
    )

    def __init__(self, *args: Any, partners: Any, decisions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partners"].queryset = partners  # type: ignore[attr-defined]
        decision: Any = self.fields["decision"]
        decision.queryset = decisions
        decision.label_from_instance = lambda each: f"{each.reference}: {each.title}"

    def facts(self) -> dict[str, Any]:
        """What the services take: `about`, the partners' ids, and the rest as it is."""
        given = dict(self.cleaned_data)
        decision, partners = given.pop("decision"), given.pop("partners")
        rest: dict[str, Any] = {name: given.pop(name) for name in ("key", "version") if name in given}
        about = About(decision_id=decision.pk if decision else None, **given)
        return {**rest, "about": about, "partner_ids": [partner.pk for partner in partners]}


class NewEngagementForm(KeyedForm, EngagementFields):
    pass


class EngagementPaperForm(UploadMixin, KeyedForm):
    title = short_text(_("Title"))
    file = file_field(_("File"))
    url = forms.URLField(
        label=_("Or a link to where it is published"), required=False, max_length=200, assume_scheme="https"
    )


class EngagementFilter(PortalForm):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("All kinds")), *Engagement.Kind.choices], required=False
    )
    partner = NamedChoiceField(
        label=_("Partner"), named_by="organisation__name", empty_label=_("All partners")
    )
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, *args: Any, partners: Any, years: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].offer(partners)  # type: ignore[attr-defined]
        self.fields["year"].choices = [("", _("All years")), *((str(y), str(y)) for y in years)]  # type: ignore[attr-defined]
