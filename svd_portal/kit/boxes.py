"""What a form field hands to its GOV.UK macro: which macro, and with which parameters."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from svd_portal.kit.widgets import DATE_PARTS, DateBoxes

HIDDEN_LABEL = "govuk-visually-hidden"
# Django sets these on widgets, the macros set them for themselves.
_OWN = {
    "class",
    "rows",
    "cols",
    "aria-describedby",
    "aria-invalid",
    "required",
    "id",
    "maxlength",
    "disabled",
}
_NAMED = {"inputmode", "autocomplete", "spellcheck", "autocapitalize", "pattern"}


def box_for(bound: Any, *, bare: bool = False) -> dict[str, Any]:
    """`{"macro": name, "params": …}` for the field's widget; `bare` hides its label from sight."""
    widget = bound.field.widget
    for kind, build in _BUILDERS:
        if isinstance(widget, kind):
            macro, params = build(bound, widget)
            break
    else:
        macro, params = "input", _input(bound, widget)
    return {"macro": macro, "params": _named(bound, macro, bare) | params}


def _named(bound: Any, macro: str, bare: bool) -> dict[str, Any]:
    classes = HIDDEN_LABEL if bare else ""
    named: dict[str, Any] = {"id": bound.auto_id, "idPrefix": bound.auto_id, "name": bound.html_name}
    if macro in {"date", "radios", "checkboxes"}:
        legend = {"text": bound.label, "classes": classes or "govuk-fieldset__legend--s"}
        named["fieldset"] = {"legend": legend}
    else:
        named["label"] = {"text": bound.label, "classes": classes}
    if bound.help_text:
        named["hint"] = {"text": bound.help_text}
    if bound.errors:
        named["errorMessage"] = {"text": " ".join(str(error) for error in bound.errors)}
    if bare:
        named["formGroup"] = {"classes": "form-group--bare"}
    return named


def _input(bound: Any, widget: forms.Widget) -> dict[str, Any]:
    attrs = bound.build_widget_attrs(widget.attrs)
    params = {
        "type": getattr(widget, "input_type", "text"),
        "value": widget.format_value(bound.value()),
        "classes": attrs.get("class", ""),
        "disabled": bool(bound.field.disabled),
        "attributes": {key: value for key, value in attrs.items() if key not in _OWN | _NAMED},
    }
    params |= {key: attrs[key] for key in _NAMED if key in attrs}
    if prefix := getattr(widget, "prefix", ""):
        params["prefix"] = {"text": prefix}
    if params["type"] == "number":
        # A number box changes under a mouse wheel and hides what was typed wrongly.
        params |= {"type": "text", "inputmode": "numeric", "attributes": {}}
    return params


def _password(bound: Any, widget: forms.PasswordInput) -> tuple[str, dict[str, Any]]:
    params = _input(bound, widget)
    return "password", {key: params[key] for key in ("classes", "autocomplete") if key in params}


def _textarea(bound: Any, widget: forms.Textarea) -> tuple[str, dict[str, Any]]:
    limit = getattr(bound.field, "max_length", None)
    params = _input(bound, widget) | {"rows": widget.attrs.get("rows", 4), "value": bound.value() or ""}
    if limit:
        return "counted", params | {"maxlength": limit, "threshold": 60}
    return "textarea", params


def _date(bound: Any, widget: DateBoxes) -> tuple[str, dict[str, Any]]:
    typed, wrong = widget.boxes(bound.value()), bound.offending_parts
    items = [
        {
            "id": f"{bound.auto_id}-{part}",
            "name": f"{bound.html_name}_{part}",
            "label": label,
            "value": typed[part],
            "classes": f"govuk-input--width-{width}{' govuk-input--error' if part in wrong else ''}",
        }
        for part, label, width in DATE_PARTS
    ]
    return "date", {"items": items}


def _options(bound: Any, widget: Any) -> Iterator[dict[str, Any]]:
    hints = getattr(widget, "hints", {})
    for option in bound.subwidgets:
        data = option.data
        value = str(data["value"])
        yield {
            "value": value,
            "text": data["label"],
            "checked": bool(data["selected"]),
            "disabled": bool(bound.field.disabled),
            **({"hint": {"text": hints[value]}} if value in hints else {}),
        }


def _radios(bound: Any, widget: forms.RadioSelect) -> tuple[str, dict[str, Any]]:
    classes = "govuk-radios--small"
    if getattr(widget, "inline", False):
        classes += " govuk-radios--inline"
    return "radios", {"items": list(_options(bound, widget)), "classes": classes}


def _checkboxes(bound: Any, widget: forms.CheckboxSelectMultiple) -> tuple[str, dict[str, Any]]:
    return "checkboxes", {"items": list(_options(bound, widget)), "classes": "govuk-checkboxes--small"}


def _checkbox(bound: Any, widget: forms.CheckboxInput) -> tuple[str, dict[str, Any]]:
    item = {"value": "on", "text": bound.label, "checked": bool(widget.check_test(bound.value()))}
    if bound.help_text:
        item["hint"] = {"text": bound.help_text}
    return "checkboxes", {
        "items": [item],
        "classes": "govuk-checkboxes--small",
        "fieldset": None,
        "hint": None,
    }


def _select(bound: Any, widget: forms.Select) -> tuple[str, dict[str, Any]]:
    value = bound.value()
    values = value if isinstance(value, list | tuple) else [value]
    chosen = {str(item) if item is not None else "" for item in values}
    return "select", {
        "groups": list(_groups(widget.choices, chosen)),
        "multiple": widget.allow_multiple_selected,
        "classes": widget.attrs.get("class", ""),
        "disabled": bool(bound.field.disabled),
    }


Option = tuple[str, Any, bool]


def _groups(choices: Any, chosen: set[str]) -> Iterator[tuple[Any, list[Option]]]:
    """Options (value, label, selected) by the group they stand in, those in none together.

    Django prepares attributes besides that nobody prints.
    """
    loose: list[Option] = []
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield None, loose
            yield value, [_option(each, text, chosen) for each, text in label]
            loose = []
        else:
            loose.append(_option(value, label, chosen))
    yield None, loose


def _option(value: Any, label: Any, chosen: set[str]) -> Option:
    text = "" if value is None else str(value)
    return text, label, text in chosen


def _file(bound: Any, widget: forms.FileInput) -> tuple[str, dict[str, Any]]:
    params: dict[str, Any] = {
        "attributes": {key: value for key, value in widget.attrs.items() if key == "accept"}
    }
    if bound.form.is_bound and bound.form.errors and any(bound.form.files.values()):
        again = _("Choose the file again: for your safety a browser never sends it twice by itself.")
        params["hint"] = {"text": " ".join(str(part) for part in (bound.help_text, again) if part)}
    return "file", params


_BUILDERS: tuple[tuple[type[forms.Widget], Any], ...] = (
    (DateBoxes, _date),
    (forms.PasswordInput, _password),
    (forms.Textarea, _textarea),
    (forms.CheckboxSelectMultiple, _checkboxes),
    (forms.RadioSelect, _radios),
    (forms.CheckboxInput, _checkbox),
    (forms.Select, _select),
    (forms.FileInput, _file),
)
