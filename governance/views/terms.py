"""Terms of reference: read, drafted, adopted."""

from datetime import timedelta
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from governance.forms.bodies import AdoptForm, TermsForm
from governance.models import Body, Decision, Terms
from governance.rules import quorum
from governance.rules.verbs import ASSENTING
from governance.services import terms as services
from governance.views.base import GovernanceForm, PressMixin
from governance.views.body_forms import OfBody, VersionedMixin
from partners.views.base import PartnershipDetail
from svd_portal.kit.forms import PortalForm

LATELY = timedelta(days=730)
"""How far back a decision may lie that is offered as the one that adopted."""
PARTS = {
    "purpose": _("Purpose"),
    "accountability": _("Accountability"),
    "membership": _("Membership and tenure"),
    "chairing": _("Chair"),
    "responsibilities": _("Responsibilities"),
    "remote_rules": _("Attending remotely"),
}
"""What the page shows as paragraphs, in this order."""


class TermsPage(PartnershipDetail):
    model = Terms
    template_name = "governance/terms.html"
    context_object_name = "terms"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("body", "partnership")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        terms: Terms = self.object
        versions = list(self.readable(Terms).filter(body=terms.body).order_by("-edition"))
        begun = [each for each in versions if each.first_day and each.first_day <= self.today]
        in_force = max(begun, key=lambda each: (each.first_day, each.edition), default=None)
        return super().get_context_data(
            parts=[(title, said) for name, title in PARTS.items() if (said := getattr(terms, name))],
            quorum=quorum.described(terms.needed),
            versions=[(each, _state(each, in_force)) for each in versions],
            state=_state(terms, in_force),
            adopted_by=self.readable(Decision).filter(pk=terms.decision_id).first(),
            may_manage=self.rights.may_manage_governance,
            **context,
        )


def _state(terms: Terms, in_force: Terms | None) -> tuple[Any, str]:
    if terms.is_draft:
        return _("Draft"), "warn"
    if terms == in_force:
        return _("In force"), "good"
    later = in_force is None or terms.edition > in_force.edition
    return (_("Adopted, not yet in force"), "info") if later else (_("Replaced"), "")


class DraftTerms(PressMixin, OfBody):
    """Begins the next version, or opens the draft there is."""

    form_class = PortalForm

    def perform(self, form: Any) -> Terms:
        return services.draft(body_id=self.body.pk, by=self.request.user)

    def get_done_url(self, result: Any) -> str:
        return self.at("change_terms", result.pk)


class OfTerms(VersionedMixin, GovernanceForm):
    """A form about a draft; afterwards the page of the terms."""

    model = Terms

    @cached_property
    def body(self) -> Body:
        found: Body = self.object.body
        return found

    def crumbs(self) -> list[tuple[Any, str]]:
        return [
            (_("Bodies"), self.at("bodies")),
            (str(self.body), self.at("body", self.body.pk)),
            (_("Terms of reference"), self.at("terms", self.object.pk)),
        ]


class ChangeTerms(OfTerms):
    form_class = TermsForm
    template_name = "governance/terms_form.html"
    title, submit = _("Draft terms of reference"), _("Save the draft")

    def get_initial(self) -> dict[str, Any]:
        return vars(services.Content.of(self.object)) | {"quorum_classes": self.object.quorum_classes}

    def perform(self, form: Any) -> Terms:
        return services.change(
            terms_id=self.object.pk, today=self.today, by=self.request.user, **form.facts()
        )


class AdoptTerms(OfTerms):
    form_class = AdoptForm
    title, submit = _("Adopt the terms of reference"), _("Adopt them")
    intro = _("From the day they are in force they stay as they are; a later version replaces them.")

    def get_form_kwargs(self) -> dict[str, Any]:
        decisions = self.readable(Decision).filter(
            verb__in=ASSENTING, withdrawn_reason="", taken_on__gte=self.today - LATELY
        )
        return super().get_form_kwargs() | {"decisions": decisions.order_by("-taken_on", "-reference")}

    def get_initial(self) -> dict[str, Any]:
        return {"first_day": self.today}

    def perform(self, form: Any) -> Terms:
        return services.adopt(terms_id=self.object.pk, by=self.request.user, **form.facts())
