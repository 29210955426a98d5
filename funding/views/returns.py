"""Quarterly returns: the register, one return's page, its PDF."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from funding import return_presenters as present
from funding.forms.returns import CommentForm, ReturnFilter
from funding.models import QuarterlyReturn
from funding.models.returns import PERIOD
from funding.selectors import return_lists, return_page
from funding.selectors import returns as selectors
from funding.services import returns as services
from partners.models import Partner
from partners.readings import Opening
from partners.roles import Permission
from partners.views.base import PartnershipGate, PartnershipPage
from svd_portal.kit import files
from svd_portal.kit.addresses import reverse
from svd_portal.kit.errors import DomainError
from svd_portal.kit.quarters import FinancialYear, Quarter
from svd_portal.kit.register import Column, Register, RegisterView
from svd_portal.kit.rules.findings import Severity


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
        return present.turn(row, self.signed.get(row.pk, ()), row.signing or ())  # type: ignore[attr-defined]


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
        blocking = len(known.blocking) if known else 0
        return super().get_context_data(
            object=current,
            content=content,
            cover=content["cover"],
            blocking=Severity.BLOCKING.value,
            steps=steps,
            way=return_page.way(current, steps, signing),
            offers=return_page.offers(
                current, user=user, rights=self.rights, steps=steps, signing=signing, blocking=blocking
            ),
            missing=return_page.missing(self.partnership, known, self.today) if known else [],
            narratives=known.narratives if known else selectors.narratives(current),
            decisions=return_page.decisions(user, self.partnership, content),
            comments=return_page.comments(current),
            comment_form=self._comment_form(),
            versions=[
                (each, return_page.address(each, self.default)) for each in return_page.versions(current)
            ],
            document=return_page.document(current, services.DOCUMENT),
            pdf=return_page.pdf_address(current, self.default),
            present=present,
            breadcrumbs=present.breadcrumbs(current),
            **context,
        )

    def _comment_form(self) -> CommentForm | None:
        voices = self.rights.ids(Permission.PARTNER_COMMENT_ON_RETURN)
        if not voices or self.object.superseded_at or self.object.status in present.FINISHED:
            return None
        partners = self.readable(Partner).filter(pk__in=voices).select_related("organisation")
        return CommentForm(partners=partners)


class Pdf(OfReturn, View):
    """The certified return as it was made by the worker, by its own name."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        name = self.kwargs["name"]
        edition = name.rpartition("-v")[2]
        found = self.find(int(edition)) if edition.isdecimal() and len(edition) < 5 else None
        if found is None or name != return_page.file_name(found):
            raise Http404("No such file.")
        made = return_page.document(found, services.DOCUMENT)
        if made is None:
            raise Http404("No PDF was asked for.")
        if made.file is None:  # being made, or failed: the return's page says which
            return HttpResponseRedirect(f"{return_page.address(found, self.default)}#pdf")
        return files.response(made.file)


class PdfRequest(PartnershipGate, View):
    """How the PDF's making stands; and a new request where it failed."""

    @cached_property
    def object(self) -> QuarterlyReturn:
        found: QuarterlyReturn = self.readable_or_404(QuarterlyReturn, pk=self.kwargs["pk"])
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        made = return_page.document(self.object, services.DOCUMENT)
        if made is None:
            raise Http404("No PDF was asked for.")
        return JsonResponse({"state": made.state})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        default = return_page.default_grant(self.partnership)
        try:
            services.request_document(return_id=self.object.pk, by=request.user)
        except DomainError as refusal:
            messages.error(request, refusal.message)
        return HttpResponseRedirect(return_page.address(self.object, default))
