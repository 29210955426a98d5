"""The page for taking minutes while a meeting sits, and what it asks every few seconds."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from governance import presenters
from governance.forms.live import MODES
from governance.models import Interest, KeyPoint, Meeting, Verb
from governance.selectors import live, minutes
from governance.selectors.people import people_of
from partners.access import Rights
from partners.models import Partner
from partners.models.organisations import running_on
from partners.roles import Permission
from partners.views.base import PartnershipGate

WORDS = {
    "ready": _("Everything is saved as you type."),
    "saved": _("Saved {time}"),
    "saving": _("Saving…"),
    "unfinished": _("A row below is not complete yet; kept in this browser until it is"),
    "again": _("Everything is saved again."),
    "offline": _("Not saved: no connection; kept in this browser, will try again"),
    "signedOut": _("Not saved: you are signed out; kept in this browser. Sign in again and open this page."),
    "refused": _("Not saved: something needs your attention; it is marked below"),
    "conflict": _("Somebody else changed what you are writing; choose below"),
    "lost": _("The portal did not take this. Your words are kept in this browser."),
    "blank": _("Nothing is written here. Write something, or remove it."),
    "gone": _("This item was taken off the agenda. Your words are kept in this browser."),
    "first": _("Something is not saved yet; it is marked above."),
}
"""What the page's script says."""
CLOSED = (Meeting.Status.AGREED, Meeting.Status.CANCELLED)


class LiveGate(PartnershipGate):
    """Whoever may write the minutes of the meeting's body."""

    model = Meeting
    permission = Permission.BODY_RUN_MEETINGS

    @cached_property
    def meeting(self) -> Meeting:
        found = minutes.one_meeting.find(self.request.user, self.partnership, self.kwargs["pk"])
        if found is None:
            raise Http404("No such page.")
        return found

    def allowed(self, rights: Rights) -> bool:
        return presenters.may_write(rights, self.meeting.body_id)

    @property
    def whole(self) -> bool:
        """Whether the person may read the body's restricted items."""
        return presenters.may_read_restricted(self.rights, self.meeting.body_id)


class LivePage(LiveGate, TemplateView):
    """One page for the room; what it shows and saves goes through the addresses below it."""

    def get_template_names(self) -> list[str]:
        closed = self.meeting.status in CLOSED
        return ["governance/live_closed.html" if closed else "governance/live.html"]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        context |= {"meeting": self.meeting, "present": presenters}
        if self.meeting.status in CLOSED:
            return super().get_context_data(**context)
        partners = self.readable(Partner).filter(running_on(self.today)).select_related("organisation")
        return super().get_context_data(
            words={name: str(each) for name, each in WORDS.items()},
            has_come=self.meeting.day <= self.today,
            modes=MODES,
            kinds=KeyPoint.Kind.choices,
            verbs=Verb.choices,
            interest_kinds=Interest.Kind.choices,
            conducts=Interest.Conduct.choices,
            partners=[(each.pk, each.organisation.name) for each in partners.order_by("organisation__name")],
            people=list(people_of(self.partnership)),
            **context,
        )


class Changes(LiveGate, View):
    """What there is of the meeting, unless nothing was written since the stamp the page saw last."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # The stamp first: what is written between the two questions is told of once more, never left out.
        stamp = live.stamp(self.meeting, with_restricted=self.whole)
        if stamp == request.GET.get("since"):
            return _answer({"stamp": stamp})
        now = live.now_in(self.meeting, self.today, timezone.localtime().time())
        return _answer(live.state(self.meeting, with_restricted=self.whole, at=now) | {"stamp": stamp})


def _answer(values: dict[str, Any], status: int = 200) -> JsonResponse:
    answer = JsonResponse(values, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
