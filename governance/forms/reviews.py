"""Forms of reviews, their recommendations and themes."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from governance.models import Body, Review, ReviewRecommendation, ReviewTheme
from governance.services.reviews import About
from partners.models import Area, Partner
from svd_portal.kit import files
from svd_portal.kit.choices import NamedChoiceField, RecordField, RecordsField
from svd_portal.kit.forms import FIRST_YEAR, DateField, KeyedForm, PortalForm, long_text, short_text
from svd_portal.kit.widgets import Radios

NO_NAMES = _("No personal data: no name, initials, age, address or date that tells who it was.")
Status = ReviewRecommendation.Status
OPEN_STATUSES = [(each.value, each.label) for each in Status if each != Status.DONE]


def count_field(label: Any, *, most: int, **kwargs: Any) -> forms.IntegerField:
    """A number that may be left out: nothing is not nought."""
    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-5"})
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=most, widget=widget, **kwargs
    )


def file_field(label: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        allow_empty_file=True,  # refused with the reason and what to do, by `validate_upload`
        help_text=_("PDF, Word, Excel, OpenDocument, CSV or a picture, up to 20 MB."),
        widget=forms.FileInput(attrs={"accept": files.ACCEPT}),
    )


class UploadMixin:
    """A form with a `file` that becomes `upload`."""

    cleaned_data: dict[str, Any]

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        return files.validate_upload(upload) if upload else None

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["upload"] = given.pop("file")
        return given


class ReviewFields(PortalForm):
    """What is known of a review; `may_restrict` for who reads restricted items."""

    area = RecordField(
        label=_("Area"), queryset=Area.objects.none(), required=False, empty_label=_("None of these")
    )
    place = short_text(
        _("Place, where no area fits"), max_length=120, required=False, help_text=_("Never an address.")
    )
    month = forms.TypedChoiceField(
        label=_("Month of the event"),
        choices=[("", _("Not recorded")), *MONTHS.items()],
        coerce=int,
        empty_value=None,
        required=False,
    )
    year = count_field(_("Year of the event"), most=2100, help_text=_("Like 2016. No day is kept."))
    victims = count_field(_("Number of victims"), most=999, help_text=_("Empty if it is not recorded."))
    status = forms.ChoiceField(label=_("Status"), choices=Review.Status.choices)
    publication = forms.ChoiceField(label=_("Publication"), choices=Review.Publication.choices, widget=Radios)
    published_on = DateField(label=_("Published on"), required=False)
    url = forms.URLField(
        label=_("Link to where it is published"), required=False, max_length=200, assume_scheme="https"
    )
    unpublished_reason = long_text(
        _("Why it is not published"), max_length=600, rows=2, required=False, help_text=NO_NAMES
    )
    overseen_by = RecordField(
        label=_("Body that oversees it"), queryset=Body.objects.none(), required=False, empty_label=_("None")
    )
    note = long_text(_("Note"), max_length=2000, required=False, help_text=NO_NAMES)
    restricted = forms.BooleanField(
        label=_("Restricted"),
        required=False,
        help_text=_("Only those who read every restricted item learn that it exists."),
    )

    def __init__(
        self, *args: Any, areas: Any, bodies: Any, may_restrict: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        area: Any = self.fields["area"]
        area.queryset = areas
        area.label_from_instance = lambda each: each.label
        self.fields["overseen_by"].queryset = bodies  # type: ignore[attr-defined]
        if not may_restrict:
            del self.fields["restricted"]

    def clean_year(self) -> int | None:
        year: int | None = self.cleaned_data["year"]
        if year is not None and year < FIRST_YEAR:
            raise ValidationError(_("Enter a year from 1900, like 2016"), code="year")
        return year

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("month")) != bool(given.get("year")) and "year" not in self.errors:
            self.add_error(
                "month" if given.get("year") else "year", _("Enter the month and the year, or neither")
            )
        return given

    def facts(self) -> dict[str, Any]:
        """What the services take: `about`, and the rest as it is."""
        given = dict(self.cleaned_data)
        month, year = given.pop("month"), given.pop("year")
        area, body = given.pop("area"), given.pop("overseen_by")
        rest: dict[str, Any] = {name: given.pop(name) for name in ("key", "version", "kind") if name in given}
        about = About(
            area_id=area.pk if area else None,
            overseen_by_id=body.pk if body else None,
            event_month=date(year, month, 1) if month and year else None,
            **given,
        )
        return {**rest, "about": about}


class NewReviewForm(KeyedForm, ReviewFields):
    kind = forms.ChoiceField(label=_("Kind"), choices=Review.Kind.choices)
    field_order = ("kind",)


class RecommendationFields(PortalForm):
    """A recommendation. `themes` are those that are offered, and those it carries already."""

    text = long_text(_("Recommendation"), max_length=2000, rows=3, help_text=NO_NAMES)
    themes = RecordsField(label=_("Themes"), queryset=ReviewTheme.objects.none(), required=False)
    owner_partner = RecordField(
        label=_("Owner: partner"),
        queryset=Partner.objects.none(),
        required=False,
        empty_label=_("None named"),
    )
    owner_role = short_text(
        _("Owner: role"), max_length=120, required=False, help_text=_("A role, never a person's name.")
    )
    due = DateField(label=_("Due"), required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        choices=OPEN_STATUSES,
        help_text=_("Done is recorded on its page, with the evidence that practice changed."),
    )
    refused_reason = long_text(
        _("Why it is not accepted"), max_length=600, rows=2, required=False, help_text=NO_NAMES
    )

    def __init__(self, *args: Any, partners: Any, themes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_partner"].queryset = partners  # type: ignore[attr-defined]
        self.fields["themes"].queryset = themes  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        partner = given.pop("owner_partner")
        return given | {
            "owner_partner_id": partner.pk if partner else None,
            "theme_ids": [theme.pk for theme in given.pop("themes")],
        }


class NewRecommendationForm(KeyedForm, RecommendationFields):
    pass


class ChangeRecommendationForm(RecommendationFields):
    """`done`: its status then changes by opening it again."""

    reason = short_text(
        _("Why the date moves"),
        max_length=300,
        required=False,
        help_text=_("Only when a date was set before."),
    )

    def __init__(self, *args: Any, done: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if done:
            del self.fields["status"]
            del self.fields["refused_reason"]


class ProgressForm(UploadMixin, KeyedForm):
    """How a recommendation goes; `told` for whoever writes down what the owner told them."""

    text = long_text(_("How it goes"), max_length=2000, help_text=NO_NAMES)
    on = DateField(label=_("As of"))
    source = short_text(
        _("Where it came from"),
        required=False,
        help_text=_("If somebody told you: for example, an e-mail of 3 January 2024."),
    )
    file = file_field(_("File that shows it"))

    def __init__(self, *args: Any, told: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not told:
            del self.fields["source"]


class PracticeForm(UploadMixin, PortalForm):
    practice = long_text(
        _("What shows that practice changed"),
        help_text=NO_NAMES,
    )
    done_on = DateField(label=_("Done on"))
    file = file_field(_("File that shows it"))


class NewThemeForm(KeyedForm):
    name = short_text(_("Theme"), max_length=80)


class ThemeForm(PortalForm):
    name = short_text(_("Theme"), max_length=80)
    retired = forms.BooleanField(
        label=_("No longer offer it"),
        required=False,
        help_text=_("Recommendations that carry it keep it."),
    )


class NoteForm(PortalForm):
    text = long_text(
        _("Note above the register"), max_length=2000, required=False, help_text=_("Empty takes it away.")
    )


class ReviewFilter(PortalForm):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("All kinds")), *Review.Kind.choices], required=False
    )
    area = NamedChoiceField(label=_("Area"), empty_label=_("All areas"))
    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("All")), *Review.Status.choices], required=False
    )
    publication = forms.ChoiceField(
        label=_("Publication"), choices=[("", _("All")), *Review.Publication.choices], required=False
    )
    year = forms.ChoiceField(label=_("Year of the event"), required=False)

    def __init__(self, *args: Any, areas: Any, years: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].offer(areas)  # type: ignore[attr-defined]
        self.fields["year"].choices = [("", _("All years")), *((str(y), str(y)) for y in years)]  # type: ignore[attr-defined]


class RecommendationFilter(PortalForm):
    theme = NamedChoiceField(label=_("Theme"), empty_label=_("All themes"))
    status = forms.ChoiceField(label=_("Status"), choices=[("", _("All")), *Status.choices], required=False)
    partner = NamedChoiceField(label=_("Owner"), named_by="organisation__name", empty_label=_("All owners"))
    area = NamedChoiceField(label=_("Area"), empty_label=_("All areas"))
    no_owner = forms.BooleanField(label=_("Without an owner"), required=False)

    def __init__(self, *args: Any, themes: Any, partners: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].offer(themes)  # type: ignore[attr-defined]
        self.fields["partner"].offer(partners)  # type: ignore[attr-defined]
        self.fields["area"].offer(areas)  # type: ignore[attr-defined]
