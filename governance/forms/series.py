"""Forms of a series of meetings: its pattern, its days, and what changes for those that lie ahead."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.forms.base import ClockField
from governance.models import Body, Marking, MeetingSeries
from governance.rules.series import MOST, Pattern, days, is_last_weekday
from svd_portal.kit.choices import RecordField
from svd_portal.kit.errors import DomainError
from svd_portal.kit.forms import DateField, KeyedForm, PortalForm, short_text
from svd_portal.kit.widgets import Radios

HINTS = {
    Pattern.WEEKS.value: _("For example, every 2 weeks on a Tuesday."),
    Pattern.WEEKDAY.value: _("For example, the second Tuesday. A fifth one counts as the last."),
    Pattern.LAST_WEEKDAY.value: _("For example, the last Friday."),
    Pattern.MONTHS.value: _("For example, every 2 months on the 15th."),
    Pattern.QUARTERLY.value: _("For example, the second Tuesday of every third month."),
}


def length(**kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Length in minutes"),
        required=False,
        min_value=5,
        max_value=720,
        help_text=_("For example, 90. Leave it empty if the end is open."),
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}),
        **kwargs,
    )


class SeriesPlan(KeyedForm):
    """What all meetings of a series share."""

    body = RecordField(label=_("Body"), queryset=Body.objects.none(), empty_label=_("Choose a body"))
    starts = ClockField(label=_("Starts"), help_text=_("For example, 10:00"))
    minutes = length()
    place = short_text(_("Place"), required=False, help_text=_("A room, an address, or “online”."))
    marking = forms.ChoiceField(
        label=_("Protective marking"), choices=Marking.choices, initial=Marking.OFFICIAL, widget=Radios
    )
    pattern = forms.ChoiceField(
        label=_("When it meets"),
        choices=MeetingSeries.PATTERNS,
        initial=Pattern.WEEKDAY.value,
        widget=Radios(hints=HINTS),
    )
    every = forms.IntegerField(
        label=_("Every how many weeks or months"),
        initial=1,
        min_value=1,
        max_value=52,
        help_text=_("1 for every one, 2 for every second one. Quarterly is always every third month."),
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-2"}),
    )

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {"body_id": given.pop("body").pk}


class CallSeriesForm(SeriesPlan):
    day = DateField(label=_("First day"), help_text=_("For example, 9 4 2024"))
    count = forms.IntegerField(
        label=_("How many meetings"),
        initial=6,
        min_value=2,
        max_value=MOST,
        help_text=_("From 2 to %(most)s.") % {"most": MOST},
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-2"}),
    )
    field_order = ("body", "day", "starts", "minutes", "place", "pattern", "every", "count", "marking")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        last = given.get("pattern") == Pattern.LAST_WEEKDAY
        if last and given.get("day") and not is_last_weekday(given["day"]):
            self.add_error("day", _("Such a weekday comes again in this month. Enter the last one"))
        return given

    def days(self) -> list[date]:
        given = self.cleaned_data
        return days(
            first=given["day"],
            pattern=Pattern(given["pattern"]),
            every=given["every"],
            count=given["count"],
        )


class SeriesDay(PortalForm):
    """One day of a series, to be changed or left out."""

    day = DateField(label=_("Date"))
    leave_out = forms.BooleanField(label=_("Leave it out"), required=False)

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"d{number}", **kwargs)
        names = {"day": _("Date %(number)s"), "leave_out": _("Leave date %(number)s out")}
        for name, label in names.items():
            self.fields[name].label = label % {"number": number + 1}
        self.kept: date | None = None if self.is_bound else self.initial.get("day")
        """The day, where it is known and not left out; it stays known when it is refused."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("leave_out"):
            self._errors.pop("day", None)
        else:
            self.kept = given.get("day")
        return given


class SeriesDays:
    """The days of a series, each with its form, and in hidden fields what all of them share."""

    def __init__(self, plan: SeriesPlan, rows: Iterable[SeriesDay]) -> None:
        self.plan, self.rows = plan, list(rows)

    @classmethod
    def offered(cls, plan: SeriesPlan, found: Iterable[date]) -> "SeriesDays":
        return cls(plan, (SeriesDay(number=n, initial={"day": day}) for n, day in enumerate(found)))

    @classmethod
    def sent(cls, plan: SeriesPlan, data: Any) -> "SeriesDays":
        """As many rows as were sent, and no more than a series can have."""
        sent = [n for n in range(MOST) if f"d{n}-day_day" in data]
        return cls(plan, (SeriesDay(data, number=n) for n in sent))

    @property
    def every(self) -> list[PortalForm]:
        return [self.plan, *self.rows]

    @property
    def errors(self) -> bool:
        return any(form.is_bound and form.errors for form in self.every)

    @property
    def cleaned_data(self) -> dict[str, Any]:
        """What all the days share, its key included."""
        return self.plan.cleaned_data

    @property
    def data(self) -> Any:
        return self.plan.data

    @property
    def files(self) -> Any:
        return self.plan.files

    def is_valid(self) -> bool:
        checked = [form.is_valid() for form in self.every]  # every form, so that all its errors show at once
        return all(checked)

    def is_multipart(self) -> bool:
        return False

    def kept(self) -> list[SeriesDay]:
        return [row for row in self.rows if row.kept]

    def add_service_error(self, refusal: DomainError) -> None:
        """A refusal that names a day goes beside it."""
        name, _hyphen, number = (refusal.field or "").partition("-")
        if name == "day" and number.isdigit():
            self.kept()[int(number)].add_error("day", refusal.message)
        else:
            self.plan.add_service_error(refusal)


class ChangeFollowingForm(PortalForm):
    starts = ClockField(label=_("Starts"), help_text=_("For example, 10:00"))
    minutes = length()
    place = short_text(_("Place"), required=False, help_text=_("A room, an address, or “online”."))
