"""The thread of a pound, followed from any of its ends, as it stands or as it stood on a day."""

from contextlib import suppress
from datetime import date
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from funding import thread_presenters
from funding.forms.seeing import ThreadDay
from funding.models import Allocation, Award, Claim, QuarterlyReturn
from funding.rules.costs import CostType
from funding.selectors import return_page, threads
from funding.views.base import crumbs
from governance.models import Decision
from partners.views.base import PartnershipPage
from svd_portal.kit.addresses import reverse


class Thread(PartnershipPage):
    """Finds what it is followed from, and the awards it leads through."""

    template_name = "funding/thread.html"
    model: ClassVar[Any]
    drawing_on: UUID | None = None

    @cached_property
    def origin(self) -> Any:
        return self.readable_or_404(self.model, pk=self.kwargs["pk"])

    def awards(self) -> QuerySet[Award]:
        raise NotImplementedError

    def named(self) -> tuple[Any, str]:
        """What it is followed from, in words, and its page."""
        raise NotImplementedError

    def place(self, name: str, *args: Any) -> str:
        return reverse(name, args=[self.partnership.slug, *args])

    @cached_property
    def on(self) -> date | None:
        """The day that the address names, such as `?on=2023-10-31`."""
        wanted = self.request.GET.get("on", "")
        with suppress(ValueError):
            return date.fromisoformat(wanted) if wanted else None
        return None

    @cached_property
    def form(self) -> ThreadDay:
        given = self.request.GET if "on_day" in self.request.GET else None
        return ThreadDay(given, initial={"on": self.on or self.today})

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A day that was typed becomes part of the address."""
        if self.request.GET.get("on") and self.on is None:
            messages.error(request, _("The address named a day that is none. Choose one below."))
            return HttpResponseRedirect(request.path)
        if self.form.is_bound and self.form.is_valid():
            return HttpResponseRedirect(f"{request.path}?on={self.form.cleaned_data['on']:%Y-%m-%d}")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        words, href = self.named()
        found = threads.follow(self.request.user, self.partnership, self.awards(), drawing_on=self.drawing_on)
        return super().get_context_data(
            title=_("The thread of %(name)s") % {"name": words},
            breadcrumbs=crumbs(self.partnership.slug, (words, href), (_("Thread"), "")),
            form=self.form,
            on=self.on,
            origin=words,
            found=found,
            thread=thread_presenters.pound(
                found,
                slug=self.partnership.slug,
                here=self.origin.pk,
                award=self.kwargs.get("award"),
                on=self.on,
            ),
            award_threads=[
                (each.reference, self.place("funding:thread_award", each.pk))
                for each in found.awards
                if len(found.awards) > 1
            ],
            **context,
        )

    def followed(self) -> QuerySet[Award]:
        return threads.awards_of(self.request.user, self.partnership)


class AwardThread(Thread):
    model = Award

    def awards(self) -> QuerySet[Award]:
        return self.followed().filter(pk=self.origin.pk)

    def named(self) -> tuple[Any, str]:
        return _("award %(name)s") % {"name": self.origin.reference}, self.place(
            "funding:award", self.origin.pk
        )


class ClaimThread(Thread):
    model = Claim

    def awards(self) -> QuerySet[Award]:
        return self.followed().filter(pk=self.origin.award_id)

    def named(self) -> tuple[Any, str]:
        return _("the spend report for %(quarter)s") % {"quarter": self.origin.period}, self.place(
            "funding:claim", self.origin.pk
        )


class AllocationThread(Thread):
    model = Allocation

    @property
    def drawing_on(self) -> UUID:  # type: ignore[override]
        found: UUID = self.origin.pk
        return found

    def awards(self) -> QuerySet[Award]:
        return threads.of_allocation(self.request.user, self.partnership, self.origin)

    def named(self) -> tuple[Any, str]:
        label = f"{self.origin.year} {CostType(self.origin.cost_type).label}"
        return _("the allocation %(name)s") % {"name": label}, self.place(
            "funding:grant", self.origin.grant_id
        )


class DecisionThread(Thread):
    model = Decision

    def awards(self) -> QuerySet[Award]:
        return threads.of_decision(self.request.user, self.partnership, self.origin)

    def named(self) -> tuple[Any, str]:
        return _("decision %(name)s") % {"name": self.origin.reference}, self.place(
            "governance:decision", self.origin.pk
        )


class LineThread(Thread):
    """From an award's line in a return."""

    model = QuarterlyReturn

    @cached_property
    def award(self) -> Award:
        found: Award = self.readable_or_404(Award, pk=self.kwargs["award"])
        if (found.grant_id, found.financial_year) != (self.origin.grant_id, self.origin.financial_year):
            raise Http404("No such page.")
        return found

    def awards(self) -> QuerySet[Award]:
        return self.followed().filter(pk=self.award.pk)

    def named(self) -> tuple[Any, str]:
        words = _("%(award)s in the return for %(quarter)s")
        return words % {"award": self.award.reference, "quarter": self.origin.period}, return_page.address(
            self.origin, return_page.default_grant(self.partnership)
        )
