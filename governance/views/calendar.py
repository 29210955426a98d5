"""The calendar as a page, secret addresses for calendar programs, and what is served there."""

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.functional import cached_property
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from governance import days, ical, presenters
from governance.forms.calendar import CalendarFilter, month_called
from governance.models import Body, CalendarFeed, Meeting
from governance.selectors import calendar
from governance.selectors.lists import body_names
from governance.services import feeds
from governance.views.base import GovernanceForm, PressMixin
from partners.access import Rights
from partners.roles import Permission
from partners.views.base import PartnershipGate, PartnershipPage
from svd_portal.kit import clock
from svd_portal.kit.addresses import reverse
from svd_portal.kit.format import month as month_in_words
from svd_portal.kit.forms import PortalForm


class CalendarPage(PartnershipPage):
    """A month of meetings, of all bodies or of one."""

    template_name = "governance/calendar.html"

    @cached_property
    def filter(self) -> CalendarFilter:
        bodies = body_names.offered(self.request.user, self.partnership)
        return CalendarFilter(self.request.GET, bodies=bodies)

    @cached_property
    def month(self) -> date:
        return month_called(self.request.GET.get("month", "")) or self.today.replace(day=1)

    @cached_property
    def body(self) -> Body | None:
        """The body asked for; none where it is no body of ours."""
        return self.filter.cleaned_data.get("body") if self.filter.is_valid() else None

    def link(self, first: date) -> str:
        asked = f"?month={first:%Y-%m}"
        if self.body:
            asked += f"&body={self.body.pk}"
        return reverse("governance:calendar", args=[self.partnership.slug]) + asked

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        weeks = calendar.month_of(
            self.request.user, self.partnership, self.month, self.body.pk if self.body else None
        )
        body = self.body
        may_call = self.rights.may_manage_governance or (
            self.rights.on(Permission.BODY_RUN_MEETINGS, body)
            if body
            else self.rights.on(Permission.BODY_RUN_MEETINGS)
        )
        return super().get_context_data(
            weeks=weeks,
            listed=[day for week in weeks for day in week if day.in_month and day.meetings],
            month=self.month,
            month_name=month_in_words(self.month),
            before=self.link((self.month - timedelta(days=1)).replace(day=1)),
            after=self.link((self.month + timedelta(days=31)).replace(day=1)),
            now=self.link(self.today.replace(day=1)),
            filter=self.filter,
            body=body,
            may_call=may_call,
            present=presenters,
            **context,
        )


class MeetingFile(PartnershipGate, View):
    """One meeting, to be added to a calendar."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        readable = calendar.with_last_change(self.readable(Meeting))
        try:
            meeting = readable.select_related("body", "partnership").get(pk=kwargs["pk"])
        except Meeting.DoesNotExist:
            raise Http404("No such page.") from None
        answer = HttpResponse(ical.calendar_of([meeting], str(meeting.body)), content_type=ical.TYPE)
        name = f"{self.partnership.slug}-{meeting.body.code.lower()}-{meeting.day.isoformat()}.ics"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


@dataclass(frozen=True)
class Offer:
    """A kind of address, and the one a person has."""

    which: str
    body: Body | None
    feed: CalendarFeed | None


class Feeds(PartnershipPage):
    """A person's own calendar addresses in this partnership. An address is shown once, when it is made."""

    template_name = "governance/feeds.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user = self.request.user
        have = calendar.by_kind(calendar.own_feeds.ask(user, self.partnership))
        which = CalendarFeed.Which
        return super().get_context_data(
            offers=[Offer(each, None, have.get((each, None))) for each in (which.MINE, which.ALL)],
            of_bodies=[
                Offer(which.BODY, body, have.get((which.BODY, body.pk)))
                for body in calendar.every_body.ask(user, self.partnership)
            ],
            **context,
        )


class MakeFeed(PartnershipPage):
    """Makes an address and shows it, this once: it is stored nowhere, so the answer is kept nowhere."""

    template_name = "governance/feed_made.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        which, body = request.POST.get("which", ""), request.POST.get("body", "")
        if which not in CalendarFeed.Which.values or (which == CalendarFeed.Which.BODY) != bool(body):
            raise Http404("No such page.")
        feed, secret = feeds.make(
            partnership=self.partnership,
            which=which,
            body_id=self._body(body).pk if body else None,
            by=request.user,
        )
        answer = self.render_to_response(self.get_context_data(feed=feed, address=feed_address(secret)))
        answer["Cache-Control"] = "no-store"
        return answer

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404("No such page.")

    def _body(self, text: str) -> Body:
        try:
            found: Body = self.readable_or_404(Body, pk=UUID(text))
        except ValueError:
            raise Http404("No such page.") from None
        return found


class StopFeed(PressMixin, GovernanceForm):
    model = CalendarFeed
    form_class = PortalForm
    permission = Permission.PARTNERSHIP_VIEW
    done_message = _("The address is stopped.")

    def allowed(self, rights: Rights) -> bool:
        return rights.on(self.permission)

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Calendar addresses"), self.at("feeds")), (str(self.object), self.at("feeds"))]

    def perform(self, form: Any) -> CalendarFeed:
        return feeds.stop(feed_id=self.object.pk, by=self.request.user)


def feed_address(secret: str) -> str:
    return f"{settings.PORTAL_URL}/calendar/{secret}.ics"


class Feed(View):
    """What a calendar program reads, without signing in, as the person who made the address."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        feed = calendar.feed_at(secret)
        if feed is None:
            raise Http404("No such page.")
        name = str(feed.body) if feed.body else f"{feed.partnership.name}: {say('meetings')}"
        today = clock.today()
        dated = [] if feed.body else days.found_for(feed.user, feed.partnership, today)
        content = ical.calendar_of(calendar.meetings_of(feed, today), name, dated)
        etag = f'"{sha256(content).hexdigest()[:32]}"'
        answer = HttpResponse(content, content_type=ical.TYPE)
        answer["ETag"] = etag
        answer["Cache-Control"] = "private, max-age=900"
        answer["X-Robots-Tag"] = "noindex"
        answer["Content-Disposition"] = 'inline; filename="meetings.ics"'
        return get_conditional_response(request, etag=etag, response=answer) or answer
