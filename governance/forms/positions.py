"""Forms of what is kept beside a decision."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.forms.base import MinutesForm
from governance.models import Decision, Position, Seat
from governance.services.positions import Taken
from svd_portal.kit.choices import RecordField
from svd_portal.kit.forms import DateField, KeyedForm, PortalForm, short_text


class PositionsForm(MinutesForm):
    """One choice for each seat that may have a position."""

    def __init__(self, *args: Any, seats: Iterable[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = {str(seat.pk): seat for seat in seats}
        for name, seat in self.seats.items():
            self.fields[name] = forms.ChoiceField(
                label=seat.title, choices=[("", _("Not recorded")), *Position.Stand.choices], required=False
            )
        self.order_fields([*self.seats, "reason"])

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        taken = [Taken(seat.pk, given.pop(name)) for name, seat in self.seats.items()]
        return given | {"taken": taken}


class SupersedeForm(PortalForm):
    earlier = RecordField(
        label=_("The decision it supersedes"),
        queryset=Decision.objects.none(),
        empty_label=_("Choose a decision"),
    )

    def __init__(self, *args: Any, decisions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["earlier"]
        field.queryset = decisions
        field.label_from_instance = lambda decision: f"{decision.reference}: {decision.title}"

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {"earlier_id": given.pop("earlier").pk}


class PublishForm(KeyedForm):
    published_on = DateField(label=_("Published on"))
    where = short_text(_("Where"), help_text=_("For example, the PCC's website, register of decisions."))
    url = forms.URLField(label=_("Link"), required=False, max_length=200, assume_scheme="https")
