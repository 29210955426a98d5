"""A product's page: a version of the agreement, a needs assessment, a strategy or a delivery plan."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from governance.models import Decision
from milestones import selectors
from milestones.models import AgreementAppendix, Milestone, Priority, Product
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit import files


def state_of(product: Product, adopted_after: bool = False) -> tuple[Any, str]:
    """How a version stands; `adopted_after` where one that follows it was adopted."""
    if adopted_after:
        return _("Replaced"), ""
    tones = {
        Product.Status.DRAFTING: "warn",
        Product.Status.ADOPTED: "good",
        Product.Status.PUBLISHED: "good",
    }
    return product.get_status_display(), tones[Product.Status(product.status)]


class ProductPage(PartnershipDetail):
    """Everybody in the partnership reads it; an agreement's page has its parties and appendices."""

    model = Product
    context_object_name = "product"

    def get_template_names(self) -> list[str]:
        agreement = self.object.kind == Product.Kind.AGREEMENT
        return ["milestones/agreement.html" if agreement else "milestones/product.html"]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        product: Product = self.object
        versions = list(self.readable(Product).filter(kind=product.kind).order_by("-created_at"))
        replaced = {each.supersedes_id for each in versions if each.supersedes_id and not each.is_draft}
        facts = {
            "versions": [(each, state_of(each, each.pk in replaced)) for each in versions],
            "state": state_of(product, product.pk in replaced),
            "follows": next((each for each in versions if each.supersedes_id == product.pk), None),
            "adopted_by": self.readable(Decision).filter(pk=product.decision_id).first(),
            "milestones": self.readable(Milestone).filter(product=product, withdrawn=False).order_by("due"),
            "priorities": self.readable(Priority).filter(strategy=product).order_by("number"),
        }
        if product.kind == Product.Kind.AGREEMENT:
            facts |= self._agreement(product)
        return super().get_context_data(**facts | context)

    def _agreement(self, agreement: Product) -> dict[str, Any]:
        user, partnership = self.request.user, self.partnership
        parties = list(selectors.parties_of(user, agreement))
        if agreement.is_draft:  # whoever was taken out of a draft was never in it
            parties = [each for each in parties if each.withdrawn_on is None]
        standing = [each for each in parties if each.withdrawn_on is None]
        return {
            "parties": parties,
            "standing": len(standing),
            "unsigned": [each.partner for each in standing if not each.signed_on],
            "signed": sum(1 for each in standing if each.signed_on),
            "missing": selectors.specified_without(user, partnership, parties, self.today),
            "appendices": selectors.appendices_of(user, agreement),
        }


class AppendixFile(PartnershipGate, View):
    """The file of an appendix, for everybody in the partnership."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = self.readable_or_404(AgreementAppendix, pk=kwargs["pk"], withdrawn=False, file__isnull=False)
        return files.response(found.file)
