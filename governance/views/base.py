"""What the pages of governance share: where they lead back to, and who may write a body's minutes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from governance import presenters
from governance.models import AgendaItem, Meeting
from partners.access import Rights
from partners.roles import Permission
from partners.views.base import PartnershipFormView
from svd_portal.kit.addresses import reverse

WRITE = Permission.PARTNERSHIP_MANAGE_GOVERNANCE


class GovernanceForm(PartnershipFormView):
    """A form on a page of its own. `crumbs` leads to `back`, where Cancel goes and what was saved is seen."""

    permission = WRITE
    template_name = "kit/form_page.html"
    title: Any = ""
    submit: Any = _("Save")
    intro: Any = ""
    danger = False

    def at(self, name: str, *args: Any) -> str:
        return reverse(f"governance:{name}", args=[self.partnership.slug, *args])

    def crumbs(self) -> list[tuple[Any, str]]:
        return []

    def back(self) -> str:
        return self.crumbs()[-1][1]

    def get_done_url(self, result: Any) -> str:
        return self.back()

    def get_title(self) -> Any:
        return self.title

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        title = self.get_title()
        facts = {
            "title": title,
            "submit": self.submit,
            "intro": self.intro,
            "danger": self.danger,
            "cancel_href": self.back(),
            "breadcrumbs": [(_("Governance"), self.at("home")), *self.crumbs(), (title, "")],
        }
        return super().get_context_data(**facts | context)


class BodyForm(GovernanceForm):
    """A form about something of one body, for those who may write that body's minutes."""

    def allowed(self, rights: Rights) -> bool:
        return rights.on(Permission.PARTNERSHIP_VIEW) and presenters.may_write(rights, self.body_id)

    @property
    def body_id(self) -> UUID:
        raise NotImplementedError

    @property
    def may_restrict(self) -> bool:
        return presenters.may_read_restricted(self.rights, self.body_id)


class MeetingForm(BodyForm):
    """A form about one meeting; afterwards the meeting's page, at the item it was about."""

    model = Meeting

    @property
    def meeting(self) -> Meeting:
        found: Meeting = self.object
        return found

    @property
    def body_id(self) -> UUID:
        return self.meeting.body_id

    @property
    def correcting(self) -> bool:
        return self.meeting.status == Meeting.Status.AGREED

    def crumbs(self) -> list[tuple[Any, str]]:
        return [
            (_("Meetings"), self.at("meetings")),
            (str(self.meeting), self.at("meeting", self.meeting.pk)),
        ]

    def back(self) -> str:
        return f"{self.at('meeting', self.meeting.pk)}{self.anchor()}"

    def anchor(self) -> str:
        """Where on the meeting's page one comes back to."""
        return ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"correcting": self.correcting}


class ItemForms(MeetingForm):
    """A form about an agenda item, or about a thing of one."""

    model: Any = AgendaItem

    @property
    def item(self) -> AgendaItem:
        found: AgendaItem = self.object if isinstance(self.object, AgendaItem) else self.object.item
        return found

    @property
    def meeting(self) -> Meeting:
        return self.item.meeting

    def anchor(self) -> str:
        return self.place(f"item-{self.item.pk}")

    def place(self, anchor: str) -> str:
        """The anchor, with the item's small forms left open for the next thing said."""
        return f"?open={self.item.pk}#{anchor}"


class PressMixin:
    """A button that posts: what is refused is said on the page one comes back to."""

    request: HttpRequest

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.back())  # type: ignore[attr-defined]

    def form_invalid(self, form: Any) -> HttpResponse:
        for errors in form.errors.values():
            for error in errors:
                messages.error(self.request, error)
        return HttpResponseRedirect(self.back())  # type: ignore[attr-defined]


def bodies_to_write(rights: Rights, bodies: Any) -> Any:
    """Of `bodies`, those whose meetings the person may call."""
    if rights.on(WRITE):
        return bodies
    return bodies.filter(pk__in=rights.ids(Permission.BODY_RUN_MEETINGS))
