"""Quarterly returns: the register, and the page of one return."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from funding import presenters as spend_presenters
from funding import return_presenters as present
from funding.forms.returns import CommentForm, ReturnFilter
from funding.models import QuarterlyReturn
from funding.models.returns import PERIOD
from funding.rules.comments import Asked, Closing
from funding.rules.outputs import WORDS
from funding.selectors import return_comments, return_lists, return_outputs, return_page
from funding.selectors import returns as selectors
from partners.models import Partner
from partners.readings import Opening
from partners.roles import Permission
from partners.views.base import PartnershipGate, PartnershipPage
from svd_portal.kit.addresses import reverse
from svd_portal.kit.quarters import FinancialYear, Quarter
from svd_portal.kit.register import Column, Register, RegisterView
from svd_portal.kit.rules.findings import Severity

EXPLAINED = (QuarterlyReturn.Status.PREPARING, QuarterlyReturn.Status.COMMENTING)
"""While the preparer may say something to a warning."""


class ReturnRegister(Register):
    title = _("Quarterly returns")
    order = "-period"
    filter_form = ReturnFilter
    empty_text = _("No return has been opened yet.")
    columns = [
        Column(
            "period",
            _("Period"),
            value="period",
            sort=PERIOD,
            link="page_of",
            note="months_of",
        ),
        Column("grant", _("Grant"), value="grant.title"),
        Column("edition", _("Version"), kind="number"),
        Column("status", _("Status"), kind="tag"),
        Column("due", _("Due to the funder"), kind="date", sort="due"),
        Column("certified_on", _("Certified on"), kind="date", sheet_only=True),
        Column("sent_on", _("Sent on"), kind="date", sheet_only=True),
        Column("turn", _("Who acts next")),
    ]

    def filter_kwargs(self) -> dict[str, Any]:
        return {"years": return_lists.years_of(self.user, self.partnership)}

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        wanted = Q()
        if "year" in chosen:
            wanted &= Q(financial_year=chosen["year"])
        if "status" in chosen:
            wanted &= Q(status=chosen["status"], superseded_at=None)
        return queryset.filter(wanted)

    def for_sheet(self, queryset: Any) -> Any:
        return return_lists.with_days(queryset)

    @cached_property
    def default_grant(self) -> UUID | None:
        return return_page.default_grant(self.partnership)

    def gather(self, rows: list[QuarterlyReturn]) -> None:
        self.signed = return_lists.signed(rows)

    def page_of(self, row: QuarterlyReturn) -> str:
        return return_page.address(row, self.default_grant)

    def months_of(self, row: QuarterlyReturn) -> str:
        return row.period.months

    def status(self, row: QuarterlyReturn) -> present.Tag:
        return present.status_tag(row)

    def turn(self, row: QuarterlyReturn) -> str:
        signed, signing = self.signed.get(row.pk, ()), row.signing or ()  # type: ignore[attr-defined]
        return present.turn(row, signed, signing, return_page.asks(row))


class Returns(PartnershipGate, RegisterView):
    register_class = ReturnRegister
    opening = Opening(return_lists.listed)

    def get_queryset(self) -> Any:
        return return_lists.listed(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        opening = [(reverse("funding:open_return", args=[slug]), _("Open a return"))]
        return super().get_context_data(
            breadcrumbs=[(_("Funding"), reverse("funding:home", args=[slug])), (_("Quarterly returns"), "")],
            actions=opening if self.rights.may_manage_funding else [],
            **context,
        )


class OfReturn(PartnershipGate):
    """An address that names a return by its quarter; `?grant=` where a partnership has several grants."""

    @cached_property
    def default(self) -> UUID | None:
        return return_page.default_grant(self.partnership)

    @cached_property
    def grant_id(self) -> UUID | None:
        """The grant the address means; a return is found by it only among this partnership's.

        Raises:
            Http404: `?grant=` is no id.
        """
        wanted = self.request.GET.get("grant", "")
        if not wanted:
            return self.default
        try:
            return UUID(wanted)
        except ValueError:
            raise Http404("No such grant.") from None

    @cached_property
    def period(self) -> Quarter:
        year, quarter = self.kwargs["year"], self.kwargs["quarter"]
        try:
            period = Quarter(FinancialYear.parse(year), int(quarter.removeprefix("q")))
        except ValueError:
            raise Http404("No such quarter.") from None
        if (year, quarter) != (period.year.slug, period.slug):
            raise Http404("No such quarter.")
        return period

    def find(self, edition: int | None = None) -> QuarterlyReturn:
        """The version of this number; for none, the current one."""
        who = self.request.user, self.partnership
        found = return_page.version(*who, self.grant_id, self.period, edition)
        if found is None:
            raise Http404("No such return.")
        return found


class ReturnPage(OfReturn, PartnershipPage):
    """The return: what it says, where it stands, who acts next."""

    template_name = "funding/returns/page.html"

    @cached_property
    def object(self) -> QuarterlyReturn:
        return self.find(self.kwargs.get("edition"))

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        current, user = self.object, self.request.user
        known, content = selectors.shown(current, today=self.today)
        steps = return_page.steps(current)
        signing = return_page.certifiers(current)
        asked = known.asked if known else return_comments.asked(current)
        return super().get_context_data(
            object=current,
            content=content,
            cover=content["cover"],
            blocking=Severity.BLOCKING.value,
            steps=steps,
            way=return_page.way(current, steps, signing),
            offers=return_page.offers(
                current,
                user=user,
                rights=self.rights,
                steps=steps,
                signing=signing,
                blocking=len(known.blocking) if known else 0,
                unexplained=len(known.unexplained) if known else 0,
            ),
            timetables=self._timetables(asked),
            more_time_given=spend_presenters.more_time(asked.later) if asked and asked.later else "",
            missing=return_page.missing(self.partnership, known, self.today) if known else [],
            texts=self._texts(known),
            decisions=return_page.decisions(user, self.partnership, content),
            comments=known.comments if known else return_comments.comments(current),
            asked=asked,
            more_time=self._more_time(asked),
            may_explain=self.rights.may_manage_funding and current.status in EXPLAINED,
            queries=return_page.queries(current),
            comment_form=self._comment_form(),
            versions=[
                (each, return_page.address(each, self.default)) for each in return_page.versions(current)
            ],
            files=return_outputs.files(current, self.default),
            file_words=WORDS,
            now=timezone.now(),
            grant_named=current.grant_id != self.default,
            present=present,
            breadcrumbs=present.breadcrumbs(current),
            **context,
        )

    def _timetables(self, asked: Asked | None) -> list[dict[str, Any]]:
        current = self.object
        if current.status in QuarterlyReturn.WITH_FUNDER or current.superseded_at:
            return []
        closing = {current.pk: Closing(asked.closes_on, asked.later)} if asked else {}
        return spend_presenters.timetables([current], self.today, closing)

    def _more_time(self, asked: Asked | None) -> str:
        """Where the closing day of the comments can be moved; empty where it cannot."""
        commenting = self.object.status == QuarterlyReturn.Status.COMMENTING
        if not (self.rights.may_manage_funding and commenting and asked and asked.open_on(self.today)):
            return ""
        return reverse("funding:return_more_time", args=[self.partnership.slug, self.object.pk])

    def _texts(self, known: selectors.Facts | None) -> dict[str, UUID]:
        """By their headings, the texts that may be written now."""
        if known is None or self.object.status != QuarterlyReturn.Status.PREPARING:
            return {}
        return {each.section.heading: each.pk for each in known.narratives}

    def _comment_form(self) -> CommentForm | None:
        voices = self.rights.ids(Permission.PARTNER_COMMENT_ON_RETURN)
        if not voices or self.object.superseded_at or self.object.status in present.FINISHED:
            return None
        partners = self.readable(Partner).filter(pk__in=voices).select_related("organisation")
        return CommentForm(partners=partners)
