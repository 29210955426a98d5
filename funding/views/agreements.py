"""Recording a grant, and its agreement: what it says, who signed it, its papers."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from funding.forms.agreements import GrantDocumentForm, GrantForm, SignatureForm
from funding.forms.base import ReasonForm
from funding.models import Grant, GrantDocument, GrantSignature
from funding.services import agreements as services
from funding.views.base import Crumb, MoneyForm, recipients
from partners.models import Organisation, Partnership
from partners.views.base import PartnershipGate
from svd_portal.kit import files
from svd_portal.kit.addresses import reverse


def organisations(partnership: Partnership) -> Any:
    """Who may fund or hold a grant here: those known here, and whoever funds one already."""
    funders = Q(grants_given__partnership=partnership) | Q(grants_received__partnership=partnership)
    known = recipients(partnership).order_by().values("pk")
    ours = Organisation.objects.filter(funders).values("pk")
    return Organisation.objects.filter(Q(pk__in=known) | Q(pk__in=ours)).order_by("name")


class OfGrant(MoneyForm):
    """A form about one grant."""

    model: Any = Grant

    @property
    def grant(self) -> Grant:
        return self.object

    def back(self) -> Crumb:
        return self.grant.title, reverse("funding:grant", args=[self.partnership.slug, self.grant.pk])


class RecordGrant(MoneyForm):
    form_class = GrantForm
    title, submit = _("Record a grant"), _("Record grant")
    intro = _("What it gives each year is recorded on its page afterwards.")
    done_message = _("The grant is recorded. Record what it gives each year.")

    def back(self) -> Crumb:
        return _("Funding"), reverse("funding:home", args=[self.partnership.slug])

    def trail(self) -> list[Crumb]:
        return []

    def get_initial(self) -> dict[str, Any]:
        return {"recipient": self.partnership.convener_id}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"organisations": organisations(self.partnership)}

    def perform(self, form: GrantForm) -> Grant:
        return services.record_grant(
            partnership=self.partnership,
            agreement=form.agreement(),
            key=form.cleaned_data["key"],
            today=self.today,
            by=self.request.user,
        )

    def get_done_url(self, result: Grant) -> str:
        return reverse("funding:grant", args=[self.partnership.slug, result.pk])


class ChangeGrant(OfGrant):
    form_class = GrantForm
    title, submit = _("Change the grant"), _("Save")
    done_message = _("The grant is changed.")

    def get_initial(self) -> dict[str, Any]:
        names = ("title", "first_day", "last_day", "conditions", "lead_officer_certifies", "asks_comments")
        grant = self.grant
        chosen = {"funder": grant.funder_id, "recipient": grant.recipient_id}
        return chosen | {name: getattr(grant, name) for name in names}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "organisations": organisations(self.partnership),
            "version": self.grant.version,
            "changing": True,
        }

    def perform(self, form: GrantForm) -> Grant:
        return services.change_grant(
            grant_id=self.grant.pk,
            version=form.cleaned_data["version"],
            agreement=form.agreement(),
            today=self.today,
            by=self.request.user,
        )


class RecordSignature(OfGrant):
    form_class = SignatureForm
    title, submit = _("Record a signature of the agreement"), _("Record signature")
    done_message = _("The signature is recorded.")

    def get_form_kwargs(self) -> dict[str, Any]:
        both = [self.grant.funder_id, self.grant.recipient_id]
        return super().get_form_kwargs() | {
            "parties": Organisation.objects.filter(pk__in=both).order_by("name")
        }

    def perform(self, form: SignatureForm) -> GrantSignature:
        return services.record_signature(
            grant_id=self.grant.pk, today=self.today, by=self.request.user, **form.cleaned_data
        )


class AddGrantDocument(OfGrant):
    form_class = GrantDocumentForm
    title, submit = _("Add a document to the agreement"), _("Add document")
    done_message = _("The document is kept with the grant.")

    def perform(self, form: GrantDocumentForm) -> GrantDocument:
        return services.add_document(grant_id=self.grant.pk, by=self.request.user, **form.cleaned_data)


class WithdrawOfAgreement(OfGrant):
    form_class = ReasonForm
    submit, danger = _("Withdraw it"), True
    done_message = _("It is withdrawn, and stays on record.")

    @property
    def grant(self) -> Grant:
        grant: Grant = self.object.grant
        return grant

    @property
    def intro(self) -> str:  # type: ignore[override]
        return str(self.object)

    def perform(self, form: ReasonForm) -> Any:
        return services.withdraw(record=self.object, by=self.request.user, **form.cleaned_data)


class WithdrawSignature(WithdrawOfAgreement):
    model = GrantSignature
    title = _("Withdraw a signature of the agreement")


class WithdrawGrantDocument(WithdrawOfAgreement):
    model = GrantDocument
    title = _("Withdraw a document of the agreement")


class GrantDocumentFile(PartnershipGate, View):
    """The file of a document; everyone in the partnership sees the agreement."""

    model = GrantDocument

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = self.readable(GrantDocument).live().filter(pk=kwargs["pk"]).select_related("file").first()
        if found is None:
            raise Http404("No such page.")
        return files.response(found.file)
