"""Forms: GOV.UK markup from Django's own renderer, and fields whose messages say what to do."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.forms.formsets import BaseFormSet
from django.forms.renderers import TemplatesSetting
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from svd_portal.kit import format
from svd_portal.kit.boxes import box_for
from svd_portal.kit.errors import DomainError, Stale
from svd_portal.kit.money import LARGEST
from svd_portal.kit.sentences import printable, say_what_to_do
from svd_portal.kit.widgets import DATE_PARTS, DateBoxes, PoundsInput

SHORT_TEXT, LONG_TEXT = 200, 4000
FIRST_YEAR, LAST_YEAR = 1900, 2100


class PortalBoundField(forms.BoundField):
    """A field that renders as a GOV.UK form group: label, hint, error and control, tied together."""

    @property
    def template_name(self) -> str:
        return getattr(self.field, "template_name", None) or "kit/field.html"

    def get_context(self) -> dict[str, Any]:
        return {"field": self, "box": box_for(self)}

    def bare(self) -> SafeString:
        """The field inside a table's cell: its label is there for a screen reader only."""
        return self.render(context={"field": self, "box": box_for(self, bare=True)})

    @cached_property
    def error_target(self) -> str:
        """Id of the control an error summary links to: the first offending box, or the first option."""
        if isinstance(self.field.widget, DateBoxes):
            return f"{self.auto_id}-{next(iter(self.offending_parts), 'day')}"
        return self.auto_id

    @cached_property
    def offending_parts(self) -> tuple[str, ...]:
        """Which of a date's boxes the error is about."""
        every = tuple(part for part, _label, _width in DATE_PARTS)
        for error in self.errors.as_data():
            return tuple((error.params or {}).get("parts", every))
        return ()


class PortalRenderer(TemplatesSetting):
    form_template_name = "kit/form.html"
    formset_template_name = "kit/formset.html"
    field_template_name = "kit/field.html"
    bound_field_class = PortalBoundField


# Fields


class DateField(forms.Field):
    """A date typed in three boxes. Gives a `date`, or None where it is not required and empty."""

    widget = DateBoxes

    def to_python(self, value: Any) -> date | None:
        if value is None or isinstance(value, date):
            return value
        parts = {part: value.get(part, "") for part, _label, _width in DATE_PARTS}
        missing = [part for part, text in parts.items() if not text]
        if len(missing) == len(parts):
            return None
        if missing:
            raise self._error(_("{subject} must include a {missing}"), "incomplete", missing)
        return self._real_date(parts | {"month": _month_number(parts["month"])})

    def _real_date(self, parts: Mapping[str, str]) -> date:
        wrong = [part for part, text in parts.items() if not re.fullmatch(r"[0-9]{1,4}", text)]
        if wrong:
            raise self._error(_("{subject} must use numbers only, like 31 1 2024"), "invalid", wrong)
        if not FIRST_YEAR <= int(parts["year"]) <= LAST_YEAR:
            raise self._error(_("{subject} must have a year from 1900 to 2100, like 2024"), "year", ["year"])
        try:
            return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
        except ValueError:
            wrong = ["month"] if not 1 <= int(parts["month"]) <= 12 else ["day"]
            raise self._error(_("{subject} must be a real date"), "invalid", wrong) from None

    def _error(self, sentence: Any, code: str, parts: list[str]) -> ValidationError:
        subject = str(self.label or _("The date")).rstrip("?:. ")
        message = str(sentence).format(subject=subject, missing=" and a ".join(parts))
        return ValidationError(message, code=code, params={"parts": parts})

    def has_changed(self, initial: Any, data: Any) -> bool:
        return DateBoxes.boxes(initial) != DateBoxes.boxes(data)


def _month_number(text: str) -> str:
    """ "January" and "jan" as "1"; anything else as typed."""
    typed = text.casefold()
    names = [*MONTHS.items(), *MONTHS_3.items()]
    return next((str(number) for number, name in names if str(name).casefold() == typed), text)


class MoneyField(forms.Field):
    """Pounds and pence as people type them: "£1,234.50", "1234.5". Gives a `Decimal` or None.

    `minimum` is 0 unless `allow_negative`; `maximum` defaults to the largest sum the portal can hold.
    """

    widget = PoundsInput
    _shape = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?", re.ASCII)

    def __init__(
        self,
        *,
        allow_negative: bool = False,
        minimum: Decimal | None = None,
        maximum: Decimal = LARGEST,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.minimum = minimum if minimum is not None else (-maximum if allow_negative else Decimal(0))
        self.maximum = maximum

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        text = re.sub(r"\s+", "", str(value)).replace("£", "", 1).replace("−", "-")
        if not text:
            return None
        match = self._shape.fullmatch(text)
        if not match:
            raise ValidationError(_("Enter an amount in pounds and pence, like 1,234.56"), code="invalid")
        if len(match[3] or "") > 2:
            raise ValidationError(
                _("Enter pounds and pence only: no more than 2 numbers after the point"), code="pence"
            )
        return Decimal(f"{match[1]}{match[2].replace(',', '')}.{match[3] or '00'}")

    def validate(self, value: Decimal | None) -> None:
        super().validate(value)
        if value is None:
            return
        if value < self.minimum:
            sentence = _("Enter %(limit)s or more; amounts below nothing are not used here")
            if self.minimum:
                sentence = _("Enter %(limit)s or more")
            raise ValidationError(
                sentence, code="minimum", params={"limit": format.short_money(self.minimum)}
            )
        if value > self.maximum:
            limit = format.short_money(self.maximum)
            raise ValidationError(
                _("Check the amount: it must be %(limit)s or less"), "maximum", {"limit": limit}
            )

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,.2f}" if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return super().has_changed(initial, self.to_python(data))
        except ValidationError:
            return True


def short_text(label: Any, **kwargs: Any) -> forms.CharField:
    """One line of text, at most `max_length` characters (200 unless told)."""
    return forms.CharField(label=label, **{"max_length": SHORT_TEXT, **kwargs})


def long_text(label: Any, *, rows: int = 4, **kwargs: Any) -> forms.CharField:
    """A box of text with a count of characters left, at most `max_length` (4,000 unless told)."""
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": rows}), **{"max_length": LONG_TEXT, **kwargs}
    )


# Forms


class PortalFormMixin(forms.BaseForm):
    """What `PortalForm` and `PortalModelForm` share.

    Args:
        version: version of the record being edited. It travels in a hidden field and comes back in
            `cleaned_data["version"]`, for the service to compare.
    """

    use_required_attribute = False
    template_name = "kit/form.html"
    stale_rows: tuple[dict[str, Any], ...] = ()

    def __init__(self, *args: Any, version: int | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        if version is not None:
            lost = _(
                "This page no longer knows which version you were editing. Open it again from its record"
            )
            self.fields["version"] = forms.IntegerField(
                initial=version,
                widget=forms.HiddenInput,
                error_messages={"required": lost, "invalid": lost},
            )

    def full_clean(self) -> None:
        # Here and not in __init__, where a form may still add fields of its own.
        for name, field in self.fields.items():
            say_what_to_do(field, name)
            typed = isinstance(field, forms.CharField) and not isinstance(field, forms.UUIDField)
            if typed and printable not in field.validators:
                field.validators = [*field.validators, printable]
        super().full_clean()

    def add_service_error(self, error: DomainError) -> None:
        """Show a service's refusal beside its field, or above the form; a `Stale` with both texts."""
        if isinstance(error, Stale):
            self._mark_stale(error)
        known = error.field in self.fields and not self[error.field].is_hidden
        self.add_error(error.field if known else None, error.message)

    def _mark_stale(self, error: Stale) -> None:
        """Keep what was typed, and take the new version, so that saving again is a choice made knowingly."""
        self.stale_rows = tuple(_differences(self, error.current))
        if "version" in self.fields:
            sent: Any = self.data
            self.data = sent.copy()
            self.data[self.add_prefix("version")] = str(error.version)  # type: ignore[index]
            self.fields["version"].initial = error.version


class PortalForm(PortalFormMixin, forms.Form):
    pass


class KeyedForm(PortalForm):
    """A form that adds a record: its hidden key becomes the record's id, so two presses make one."""

    key = forms.UUIDField(
        required=False,
        initial=uuid4,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("This form was damaged on its way. Open the page again")},
    )


def _portal_formfield(field: Any, **kwargs: Any) -> Any:
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return field.formfield(form_class=DateField, **{k: v for k, v in kwargs.items() if k != "widget"})
    if isinstance(field, models.DecimalField) and field.decimal_places == 2:
        kept = {"required": not field.blank, "label": kwargs.get("label", field.verbose_name.capitalize())}
        return MoneyField(help_text=kwargs.get("help_text", field.help_text), **kept)
    return field.formfield(**kwargs)


class PortalModelForm(PortalFormMixin, forms.ModelForm):  # type: ignore[type-arg]
    """A form over a model. Its Meta extends `PortalModelForm.Meta`, for the portal's dates and money."""

    class Meta:
        formfield_callback = _portal_formfield


def _shown(bound: forms.BoundField, value: Any) -> str:
    """A value as words: the label of a choice, a long date, "£1,234.56"."""
    choices = getattr(bound.field, "choices", None)
    if choices is not None:
        wanted = {str(item) for item in value} if isinstance(value, list | tuple) else {str(value)}
        labels = [str(label) for key, label in _flat(choices) if str(key) in wanted]
        return ", ".join(labels) or format.NOTHING
    if isinstance(value, date):
        return format.long_date(value)
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, Decimal):
        return format.money(value)
    return format.NOTHING if value in (None, "") else str(value)


def _flat(choices: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label


def _differences(form: Any, current: Mapping[str, object]) -> Iterator[dict[str, Any]]:
    for bound in form.visible_fields():
        if bound.name not in current or isinstance(bound.field, forms.FileField):
            continue
        mine = form.cleaned_data.get(bound.name)
        theirs, yours = _shown(bound, current[bound.name]), _shown(bound, getattr(mine, "pk", mine))
        if theirs != yours:
            yield {"name": bound.name, "label": bound.label, "theirs": theirs, "yours": yours}


def error_links(*forms_or_formsets: Any) -> list[dict[str, str]]:
    """Every error of the forms and formsets given, in order, with the address of its control.

    Returns:
        `{"text": …, "href": "#id_name"}` for each; an error of a whole form has an empty `href`.
    """
    found: list[dict[str, str]] = []
    for item in forms_or_formsets:
        if isinstance(item, BaseFormSet):
            found += [{"text": str(text), "href": ""} for text in item.non_form_errors()]
            found += error_links(*item.forms)
        elif item is not None:
            found += _links_of(item)
    return found


def _links_of(form: forms.BaseForm) -> Iterator[dict[str, str]]:
    for name, errors in form.errors.items():
        href = ""
        if name != NON_FIELD_ERRORS and not form[name].is_hidden:
            bound: Any = form[name]
            href = f"#{bound.error_target}"
        for text in errors:
            yield {"text": str(text), "href": href}
