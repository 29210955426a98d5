"""Agenda, minutes and actions of a meeting as a Word file, and as plain text to copy."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from governance import minutes_blocks, presenters
from governance.models import Meeting
from partners.views.base import PartnershipGate
from svd_portal.kit import word
from svd_portal.kit.blocks import Block, as_text

WITH_RESTRICTED = "-with-restricted-items"


@dataclass(frozen=True)
class Text:
    """One of the texts of a meeting: its name, title and blocks."""

    label: Any
    title: Callable[[minutes_blocks.Content], str]
    blocks: Callable[[minutes_blocks.Content], list[Block]]


TEXTS = {
    "agenda": Text(_("Agenda"), minutes_blocks.agenda_title, minutes_blocks.agenda),
    "minutes": Text(_("Minutes"), minutes_blocks.minutes_title, minutes_blocks.text_of_minutes),
    "actions": Text(_("Actions"), minutes_blocks.actions_title, minutes_blocks.list_of_actions),
}
BEFORE = ("agenda",)
"""What there is to copy before the meeting was held."""


def offered(meeting: Meeting, *, hidden: bool) -> list[tuple[Any, str, bool]]:
    """The texts a page offers: label, name in the address, whether it holds restricted items.

    Args:
        hidden: whether the reader may read restricted items and there are some.
    """
    is_over = meeting.status in (Meeting.Status.HELD, Meeting.Status.AGREED)
    names = [name for name in TEXTS if is_over or name in BEFORE]
    found = [(TEXTS[name].label, name, False) for name in names]
    return found + [(TEXTS[name].label, name + WITH_RESTRICTED, True) for name in names if hidden]


class OfText(PartnershipGate, View):
    """An address of one text; with restricted items only where there are some and for those who may."""

    @cached_property
    def meeting(self) -> Meeting:
        found: Meeting = self.readable_or_404(Meeting, pk=self.kwargs["pk"], body__run_here=True)
        return found

    @cached_property
    def whole(self) -> bool:
        return str(self.kwargs["name"]).endswith(WITH_RESTRICTED)

    @cached_property
    def text(self) -> Text:
        name = self.kwargs["name"].removesuffix(WITH_RESTRICTED)
        over = self.meeting.status in (Meeting.Status.HELD, Meeting.Status.AGREED)
        if name not in TEXTS or not (over or name in BEFORE):
            raise Http404("No such page.")
        if self.whole and not self._whole_exists():
            raise Http404("No such page.")
        return TEXTS[name]

    def _whole_exists(self) -> bool:
        return (
            presenters.may_read_restricted(self.rights, self.meeting.body_id)
            and self.meeting.items.standing().filter(restricted=True).exists()
        )

    @cached_property
    def content(self) -> minutes_blocks.Content:
        return minutes_blocks.read(self.meeting, with_restricted=self.whole)

    def filename(self, ending: str) -> str:
        meeting = self.meeting
        code = f"{self.partnership.slug}-{meeting.body.code.lower()}"
        return f"{code}-{meeting.day.isoformat()}-{self.kwargs['name']}.{ending}"


class Word(OfText):
    """The text as a Word file, written as it is asked for: it takes no longer than a page."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        meeting = self.meeting
        made = word.word_file(
            title=self.text.title(self.content),
            owner=meeting.partnership_name,
            marking=meeting.get_marking_display(),
            about=minutes_blocks.about(meeting),
            blocks=self.text.blocks(self.content),
            created=meeting.created_at,
        )
        return word.response(made, self.filename("docx"))


class Plain(OfText):
    """The text to read and to copy into an e-mail."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        blocks = self.text.blocks(self.content)
        about = f"{self.meeting.get_marking_display()}\n{minutes_blocks.about(self.meeting)}"
        said = as_text(f"{self.text.title(self.content)}\n{about}", blocks)
        answer = HttpResponse(said, content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = f'inline; filename="{self.filename("txt")}"'
        answer["Cache-Control"] = "private, no-store"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer
