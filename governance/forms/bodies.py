"""Forms of bodies, of the lines between them, and of their seats."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.models import Body, Decision, ReportingLine, Seat
from governance.services.terms import Content
from partners.models import Partner, User
from partners.rules.duties import AuthorityClass
from svd_portal.kit.choices import RecordField
from svd_portal.kit.forms import DateField, KeyedForm, PortalForm, long_text, short_text
from svd_portal.kit.widgets import Checkboxes, Radios

DAY = _("For example, 1 4 2024")
MANY = 500


def number(label: Any, **kwargs: Any) -> forms.IntegerField:
    """A whole number that may be left out."""
    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"})
    return forms.IntegerField(
        label=label, required=False, min_value=1, max_value=MANY, widget=widget, **kwargs
    )


class BodyFields(PortalForm):
    name = short_text(_("Name"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Body.Kind.choices)
    purpose = long_text(_("What it is for"), required=False)
    minutes_url = forms.URLField(
        label=_("Link to its minutes"),
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text=_("For a body run elsewhere, or one that publishes its minutes."),
    )
    positions = forms.BooleanField(
        label=_("Record partners' positions"),
        required=False,
        help_text=_("For each decision, who was for, against, or abstained. Most bodies do not."),
    )


class NewBodyForm(KeyedForm, BodyFields):
    code = short_text(
        _("Code in references"),
        max_length=12,
        help_text=_("Begins the references of its decisions and actions, like EXEC/2024/07. Never changes."),
    )
    run_here = forms.TypedChoiceField(
        label=_("Who runs it"),
        choices=[("yes", _("It is run here")), ("no", _("It is run elsewhere"))],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=Radios(
            hints={
                "yes": _("The portal holds its agendas, attendance, minutes and quorum."),
                "no": _("The portal holds our item, what we sent, and what came of it."),
            }
        ),
    )
    first_day = DateField(label=_("First day"), help_text=DAY)
    field_order = ("name", "code", "kind", "run_here", "purpose", "minutes_url", "positions", "first_day")


class WindUpForm(PortalForm):
    last_day = DateField(label=_("Last day"), help_text=_("The body still exists on that day."))
    reason = short_text(
        _("Why it ends"), max_length=300, help_text=_("For example: its work passes to another body.")
    )


class LineForm(KeyedForm):
    kind = forms.ChoiceField(label=_("This body"), choices=ReportingLine.Kind.choices, widget=Radios)
    to = RecordField(label=_("Other body"), queryset=Body.objects.none(), empty_label=_("Choose a body"))
    note = short_text(_("Note"), max_length=300, required=False, help_text=_("For example: as needed."))
    first_day = DateField(label=_("From"), help_text=DAY)

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = bodies  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {"to_id": given.pop("to").pk}


class LastDayForm(PortalForm):
    last_day = DateField(label=_("Last day"), help_text=DAY)


class SeatForm(PortalForm):
    title = short_text(
        _("Title"), max_length=120, help_text=_("Usually the partner's name, or “Chair”. Never a person's.")
    )
    kind = forms.ChoiceField(label=_("Whose seat"), choices=Seat.Kind.choices, widget=Radios)
    partner = RecordField(
        label=_("Partner"), queryset=Partner.objects.none(), required=False, empty_label=_("None")
    )
    voting = forms.BooleanField(label=_("Counts towards the quorum"), required=False, initial=True)

    def __init__(self, *args: Any, partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        partner = given.pop("partner")
        return given | {"partner_id": partner.pk if partner else None}


class NewSeatForm(KeyedForm, SeatForm):
    first_day = DateField(label=_("From"), help_text=DAY)


class HolderForm(KeyedForm):
    user = RecordField(label=_("Person"), queryset=User.objects.none(), empty_label=_("Choose a person"))
    deputy = forms.TypedChoiceField(
        label=_("As"),
        choices=[("no", _("Holder")), ("yes", _("Deputy"))],
        coerce=lambda value: value == "yes",
        initial="no",
        widget=Radios(
            hints={"no": _("Whoever holds the seat leaves it the day before.")},
        ),
    )
    first_day = DateField(label=_("From"), help_text=DAY)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {"user_id": given.pop("user").pk}


class TermsForm(PortalForm):
    """A draft of terms of reference. Its fields are those of `services.terms.Content`."""

    purpose = long_text(_("Purpose"), required=False)
    accountability = long_text(_("Accountability"), required=False, help_text=_("To whom, and for what."))
    membership = long_text(_("Membership and tenure"), required=False)
    chairing = long_text(_("Chair"), required=False, help_text=_("How chosen, and for how long."))
    responsibilities = long_text(_("Responsibilities"), required=False)
    frequency = short_text(_("How often it meets"), required=False)
    quorum_seats = number(_("Seats needed"), help_text=_("Leave empty what is not asked for."))
    quorum_share = number(_("Share of the seats needed, in percent"))
    quorum_partners = number(_("Partners needed"), help_text=_("Seats of so many different partners."))
    quorum_classes = forms.MultipleChoiceField(
        label=_("Authorities that must each be represented"),
        choices=AuthorityClass.choices(),
        required=False,
        widget=Checkboxes,
    )
    decision_makers_only = forms.BooleanField(label=_("Only seats with a vote count"), required=False)
    remote_counts = forms.BooleanField(label=_("Attending remotely counts"), required=False)
    remote_rules = long_text(_("Rules for attending remotely"), required=False, max_length=2000)
    papers_days = number(_("Days before a meeting when papers are due"))
    review_on = DateField(label=_("To be reviewed"), required=False)

    quorum = (
        "quorum_seats",
        "quorum_share",
        "quorum_partners",
        "quorum_classes",
        "decision_makers_only",
        "remote_counts",
    )

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        version = given.pop("version")
        given["quorum_classes"] = tuple(given["quorum_classes"])
        return {"version": version, "content": Content(**given)}


class AdoptForm(PortalForm):
    decision = RecordField(
        label=_("Adopted by"), queryset=Decision.objects.none(), empty_label=_("Choose a decision")
    )
    first_day = DateField(label=_("In force from"), help_text=DAY)

    def __init__(self, *args: Any, decisions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["decision"]
        field.queryset = decisions
        field.label_from_instance = lambda each: f"{each.reference} {each.title}"

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {"decision_id": given.pop("decision").pk}


class StructureDay(PortalForm):
    """The day as of which the structure is drawn."""

    on = DateField(label=_("As of"), required=False)
