"""Pages of what reviews recommend: themes across reviews, one recommendation, and what is written to it."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import View

from governance import presenters
from governance.forms.base import ReasonForm
from governance.forms.reviews import (
    ChangeRecommendationForm,
    NewRecommendationForm,
    NewThemeForm,
    PracticeForm,
    ProgressForm,
    RecommendationFilter,
    ThemeForm,
)
from governance.models import PracticeFile, Review, ReviewRecommendation, ReviewTheme
from governance.selectors import reviews as selectors
from governance.services import recommendations as services
from governance.services import reviews as review_services
from governance.views.base import GovernanceForm, PressMixin
from governance.views.body_forms import VersionedMixin, partners_to_seat
from partners.access import Rights
from partners.readings import Opening
from partners.roles import Permission
from partners.selectors import partner_names
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit import clock, files
from svd_portal.kit.addresses import reverse
from svd_portal.kit.format import NOTHING
from svd_portal.kit.forms import PortalForm
from svd_portal.kit.register import Column, Register, RegisterView

DONE = ReviewRecommendation.Status.DONE


class RecommendationRegister(Register):
    title = _("Themes across reviews")
    template_name = "governance/themes.html"
    order = "due"
    filter_form = RecommendationFilter
    empty_text = _("No recommendation yet. They are recorded on the page of a review.")
    columns = [
        Column("text", _("Recommendation"), link="page_of", note="marks"),
        Column("review", _("Review"), value="from_review", note="where"),
        Column("event", _("Month of the event"), value="event_in_words", sheet_only=True),
        Column("themes", _("Themes"), value="themes_in_words"),
        Column("owner", _("Owner"), value="owner_of"),
        Column("due", _("Due"), kind="date", sort="due"),
        Column("status", _("Status"), kind="tag", value="status_tag"),
        Column("refused_reason", _("Why it is not accepted"), sheet_only=True),
        Column("practice", _("Evidence that practice changed"), sheet_only=True),
        Column("done_on", _("Done on"), kind="date", sheet_only=True),
        Column("readers", _("Who may read it"), sheet_only=True),
        Column("illustrative", _("Illustrative"), kind="flag", sheet_only=True),
    ]

    def page_of(self, recommendation: ReviewRecommendation) -> str:
        return reverse("governance:recommendation", args=[self.partnership.slug, recommendation.pk])

    def marks(self, recommendation: ReviewRecommendation) -> str:
        return str(_("Illustrative")) if recommendation.illustrative else ""

    def from_review(self, recommendation: ReviewRecommendation) -> str:
        return recommendation.review.reference

    def where(self, recommendation: ReviewRecommendation) -> str:
        return recommendation.review.place

    def event_in_words(self, recommendation: ReviewRecommendation) -> str:
        return presenters.month_of(recommendation.review)

    def gather(self, rows: list[Any]) -> None:
        self.themes = selectors.themes_of(rows)

    def themes_in_words(self, recommendation: ReviewRecommendation) -> str:
        return ", ".join(self.themes.get(recommendation.pk, [])) or NOTHING

    def owner_of(self, recommendation: ReviewRecommendation) -> Any:
        return recommendation.owned_by or _("No owner")

    def status_tag(self, recommendation: ReviewRecommendation) -> presenters.Tag:
        return presenters.recommendation_tag(recommendation, clock.today())

    def readers(self, recommendation: ReviewRecommendation) -> Any:
        return _("Readers of restricted items") if recommendation.review.restricted else _("All members")

    def filter_kwargs(self) -> dict[str, Any]:
        return {
            "themes": selectors.theme_names.offered(self.user, self.partnership),
            "partners": partner_names.offered(self.user, self.partnership),
            "areas": selectors.area_names.offered(self.user, self.partnership),
        }

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        if theme := chosen.get("theme"):
            queryset = queryset.filter(theme_links__theme=theme, theme_links__withdrawn=False)
        if partner := chosen.get("partner"):
            queryset = queryset.filter(owner_partner=partner)
        if area := chosen.get("area"):
            queryset = queryset.filter(review__area=area)
        if chosen.get("no_owner"):
            queryset = queryset.filter(owner_partner=None, owner_role="")
        return queryset.filter(status=chosen["status"]) if "status" in chosen else queryset


class Themes(PartnershipGate, RegisterView):
    """Which lessons come up again and again, and every recommendation that carries them."""

    register_class = RecommendationRegister
    opening = Opening(selectors.recommendations)

    def get_queryset(self) -> Any:
        return selectors.recommendations(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug, manages = self.partnership.slug, self.rights.may_manage_governance
        tallies = selectors.tallies(self.request.user, self.partnership)
        home, reviews = reverse("governance:home", args=[slug]), reverse("governance:reviews", args=[slug])
        add = [(reverse("governance:add_theme", args=[slug]), _("Add a theme"))]
        return super().get_context_data(
            tallies=tallies,
            bars=[_bar(tally) for tally in tallies if tally.recommendations],
            actions=add if manages and tallies else [],
            may_manage=manages,
            breadcrumbs=[
                (_("Governance"), home),
                (_("Reviews"), reviews),
                (_("Themes across reviews"), ""),
            ],
            **context,
        )


def _bar(tally: selectors.Tally) -> dict[str, Any]:
    said = ngettext(
        "%(number)s in %(count)s review, %(done)s done",
        "%(number)s in %(count)s reviews, %(done)s done",
        tally.reviews,
    )
    numbers = {"number": tally.recommendations, "count": tally.reviews, "done": tally.done}
    return {
        "label": tally.theme.name,
        "value": tally.done,
        "of": tally.recommendations,
        "text": said % numbers,
    }


class ThemeForms(GovernanceForm):
    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Reviews"), self.at("reviews")), (_("Themes across reviews"), self.at("themes"))]


class UseUsualThemes(PressMixin, ThemeForms):
    form_class = PortalForm

    def perform(self, form: Any) -> None:
        review_services.use_usual_themes(partnership=self.partnership, by=self.request.user)


class AddTheme(ThemeForms):
    form_class = NewThemeForm
    title, submit = _("Add a theme"), _("Add it")

    def perform(self, form: Any) -> ReviewTheme:
        return review_services.add_theme(
            partnership=self.partnership, by=self.request.user, **form.cleaned_data
        )


class ChangeTheme(VersionedMixin, ThemeForms):
    model = ReviewTheme
    form_class = ThemeForm
    title = _("Change the theme")

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.object.name, "retired": self.object.retired}

    def perform(self, form: Any) -> ReviewTheme:
        return review_services.change_theme(
            theme_id=self.object.pk, by=self.request.user, **form.cleaned_data
        )


class RecommendationPage(PartnershipDetail):
    model = ReviewRecommendation
    template_name = "governance/recommendation.html"
    context_object_name = "recommendation"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("review", "owner_partner__organisation")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        each: ReviewRecommendation = self.object
        open_to_writing = not (each.withdrawn_reason or each.review.withdrawn_reason)
        return super().get_context_data(
            themes=selectors.themes_of([each]).get(each.pk, []),
            updates=each.updates.select_related("by"),
            files=selectors.files_of(self.request.user, each),
            may_write=open_to_writing and self.rights.may_manage_governance,
            may_report=open_to_writing and may_report(self.rights, each),
            tag_of=presenters.recommendation_tag(each, self.today),
            **context,
        )


def may_report(rights: Rights, recommendation: ReviewRecommendation) -> bool:
    """What the service asks, from the rights read for this page."""
    return rights.may_manage_governance or rights.on(
        Permission.PARTNER_UPDATE_ACTIONS, recommendation.owner_partner_id
    )


class OfRecommendation(GovernanceForm):
    """A form about a recommendation; afterwards its page."""

    model: Any = ReviewRecommendation

    @property
    def recommendation(self) -> ReviewRecommendation:
        found: ReviewRecommendation = self.object
        return found

    def crumbs(self) -> list[tuple[Any, str]]:
        each = self.recommendation
        return [
            (_("Reviews"), self.at("reviews")),
            (each.review.reference, self.at("review", each.review_id)),
            (_("Recommendation %(number)s") % {"number": each.position}, self.at("recommendation", each.pk)),
        ]


def _choices(view: Any, carried: Any = (), owner: Any = None) -> dict[str, Any]:
    """Partners that may own a recommendation, or do; themes that are offered or that it carries."""
    themes = selectors.themes_in_use(view.request.user, view.partnership)
    return {
        "partners": partners_to_seat(view, [owner]),
        "themes": themes.filter(Q(retired=False) | Q(pk__in=carried)),
    }


class AddRecommendation(GovernanceForm):
    model = Review
    form_class = NewRecommendationForm
    title, submit = _("Add a recommendation"), _("Add it")

    def crumbs(self) -> list[tuple[Any, str]]:
        page = self.at("review", self.object.pk)
        return [(_("Reviews"), self.at("reviews")), (self.object.reference, page)]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | _choices(self)

    def perform(self, form: Any) -> ReviewRecommendation:
        return services.add(review_id=self.object.pk, by=self.request.user, **form.facts())


class ChangeRecommendation(VersionedMixin, OfRecommendation):
    form_class = ChangeRecommendationForm
    title = _("Change the recommendation")

    def carried(self) -> list[Any]:
        links = self.recommendation.theme_links.filter(withdrawn=False)
        return list(links.values_list("theme", flat=True))

    def get_form_kwargs(self) -> dict[str, Any]:
        each = self.recommendation
        choices = _choices(self, self.carried(), each.owner_partner_id)
        return super().get_form_kwargs() | choices | {"done": each.status == DONE}

    def get_initial(self) -> dict[str, Any]:
        stored: dict[str, Any] = self.recommendation.shown_values()
        return stored | {"themes": self.carried()}

    def perform(self, form: Any) -> ReviewRecommendation:
        return services.change(recommendation_id=self.object.pk, by=self.request.user, **form.facts())


class ReportRecommendation(OfRecommendation):
    """Progress, by whoever writes reviews or speaks for the partner that owns it."""

    form_class = ProgressForm
    title, submit = _("Report progress"), _("Report progress")

    def allowed(self, rights: Rights) -> bool:
        return rights.on(Permission.PARTNERSHIP_VIEW) and may_report(rights, self.recommendation)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"told": self.rights.may_manage_governance}

    def get_initial(self) -> dict[str, Any]:
        return {"on": self.today}

    def perform(self, form: Any) -> Any:
        return services.report(
            recommendation_id=self.object.pk, today=self.today, by=self.request.user, **form.facts()
        )


class CompleteRecommendation(VersionedMixin, OfRecommendation):
    form_class = PracticeForm
    title, submit = _("The recommendation is done"), _("Record as done")
    intro = _(
        "A recommendation is done only when evidence shows that practice changed: for example, what an audit"
        " of cases found."
    )

    def get_initial(self) -> dict[str, Any]:
        return {"practice": self.object.practice, "done_on": self.today}

    def perform(self, form: Any) -> ReviewRecommendation:
        return services.complete(
            recommendation_id=self.object.pk, today=self.today, by=self.request.user, **form.facts()
        )


class ReopenRecommendation(VersionedMixin, OfRecommendation):
    form_class = ReasonForm
    title, submit = _("Open the recommendation again"), _("Open again")

    def perform(self, form: Any) -> ReviewRecommendation:
        return services.reopen(recommendation_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class WithdrawRecommendation(VersionedMixin, OfRecommendation):
    form_class = ReasonForm
    title, submit, danger = _("Withdraw the recommendation"), _("Withdraw it"), True

    def perform(self, form: Any) -> ReviewRecommendation:
        return services.withdraw(recommendation_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class WithdrawPracticeFile(OfRecommendation):
    model = PracticeFile
    form_class = ReasonForm
    title, submit, danger = _("Withdraw the file"), _("Withdraw it"), True

    @property
    def recommendation(self) -> ReviewRecommendation:
        found: ReviewRecommendation = self.object.recommendation
        return found

    def perform(self, form: Any) -> PracticeFile:
        return services.withdraw_file(file_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class PracticeFileOf(PartnershipGate, View):
    """A file that shows changed practice, for whoever may read the review."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = self.readable_or_404(PracticeFile, pk=kwargs["pk"], withdrawn=False)
        return files.response(found.file)
