"""Forms of escalations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.models import AgendaItem, Body, Decision, Escalation, Meeting
from governance.services.escalations import Issue
from svd_portal.kit.choices import NamedChoiceField, RecordField
from svd_portal.kit.forms import DateField, KeyedForm, PortalForm, long_text, short_text

ABOVE, OTHERS = _("It reports to"), _("Another body, with a reason")


class RaiseForm(KeyedForm):
    """An issue and where it goes.

    Args:
        above, others: bodies the raising body reports to, and all others.
        items: its items it may come from.
        may_restrict: without it the issue is as open as it is told to be.
    """

    to = RecordField(label=_("Raise it with"), queryset=Body.objects.none(), empty_label=_("Choose a body"))
    other_reason = short_text(
        _("Why it goes there"),
        required=False,
        max_length=300,
        help_text=_("Only for a body that this one does not report to."),
    )
    title = short_text(_("Title"))
    asked = long_text(_("What is asked"), max_length=1000, rows=3)
    why_now = long_text(_("Why now"), max_length=1000, rows=3)
    background = long_text(_("Background"), max_length=1900, required=False)
    item = RecordField(
        label=_("The item it comes from"),
        queryset=AgendaItem.objects.none(),
        required=False,
        empty_label=_("None"),
    )
    raised_on = DateField(label=_("Raised on"))
    restricted = forms.BooleanField(
        label=_("Restricted"),
        required=False,
        help_text=_("Only readers of restricted items of the bodies it passes learn that it exists."),
    )

    def __init__(
        self,
        *args: Any,
        above: list[Body],
        others: list[Body],
        items: Any,
        may_restrict: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.queryset = Body.objects.filter(pk__in=[body.pk for body in [*above, *others]])
        groups = [(ABOVE, above), (OTHERS, others)]
        to.choices = [
            ("", to.empty_label),
            *((label, [(str(body.pk), body.name) for body in bodies]) for label, bodies in groups if bodies),
        ]
        offer_items(self.fields["item"], items)
        if not may_restrict:
            del self.fields["restricted"]

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        item = given.pop("item")
        words = {name: given.pop(name) for name in ("title", "asked", "why_now", "background")}
        return given | {
            "to_id": given.pop("to").pk,
            "item_id": item.pk if item else None,
            "issue": Issue(**words),
        }


def offer_items(field: Any, items: Any) -> None:
    field.queryset = items
    field.label_from_instance = _item_of_meeting


def _item_of_meeting(item: AgendaItem) -> str:
    day = item.meeting.day
    return f"{day.day} {day:%B %Y}: {item.title}"


def _source() -> forms.CharField:
    return short_text(
        _("Where this comes from"),
        max_length=300,
        help_text=_("This body is run elsewhere. For example: its clerk's e-mail of 3 January 2024."),
    )


class StepForm(PortalForm):
    """A step on a day.

    Args:
        elsewhere: the body above is run elsewhere, so its word has a source.
    """

    on = DateField(label=_("On"))

    def __init__(self, *args: Any, elsewhere: bool = False, **kwargs: Any) -> None:
        self.base_fields = dict(self.base_fields)
        if elsewhere:
            self.base_fields["source"] = _source()
        super().__init__(*args, **kwargs)


class AcceptForm(StepForm):
    meeting = RecordField(
        label=_("On the agenda of"),
        queryset=Meeting.objects.none(),
        required=False,
        empty_label=_("The next planned meeting"),
        help_text=_("A new item is added there, with what is asked as its summary."),
    )
    item = RecordField(
        label=_("Or an item that is on an agenda already"),
        queryset=AgendaItem.objects.none(),
        required=False,
        empty_label=_("None: add a new item"),
    )
    field_order = ("meeting", "item", "on", "source")

    def __init__(self, *args: Any, meetings: Any, items: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings  # type: ignore[attr-defined]
        offer_items(self.fields["item"], items)

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        meeting, item = given.pop("meeting"), given.pop("item")
        return given | {
            "meeting_id": meeting.pk if meeting else None,
            "item_id": item.pk if item else None,
        }


class DeclineForm(StepForm):
    text = long_text(_("Why it is declined"))
    field_order = ("text", "on", "source")


class AnswerForm(StepForm):
    text = long_text(_("The answer"))
    decision = RecordField(
        label=_("The decision"),
        queryset=Decision.objects.none(),
        required=False,
        empty_label=_("None"),
    )
    field_order = ("text", "decision", "on", "source")

    def __init__(self, *args: Any, decisions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["decision"]
        field.queryset = decisions
        field.label_from_instance = lambda decision: f"{decision.reference}: {decision.title}"

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        decision = given.pop("decision")
        return given | {"decision_id": decision.pk if decision else None}


class CloseForm(StepForm):
    text = long_text(_("What follows from the answer"), required=False, rows=3)
    field_order = ("text", "on")


class TakeBackForm(StepForm):
    text = long_text(_("Why it is withdrawn"), rows=3)
    field_order = ("text", "on")


class EscalationFilter(PortalForm):
    raised_by = NamedChoiceField(label=_("From"), empty_label=_("All bodies"))
    to = NamedChoiceField(label=_("To"), empty_label=_("All bodies"))
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("All")), *Escalation.State.choices], required=False
    )
    open = forms.BooleanField(label=_("Open only"), required=False)

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("raised_by", "to"):
            self.fields[name].offer(bodies)  # type: ignore[attr-defined]
