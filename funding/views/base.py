"""What funding's pages share: the way back, years in addresses, forms on one record."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from funding.services.awards import rights_to_approve
from governance.models import Decision
from partners.access import Rights
from partners.models import Organisation, Partner, Partnership
from partners.roles import Permission
from partners.selectors import partner_names
from partners.views.base import PartnershipFormView
from svd_portal.kit import clock
from svd_portal.kit.addresses import reverse
from svd_portal.kit.errors import DomainError
from svd_portal.kit.quarters import FinancialYear, Quarter

Crumb = tuple[Any, str]
FIRST_FUNDED = FinancialYear(2022)
MOST_AHEAD = 9
"""Years after this one of which money can be recorded."""


def crumbs(slug: str, *more: Crumb) -> list[Crumb]:
    return [(_("Funding"), reverse("funding:home", args=[slug])), *more]


def uuid_or_404(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("No such page.") from None


def year_or_404(slug: str) -> FinancialYear:
    try:
        year = FinancialYear.parse(slug)
    except ValueError:
        raise Http404("No such page.") from None
    if not FIRST_FUNDED.start <= year.start <= FinancialYear.of(clock.today()).start + MOST_AHEAD:
        raise Http404("No such page.")
    return year


def quarter_or_404(year: str, quarter: str) -> Quarter:
    """A quarter of an address such as "2023-24/q3"."""
    number = quarter.removeprefix("q")
    if len(quarter) != 2 or number not in {"1", "2", "3", "4"}:
        raise Http404("No such page.")
    return Quarter(year_or_404(year), int(number))


def may_approve(rights: Rights, decision: Decision) -> bool:
    """Whether the person may say which awards a decision approved."""
    return any(rights.on(permission, scope) for permission, scope in rights_to_approve(decision))


class MoneyForm(PartnershipFormView):
    """A form of the finance officer's, on a page of its own."""

    permission = Permission.PARTNERSHIP_MANAGE_FUNDING
    template_name = "kit/form_page.html"
    title: Any = ""
    submit: Any = ""
    intro: Any = ""
    danger = False

    def back(self) -> Crumb:
        """Name and address of the page this one was opened from, and returns to."""
        raise NotImplementedError

    def trail(self) -> list[Crumb]:
        return [self.back()]

    def get_done_url(self, result: Any) -> str:
        return self.back()[1]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{
                "title": self.title,
                "submit": self.submit,
                "intro": self.intro,
                "danger": self.danger,
                "breadcrumbs": crumbs(self.partnership.slug, *self.trail(), (self.title, "")),
                "cancel_href": self.back()[1],
                **context,
            }
        )


NOT_SENT_AGAIN = {"csrfmiddlewaretoken", "preview", "save", "change", "seen"}


class Previewed(MoneyForm):
    """A form whose first press shows what would be written, and writes nothing; the second one saves."""

    preview_template = ""

    def look(self, form: Any) -> dict[str, Any]:
        """What the preview shows; `seen` marks the state it was made from.

        Raises:
            DomainError: a rule says no.
        """
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "change" in request.POST:
            return self.render_to_response(self.get_context_data(form=self.get_form()))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        if "save" in self.request.POST:
            return super().form_valid(form)
        try:
            looked = self.look(form)
        except DomainError as refusal:
            form.add_service_error(refusal)
            return self.form_invalid(form)
        self.template_name = self.preview_template
        sent = [(name, value) for name, values in sorted(form.data.lists()) for value in values]
        sent_again = [("seen", looked.pop("seen")), *(each for each in sent if each[0] not in NOT_SENT_AGAIN)]
        return self.render_to_response(self.get_context_data(form=form, sent_again=sent_again, **looked))


def partners_of(user: Any, partnership: Partnership) -> Any:
    """The partnership's partners for a choice, by name."""
    found = Partner.objects.for_user(user, partnership)
    return found.select_related("organisation").only("organisation__name").order_by("organisation__name")


def years_until(last: int) -> list[FinancialYear]:
    """Every year since the Duty's first grant, the newest first."""
    return [FinancialYear(start) for start in range(last, FIRST_FUNDED.start - 1, -1)]


def filter_choices(user: Any, partnership: Partnership) -> dict[str, Any]:
    """Years and partners that a register's filter offers."""
    return {
        "years": years_until(FinancialYear.of(clock.today()).start + 1),
        "partners": partner_names.offered(user, partnership),
    }


def recipients(partnership: Partnership) -> Any:
    """Partners' organisations, the policing body, and whoever was awarded money here before."""
    ours = Q(partners__partnership=partnership) | Q(awards_received__partnership=partnership)
    known = Organisation.objects.filter(ours | Q(pk=partnership.convener_id)).values("pk")
    return Organisation.objects.filter(pk__in=known).order_by("name")
