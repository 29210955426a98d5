"""Forms of reports."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from svd_portal.home.models import Report
from svd_portal.home.models.reports import TEXTS
from svd_portal.kit.forms import DateField, KeyedForm, PortalForm, long_text, short_text
from svd_portal.kit.widgets import Radios


class BeginForm(KeyedForm):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Report.Kind.choices, initial=Report.Kind.HIGHLIGHT, widget=Radios
    )
    to = forms.ModelChoiceField(label=_("For"), queryset=None, empty_label=_("Choose a body"))
    title = short_text(_("Title"))
    heading = short_text(
        _("Their heading"),
        required=False,
        help_text=_("For our part of another body's report: the heading of theirs it stands under."),
    )
    topic = forms.ModelChoiceField(
        label=_("Topic"),
        queryset=None,
        required=False,
        empty_label=_("No topic"),
        help_text=_("For a scrutiny report: the priority it looks at in depth."),
    )
    first_day = DateField(label=_("From"))
    last_day = DateField(label=_("To"))
    replaces = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, bodies: Any, topics: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["topic"].queryset = topics  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        to, topic = given.pop("to"), given.pop("topic")
        ids = {"to_id": to.pk, "topic_id": topic.pk if topic else None, "replaces_id": given.pop("replaces")}
        return given | ids


class WordsForm(PortalForm):
    """A draft's title, period and words; beside each part what the record says today."""

    title = short_text(_("Title"))
    heading = short_text(_("Their heading"), required=False)
    first_day = DateField(label=_("From"))
    last_day = DateField(label=_("To"))
    summary = long_text(
        _("Summary"), required=False, help_text=_("What the body should know, in a few lines.")
    )
    decided = long_text(_("Decisions"), required=False)
    done = long_text(_("Actions"), required=False)
    delivered = long_text(_("Milestones and delivery"), required=False)
    spent = long_text(_("Money"), required=False)
    escalated = long_text(_("Escalations"), required=False)
    ahead = long_text(_("What comes next, and what we ask"), required=False)

    def __init__(self, *args: Any, suggested: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in suggested.items():
            self.fields[name].help_text = _("The record today: %(words)s") % {"words": words}

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        texts = {name: given.pop(name) for name in TEXTS}
        return given | {"texts": texts}
