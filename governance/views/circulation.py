"""Draft minutes before their members: circulating, commenting, answering, approving."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from governance import presenters
from governance.forms.circulation import AnswerForm, ApproveForm, CirculateForm, CommentForm
from governance.models import Meeting, MinutesComment
from governance.rules import numbering
from governance.selectors import circulation as selectors
from governance.selectors.members import is_member
from governance.services import circulation as services
from governance.services import meetings
from governance.views.base import BodyForm
from governance.views.meetings import VersionedMeetingForm
from partners.access import Rights
from partners.roles import Permission

USUAL = timedelta(days=14)
"""How long members usually have."""


class OfMinutes(BodyForm):
    """A form about a meeting's minutes; afterwards the page of the minutes."""

    model: Any = Meeting

    @property
    def meeting(self) -> Meeting:
        found: Meeting = self.object
        return found

    @property
    def body_id(self) -> UUID:
        return self.meeting.body_id

    def crumbs(self) -> list[tuple[Any, str]]:
        return [
            (_("Meetings"), self.at("meetings")),
            (str(self.meeting), self.at("meeting", self.meeting.pk)),
            (_("Minutes"), self.at("minutes", self.meeting.pk)),
        ]

    def back(self) -> str:
        return f"{super().back()}{self.anchor()}"

    def anchor(self) -> str:
        return ""


class Circulate(OfMinutes):
    form_class = CirculateForm
    title, submit = _("Circulate the draft minutes"), _("Circulate")
    intro = _(
        "Members of the body and whoever came can comment beside each item until the day you set. "
        "You answer each comment; then the minutes can be approved."
    )
    done_message = _("The draft minutes are circulated.")

    def get_initial(self) -> dict[str, Any]:
        return {"closes_on": self.today + USUAL}

    def perform(self, form: Any) -> Any:
        return services.circulate(
            meeting_id=self.meeting.pk, today=self.today, by=self.request.user, **form.cleaned_data
        )


class Comment(OfMinutes):
    """What should change: under an item, or in the whole."""

    form_class = CommentForm
    title, submit = _("Comment on the minutes"), _("Send comment")
    intro = _("Say what should change, and how it should read. Whoever writes the minutes answers you.")
    done_message = _("Your comment is recorded.")

    def allowed(self, rights: Rights) -> bool:
        return rights.on(Permission.PARTNERSHIP_VIEW) and (
            presenters.may_write(rights, self.body_id)
            or is_member(self.request.user, self.meeting, self.today)
        )

    @cached_property
    def items(self) -> list[tuple[str, str]]:
        standing = self.meeting.items.standing()
        items = list(standing if self.may_restrict else standing.filter(restricted=False))
        numbers = numbering.items(item.restricted for item in items)
        return [
            (str(item.pk), f"{number}. {item.title}") for item, number in zip(items, numbers, strict=True)
        ]

    def get_form_kwargs(self) -> dict[str, Any]:
        may_pass_on = presenters.may_write(self.rights, self.body_id)
        return super().get_form_kwargs() | {"items": self.items, "may_pass_on": may_pass_on}

    def get_initial(self) -> dict[str, Any]:
        return {"item": self.request.GET.get("item", "")}

    def perform(self, form: Any) -> MinutesComment:
        return services.comment(
            meeting_id=self.meeting.pk, today=self.today, by=self.request.user, **form.facts()
        )

    def get_done_url(self, result: Any) -> str:
        place = f"item-{result.item_id}" if result.item_id else "whole"
        return f"{self.at('minutes', self.meeting.pk)}#{place}"


class Answer(OfMinutes):
    model = MinutesComment
    form_class = AnswerForm
    template_name = "governance/answer_form.html"
    title, submit = _("Answer a comment"), _("Save the answer")
    done_message = _("The comment is answered.")

    @property
    def meeting(self) -> Meeting:
        return self.object.meeting  # type: ignore[no-any-return]

    def anchor(self) -> str:
        return f"#item-{self.object.item_id}" if self.object.item_id else "#whole"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        item = self.object.item_id
        place = f"?open={item}#item-{item}" if item else ""
        return super().get_context_data(
            comment=self.object, text_href=f"{self.at('meeting', self.meeting.pk)}{place}", **context
        )

    def perform(self, form: Any) -> Any:
        return services.answer(
            comment_id=self.object.pk, today=self.today, by=self.request.user, **form.facts()
        )


class AgreeMinutes(VersionedMeetingForm):
    """Where the minutes were approved, subject to which corrections, and what still waits for an answer."""

    form_class = ApproveForm
    template_name = "governance/approve_form.html"
    title, submit = _("Agree the minutes"), _("Agree the minutes")
    done_message = _("The minutes are agreed.")

    def get_initial(self) -> dict[str, Any]:
        given = {"agreed_on": self.today}
        at = self.request.GET.get("at")
        return given | ({"at": at} if at else {})

    def get_form_kwargs(self) -> dict[str, Any]:
        later = list(selectors.later_meetings(self.object, self.today))
        return super().get_form_kwargs() | {"meetings": later}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        asked = selectors.round_of(self.object, with_restricted=self.may_restrict)
        return super().get_context_data(round=asked, is_open=asked.is_open(self.today), **context)

    def perform(self, form: Any) -> Meeting:
        return meetings.agree_minutes(**self.facts(), today=self.today, **form.facts())
