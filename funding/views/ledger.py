"""The ledger beside the portal: a quarter's state, an extract brought in, what does not match explained."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from funding.forms.ledger import ExplainForm, ExtractForm
from funding.models import Grant, LedgerExplanation, LedgerExtract
from funding.rules.ledger import Open, Side
from funding.rules.ledger_sheet import content_of
from funding.selectors import ledger as selectors
from funding.selectors.claims import reporting_quarter
from funding.selectors.return_page import default_grant
from funding.services import ledger as services
from funding.services.ledger import Unsound
from funding.views.base import FIRST_FUNDED, Crumb, MoneyForm, Previewed, crumbs, quarter_or_404, uuid_or_404
from partners.roles import Permission
from partners.views.base import PartnershipPage
from svd_portal.kit.addresses import reverse
from svd_portal.kit.format import money
from svd_portal.kit.money import total
from svd_portal.kit.quarters import FinancialYear, Quarter


class OfQuarter:
    """A page about one quarter of a grant; `?grant=` names another than the Home Office's."""

    request: Any
    kwargs: dict[str, Any]
    partnership: Any
    today: Any
    readable_or_404: Any

    @cached_property
    def quarter(self) -> Quarter:
        if "year" in self.kwargs:
            return quarter_or_404(self.kwargs["year"], self.kwargs["quarter"])
        return reporting_quarter(self.today)

    @cached_property
    def grant(self) -> Grant:
        asked = self.request.GET.get("grant", "")
        wanted = uuid_or_404(asked) if asked else default_grant(self.partnership)
        grant: Grant = self.readable_or_404(Grant, pk=wanted)
        grant.partnership = self.partnership
        return grant

    def address(self, name: str = "ledger_quarter", *more: str, quarter: Quarter | None = None) -> str:
        period = quarter or self.quarter
        found = reverse(f"funding:{name}", args=[self.partnership.slug, period.year.slug, period.slug, *more])
        return f"{found}?grant={self.grant.pk}" if self.request.GET.get("grant") else found


class Ledger(OfQuarter, PartnershipPage):
    template_name = "funding/ledger.html"
    permission = Permission.PARTNERSHIP_READ_EVIDENCE

    @property
    def refusal(self) -> str:
        why = _(
            "The ledger holds each payment with its reference, as evidence does, so it opens to those who may"
            " open every partner’s evidence files."
        )
        return f"{why} {super().refusal}"

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        context = {name: value for name, value in given.items() if name not in self.kwargs}
        if default_grant(self.partnership) is None and "grant" not in self.request.GET:
            return super().get_context_data(
                breadcrumbs=crumbs(self.partnership.slug, (_("Ledger"), "")), grant=None, **context
            )
        state = selectors.state(self.grant.pk, self.quarter)
        return super().get_context_data(
            breadcrumbs=crumbs(self.partnership.slug, (_("Ledger"), "")),
            grant=self.grant,
            grants=self.readable(Grant).order_by("title"),
            quarter=self.quarter,
            quarters=[(each, self.address(quarter=each)) for each in self.quarter.year.quarters],
            years=[
                (FinancialYear(start), self.address(quarter=Quarter(FinancialYear(start), 4)))
                for start in (self.quarter.year.start - 1, self.quarter.year.start + 1)
                if FIRST_FUNDED.start <= start <= FinancialYear.of(self.today).start
            ],
            state=state,
            sides=[(side, self._rows(state.found.of(side))) for side in Side] if state else [],
            import_href=self.address("bring_in_ledger"),
            earlier=self.readable(LedgerExtract)
            .filter(grant=self.grant, financial_year=self.quarter.year.start, quarter=self.quarter.number)
            .select_related("by")
            .order_by("-created_at")[1:],
            **context,
        )

    def _rows(self, rows: tuple[Open, ...]) -> list[dict[str, Any]]:
        return [
            {
                "open": each,
                "href": self.address("explain_ledger", each.side.value, each.mark.replace(":", "-", 1)),
            }
            for each in rows
        ]


class BringIn(OfQuarter, Previewed):
    form_class = ExtractForm
    template_name = "funding/ledger_import.html"
    preview_template = "funding/ledger_preview.html"
    submit = _("Show what would match")
    done_message = _("The extract is brought in.")
    sheet: Any = None

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(_("Bring in the ledger of %(quarter)s")) % {"quarter": self.quarter}

    def back(self) -> Crumb:
        return _("Ledger"), self.address()

    def get_form_kwargs(self) -> dict[str, Any]:
        columns = selectors.columns_of(self.partnership)
        anew = "columns" in self.request.GET
        return super().get_form_kwargs() | {"mapping": columns.mapping if columns and not anew else {}}

    def look(self, form: ExtractForm) -> dict[str, Any]:
        try:
            sheet = services.read(grant=self.grant, quarter=self.quarter, extract=form.extract())
        except Unsound as refusal:
            self.sheet = refusal.sheet
            raise
        return {
            "read": sheet,
            "together": total(line.amount for line in sheet.lines),
            "found": selectors.compare(self.grant.pk, self.quarter, sheet.lines),
            "before": selectors.latest(self.grant.pk, self.quarter),
            "sides": list(Side),
            "seen": content_of(sheet.lines),
        }

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            sheet=self.sheet, known=selectors.columns_of(self.partnership), quarter=self.quarter, **context
        )

    def perform(self, form: ExtractForm) -> LedgerExtract:
        return services.bring_in(
            grant=self.grant,
            quarter=self.quarter,
            extract=form.extract(),
            key=form.cleaned_data["key"],
            today=self.today,
            by=self.request.user,
        )


class Explain(OfQuarter, MoneyForm):
    form_class = ExplainForm
    title, submit = _("Explain what has no match"), _("Save")
    done_message = _("It is explained.")

    def back(self) -> Crumb:
        return _("Ledger"), self.address()

    @cached_property
    def open(self) -> Open:
        state = selectors.state(self.grant.pk, self.quarter)
        mark = self.kwargs["mark"]
        mark = mark.replace("-", ":", 1) if self.kwargs["side"] == Side.PORTAL else mark
        found = state.found.open if state else ()
        for each in found:
            if (each.side.value, each.mark) == (self.kwargs["side"], mark):
                return each
        raise Http404("No such page.")

    @property
    def intro(self) -> str:  # type: ignore[override]
        both = _(
            "What you say counts for both: the report and the payments that pay for it are the same money."
        )
        same = both if self.open.paid_together else ""
        return f"{self.open.words}: {money(self.open.amount)}. {self.open.hint} {same}".strip()

    def get_initial(self) -> dict[str, Any]:
        return {"text": self.open.explanation}

    def perform(self, form: ExplainForm) -> LedgerExplanation:
        return services.explain(
            grant=self.grant,
            quarter=self.quarter,
            side=self.open.side,
            mark=self.open.mark,
            text=form.cleaned_data["text"],
            by=self.request.user,
        )
