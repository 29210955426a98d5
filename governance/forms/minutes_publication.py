"""What of agreed minutes is withheld from publication, and why."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from governance.rules.withholding import REASONS
from governance.selectors.minutes_publication import Begun, Thing
from governance.services.minutes_publication import Withheld
from svd_portal.kit.errors import Stale
from svd_portal.kit.forms import DateField, KeyedForm, long_text, short_text

WHY = [("", _("Publish")), *((key, _("Withhold: %(why)s") % {"why": why}) for key, why in REASONS.items())]


class PublishForm(KeyedForm):
    """A choice for every part of the minutes: publish it, or why not.

    Args:
        begun: what was chosen before.
        read: gives what the form said to whoever read a version of the choices.
        keeping: the choices are only kept, so that they need no day yet.
    """

    names = long_text(
        _("Names to withhold"),
        rows=3,
        required=False,
        help_text=_(
            "One a line. Each is replaced wherever it stands, whatever its capitals, spaces, apostrophes and"
            " hyphens."
        ),
    )
    names_reason = forms.ChoiceField(
        label=_("Why names are withheld"), choices=list(REASONS.items()), initial="personal"
    )
    words = short_text(
        _("The other reason, in words"), required=False, help_text=_("Where you chose “other”.")
    )
    published_on = DateField(label=_("Published on"))
    url = forms.URLField(
        label=_("Where it is published"), required=False, max_length=200, assume_scheme="https"
    )

    def __init__(
        self,
        *args: Any,
        things: list[Thing],
        begun: Begun,
        read: Callable[[int], dict[str, str]],
        keeping: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, version=begun.version, **kwargs)
        self.read = read
        self.things = things
        self.fields["published_on"].required = not keeping
        chosen, fresh = begun.choices["things"], begun.fresh(things)
        for item in things:
            for thing in (item, *item.within):
                self.fields[f"thing-{thing.key}"] = forms.ChoiceField(
                    label=Truncator(thing.label).chars(160),
                    choices=WHY,
                    required=False,
                    initial=chosen.get(thing.key, ""),
                    help_text=_("New or changed since the choices were kept.") if thing.key in fresh else "",
                )
        self.fields["names"].initial = "\n".join(begun.choices["names"])
        self.fields["names_reason"].initial = begun.choices.get("names_reason", "personal")
        self.fields["words"].initial = begun.choices.get("words", "")

    def clean_names(self) -> str:
        """Names as they are kept: one a line, however lines end where they were typed."""
        return "\n".join(name for line in self.cleaned_data["names"].splitlines() if (name := line.strip()))

    def _mark_stale(self, error: Stale) -> None:
        """What this person did not touch becomes what the other one chose: pressing again must not publish
        what the other one withholds."""
        before = self.read(self.cleaned_data["version"])
        super()._mark_stale(error)
        sent: Any = self.data
        for name, theirs in error.current.items():
            if name in self.fields and self.cleaned_data.get(name, "") == before.get(name, ""):
                sent[self.add_prefix(name)] = theirs
        for row in self.stale_rows:
            if self.cleaned_data.get(row["name"], "") == before.get(row["name"], ""):
                row["yours"] = _("You did not change this: theirs stands below.")

    @property
    def of_items(self) -> list[list[Any]]:
        """The choices, a list for each item that begins with the item's own."""
        return [[self[f"thing-{each.key}"] for each in (item, *item.within)] for item in self.things]

    @property
    def withheld(self) -> Withheld:
        given = self.cleaned_data
        chosen = {
            name.removeprefix("thing-"): reason
            for name, reason in given.items()
            if name.startswith("thing-") and reason
        }
        return Withheld(
            chosen, tuple(given["names"].splitlines()), given["names_reason"], given["words"].strip()
        )

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        names = ("published_on", "url", "version", "key")
        return {"withheld": self.withheld} | {name: given[name] for name in names}

    def kept(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"withheld": self.withheld, "url": given["url"], "version": given["version"]}
