"""Pages of the engagement log: the register with its totals, and one entry."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import View

from governance import presenters
from governance.forms.base import ReasonForm
from governance.forms.engagement import (
    EngagementFields,
    EngagementFilter,
    EngagementPaperForm,
    NewEngagementForm,
)
from governance.models import Decision, Engagement, EngagementPaper, RegisterNote
from governance.selectors import engagement as selectors
from governance.selectors.reviews import note_above
from governance.services import engagement as services
from governance.views.base import GovernanceForm
from governance.views.body_forms import VersionedMixin, partners_to_seat
from governance.views.reviews import ChangeNote
from partners.readings import Opening
from partners.selectors import partner_names
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit import files
from svd_portal.kit.addresses import reverse
from svd_portal.kit.format import NOTHING
from svd_portal.kit.register import Column, Register, RegisterView


class EngagementRegister(Register):
    title = _("Engagement")
    template_name = "governance/engagement.html"
    order = "-first_day"
    filter_form = EngagementFilter
    empty_text = _("Nothing yet. Consultations, events, training and campaigns are recorded here.")
    columns = [
        Column("title", _("What it was"), link="page_of", note="marks"),
        Column("kind", _("Kind"), value="get_kind_display"),
        Column("first_day", _("First day"), kind="date", sort="first_day"),
        Column("last_day", _("Last day"), kind="date", sheet_only=True),
        Column("place", _("Place"), value="where", sheet_only=True),
        Column("audience", _("Audience")),
        Column("partners", _("Partners"), value="partners_in_words"),
        Column("under_25", _("Under 25"), value="counted_under_25", kind="short"),
        Column("professionals", _("Professionals"), value="counted_professionals", kind="short"),
        Column("others", _("Others"), value="counted_others", kind="short"),
        Column("on_strategy", _("Consultation on the strategy"), kind="flag", sheet_only=True),
        Column("run_by", _("Run by"), sheet_only=True),
        Column("heard", _("What was heard"), sheet_only=True),
        Column("changed", _("What it changed"), sheet_only=True),
        Column("illustrative", _("Illustrative"), kind="flag", sheet_only=True),
        Column("withdrawn_reason", _("Withdrawn because"), sheet_only=True),
    ]

    def page_of(self, entry: Engagement) -> str:
        return reverse("governance:engagement_entry", args=[self.partnership.slug, entry.pk])

    def marks(self, entry: Engagement) -> str:
        marks = [(entry.withdrawn_reason, _("Withdrawn")), (entry.illustrative, _("Illustrative"))]
        return " · ".join(str(word) for holds, word in marks if holds)

    def where(self, entry: Engagement) -> str:
        return presenters.place_of(entry)

    def gather(self, rows: list[Any]) -> None:
        self.partners = selectors.partners_of(rows)

    def partners_in_words(self, entry: Engagement) -> str:
        return ", ".join(self.partners.get(entry.pk, [])) or NOTHING

    def counted_under_25(self, entry: Engagement) -> str:
        return presenters.counted(entry.under_25)

    def counted_professionals(self, entry: Engagement) -> str:
        return presenters.counted(entry.professionals)

    def counted_others(self, entry: Engagement) -> str:
        return presenters.counted(entry.others)

    def filter_kwargs(self) -> dict[str, Any]:
        return {
            "partners": partner_names.offered(self.user, self.partnership),
            "years": selectors.years(self.user, self.partnership),
        }

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        if partner := chosen.get("partner"):
            queryset = queryset.filter(partner_links__partner=partner, partner_links__withdrawn=False)
        if year := chosen.get("year"):
            queryset = queryset.filter(first_day__year=int(year))
        return queryset.filter(kind=chosen["kind"]) if "kind" in chosen else queryset

    def totals(self) -> list[dict[str, Any]]:
        """Who was reached in all that is filtered; what nobody counted is said, and is not nought."""
        reached = self.queryset.reached()
        entries, uncounted = reached["entries"], reached["uncounted"]
        note = ngettext("%(count)s entry", "%(count)s entries", entries) % {"count": entries}
        if uncounted:
            note += ", " + str(_("%(count)s of them not counted") % {"count": uncounted})
        return [
            {"label": _("People under 25 reached"), "figure": presenters.counted(reached["under_25"])},
            {"label": _("Professionals reached"), "figure": presenters.counted(reached["professionals"])},
            {"label": _("Others reached"), "figure": presenters.counted(reached["others"]), "note": note},
        ]


class EngagementLog(PartnershipGate, RegisterView):
    register_class = EngagementRegister
    opening = Opening(selectors.log)

    def get_queryset(self) -> Any:
        return selectors.log(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug, user = self.partnership.slug, self.request.user
        add = [(reverse("governance:new_engagement", args=[slug]), _("Record an entry"))]
        return super().get_context_data(
            actions=add if self.rights.may_manage_governance else [],
            consulted=selectors.consulted_on_strategy(user, self.partnership, self.today),
            note=note_above(user, self.partnership, RegisterNote.Register.ENGAGEMENT),
            note_href=reverse("governance:engagement_note", args=[slug]),
            intro=_("Whom we listened to and reached, what we heard, and what it changed."),
            breadcrumbs=[(_("Governance"), reverse("governance:home", args=[slug])), (_("Engagement"), "")],
            **context,
        )


class EngagementPage(PartnershipDetail):
    model = Engagement
    template_name = "governance/engagement_entry.html"
    context_object_name = "entry"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        entry: Engagement = self.object
        return super().get_context_data(
            partners=selectors.partners_of([entry]).get(entry.pk, []),
            papers=selectors.papers_of(self.request.user, entry),
            decision=self.readable(Decision).filter(pk=entry.decision_id).first(),
            may_write=self.rights.may_manage_governance and not entry.withdrawn_reason,
            present=presenters,
            **context,
        )


class EngagementForms(GovernanceForm):
    """A form about the log; afterwards the entry's page."""

    @property
    def entry(self) -> Engagement | None:
        found: Engagement | None = self.object
        return found

    def crumbs(self) -> list[tuple[Any, str]]:
        crumbs: list[tuple[Any, str]] = [(_("Engagement"), self.at("engagement"))]
        if self.entry:
            crumbs.append((self.entry.title, self.at("engagement_entry", self.entry.pk)))
        return crumbs

    def choices(self, took_part: Iterable[Any] = (), led_to: Any = None) -> dict[str, Any]:
        """Partners that may have taken part, or did; decisions open to all, and the one it led to."""
        open_ones = Q(restricted=False, withdrawn_reason="")
        decisions = self.readable(Decision).filter(open_ones | Q(pk=led_to))
        return {
            "partners": partners_to_seat(self, took_part),
            "decisions": decisions.order_by("-taken_on", "-reference"),
        }


class NewEngagement(EngagementForms):
    form_class = NewEngagementForm
    title, submit = _("Record an entry"), _("Record it")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | self.choices()

    def perform(self, form: Any) -> Engagement:
        return services.record(
            partnership=self.partnership, today=self.today, by=self.request.user, **form.facts()
        )

    def get_done_url(self, result: Any) -> str:
        return self.at("engagement_entry", result.pk)


class ChangeEngagement(VersionedMixin, EngagementForms):
    model = Engagement
    form_class = EngagementFields
    title = _("Change the entry")

    def took_part(self) -> list[Any]:
        links = self.object.partner_links.filter(withdrawn=False)
        return list(links.values_list("partner", flat=True))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | self.choices(self.took_part(), self.object.decision_id)

    def get_initial(self) -> dict[str, Any]:
        stored: dict[str, Any] = self.object.shown_values()
        return stored | {"partners": self.took_part()}

    def perform(self, form: Any) -> Engagement:
        return services.change(
            engagement_id=self.object.pk, today=self.today, by=self.request.user, **form.facts()
        )


class WithdrawEngagement(VersionedMixin, EngagementForms):
    model = Engagement
    form_class = ReasonForm
    title, submit, danger = _("Withdraw the entry"), _("Withdraw it"), True
    intro = _("It stays in the log, marked as withdrawn, and counts for nothing.")

    def perform(self, form: Any) -> Engagement:
        return services.withdraw(engagement_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class AddEngagementPaper(EngagementForms):
    model = Engagement
    form_class = EngagementPaperForm
    title, submit = _("Add a paper"), _("Add paper")

    def perform(self, form: Any) -> EngagementPaper:
        return services.add_paper(engagement_id=self.object.pk, by=self.request.user, **form.facts())


class WithdrawEngagementPaper(EngagementForms):
    model = EngagementPaper
    form_class = ReasonForm
    title, submit, danger = _("Withdraw the paper"), _("Withdraw it"), True

    @property
    def entry(self) -> Engagement:
        found: Engagement = self.object.engagement
        return found

    def perform(self, form: Any) -> EngagementPaper:
        return services.withdraw_paper(paper_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class EngagementPaperOf(PartnershipGate, View):
    """A paper of the log: its file, or where it is published."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        paper = self.readable_or_404(EngagementPaper, pk=kwargs["pk"], withdrawn=False)
        return files.response(paper.file) if paper.file else HttpResponseRedirect(paper.url)


class ChangeEngagementNote(ChangeNote):
    register, home, heading = RegisterNote.Register.ENGAGEMENT, "engagement", _("Engagement")
