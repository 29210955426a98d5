"""Forms of an agenda item and what belongs to it."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.forms.agenda import minutes_field
from governance.forms.base import MinutesForm
from governance.models import AgendaItem, KeyPoint, Marking, Verb
from governance.rules import verbs
from governance.services.points import Spoken
from svd_portal.kit import files
from svd_portal.kit.forms import DateField, KeyedForm, PortalForm, long_text, short_text
from svd_portal.kit.widgets import Radios

ASKED = [(verb.value, verbs.asked(verb.value)) for verb in Verb]
PERSON = "person:"


class ItemForm(MinutesForm):
    title = short_text(_("Title"))
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=AgendaItem.Purpose.choices,
        initial=AgendaItem.Purpose.DISCUSS,
        widget=Radios(inline=True),
    )
    presenter = short_text(_("Presented by"), required=False)
    summary = long_text(_("Summary"), required=False)
    sent = long_text(
        _("What we sent"), required=False, help_text=_("The report or evidence the body received.")
    )
    witnesses = short_text(_("Witnesses"), max_length=300, required=False)
    restricted = forms.BooleanField(
        label=_("Restricted"),
        required=False,
        help_text=_("Only members of the body and those who may read restricted items learn that it exists."),
    )

    def __init__(self, *args: Any, run_here: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept: dict[str, Any] = {"sent": "", "witnesses": ""} if run_here else {}
        for name in self.kept:
            self.kept[name] = self.initial.get(name, "")
            del self.fields[name]

    def facts(self) -> dict[str, Any]:
        return self.kept | self.cleaned_data


class AddItemForm(KeyedForm, ItemForm):
    minutes = minutes_field()


class RecommendationForm(MinutesForm):
    verb = forms.ChoiceField(label=_("The body is asked to"), choices=ASKED)
    text = long_text(_("What"), max_length=2000, help_text=_("For example: the delivery plan for 2024/25."))


class AddRecommendationForm(KeyedForm, RecommendationForm):
    pass


class PointForm(MinutesForm):
    text = long_text(_("Key point"), rows=2)
    speaker = forms.ChoiceField(label=_("Speaker"), required=False)
    speaker_role = short_text(_("Role, if not listed"), max_length=120, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=KeyPoint.Kind.choices, initial=KeyPoint.Kind.POINT)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["speaker"].choices = speaker_choices(people)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        speaker, role = given.get("speaker", ""), given.get("speaker_role", "")
        if role and not speaker:
            given["speaker"] = KeyPoint.Speaker.ROLE
        elif role and speaker != KeyPoint.Speaker.ROLE:
            self.add_error("speaker_role", _("Choose “A role” as the speaker, or leave this empty"))
        return given

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        speaker, role = given.pop("speaker"), given.pop("speaker_role")
        given["spoken"] = spoken_of(speaker, role)
        return given

    @staticmethod
    def initial_of(point: KeyPoint) -> dict[str, Any]:
        by_person = point.speaker_kind == KeyPoint.Speaker.PERSON
        nobody = point.speaker_kind == KeyPoint.Speaker.NOBODY
        return {
            "text": point.text,
            "kind": point.kind,
            "speaker": f"{PERSON}{point.speaker_id}" if by_person else ("" if nobody else point.speaker_kind),
            "speaker_role": point.speaker_role,
        }


class AddPointForm(KeyedForm, PointForm):
    pass


def speaker_choices(people: list[tuple[str, str]]) -> list[tuple[Any, Any]]:
    """`people`: pairs of a person's id and name."""
    choices: list[tuple[Any, Any]] = [
        ("", _("No speaker named")),
        (KeyPoint.Speaker.MEMBER.value, _("A member")),
        (KeyPoint.Speaker.ROLE.value, _("A role")),
    ]
    if people:
        choices.append((_("People"), [(f"{PERSON}{pk}", name) for pk, name in people]))
    return choices


def spoken_of(speaker: str, role: str) -> Spoken:
    if speaker.startswith(PERSON):
        return Spoken(KeyPoint.Speaker.PERSON, user_id=UUID(speaker.removeprefix(PERSON)))
    return Spoken(speaker or KeyPoint.Speaker.NOBODY, role=role)


class PaperForm(KeyedForm):
    title = short_text(_("Title"))
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,  # refused with the reason and what to do, by `validate_upload`
        help_text=_("PDF, Word, Excel, OpenDocument, CSV or a picture, up to 20 MB."),
        widget=forms.FileInput(attrs={"accept": files.ACCEPT}),
    )
    url = forms.URLField(
        label=_("Or a link to where it is published"), required=False, max_length=200, assume_scheme="https"
    )
    marking = forms.ChoiceField(
        label=_("Protective marking"), choices=Marking.choices, initial=Marking.OFFICIAL, widget=Radios
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        return files.validate_upload(upload) if upload else None

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["upload"] = given.pop("file")
        return given


class PaperVersionForm(PaperForm):
    changed = short_text(
        _("What changed"),
        max_length=300,
        help_text=_("In a few words, for those who read the earlier version."),
    )
    field_order = ["title", "changed"]


class WithdrawForm(MinutesForm):
    """Nothing to fill in before minutes are agreed; afterwards the reason."""


class DoneForm(PortalForm):
    completed_on = DateField(label=_("Done on"))
    who = short_text(
        _("Done by"),
        max_length=120,
        required=False,
        help_text=_("If it was not its owner: a person or a role."),
    )
