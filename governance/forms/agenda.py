"""Forms of an agenda: its order and times, and the items that come with every meeting."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.models import AgendaItem
from governance.selectors.minutes import ItemView
from governance.services.agenda import Minutes
from svd_portal.kit.errors import DomainError
from svd_portal.kit.forms import KeyedForm, PortalForm, short_text
from svd_portal.kit.widgets import Radios


def minutes_field(**kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Minutes"),
        required=False,
        min_value=1,
        max_value=600,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
        **kwargs,
    )


class ItemRow(PortalForm):
    """One item of an agenda that is being arranged."""

    minutes = minutes_field()
    was = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, view: ItemView, **kwargs: Any) -> None:
        item = view.item
        given = {"minutes": item.minutes, "was": item.minutes}
        super().__init__(*args, prefix=str(item.pk), initial=given, **kwargs)
        self.view = view
        self.fields["minutes"].label = _("Minutes for “%(item)s”") % {"item": item.title}

    @property
    def given(self) -> Minutes:
        return Minutes(self.cleaned_data.get("was"), self.cleaned_data.get("minutes"))


class ArrangeForms:
    """The items of a meeting, their order as it was found, and as it shall be."""

    def __init__(self, views: Iterable[ItemView], data: Any = None) -> None:
        self.rows = [ItemRow(data, view=view) for view in views]
        self.found = [row.view.item.pk for row in self.rows]
        self.seen = _ids(data.get("seen", "")) if data else self.found
        self.order = _ids(data.get("order", "")) if data else self.found
        self.refusal = ""
        self.moved: UUID | None = None
        if data and (press := data.get("move")):
            self._move(press)

    def _move(self, press: str) -> None:
        """One press of "up" or "down" beside an item."""
        text, _space, way = press.partition(" ")
        moved = next(iter(_ids(text)), None)
        if moved not in self.order:
            return
        here = self.order.index(moved)
        there = here - 1 if way == "up" else here + 1
        if 0 <= there < len(self.order):
            self.order.insert(there, self.order.pop(here))
        self.moved = moved

    @property
    def errors(self) -> bool:
        return bool(self.refusal) or any(row.errors for row in self.rows if row.is_bound)

    def is_valid(self) -> bool:
        checked = [row.is_valid() for row in self.rows]
        return all(checked)

    def minutes(self) -> dict[UUID, Minutes]:
        return {row.view.item.pk: row.given for row in self.rows}

    def add_service_error(self, refusal: DomainError) -> None:
        self.refusal = refusal.message


def _ids(text: str) -> list[UUID]:
    """The ids in a list with commas; nothing of one that was damaged."""
    try:
        return [UUID(each) for each in text.split(",") if each.strip()]
    except ValueError:
        return []


class StandingFields(PortalForm):
    title = short_text(_("Title"), help_text=_("For example: Safeguarding update."))
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=AgendaItem.Purpose.choices,
        initial=AgendaItem.Purpose.DISCUSS,
        widget=Radios(inline=True),
    )
    minutes = minutes_field()
    position = forms.IntegerField(
        label=_("Place among the standing items"),
        min_value=1,
        max_value=99,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-2"}),
    )


class AddStandingForm(KeyedForm, StandingFields):
    pass
