"""Pages of reviews: the register, one review, what stands above the register."""

from typing import Any

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from governance import presenters
from governance.forms.base import ReasonForm
from governance.forms.reviews import NewReviewForm, NoteForm, ReviewFields, ReviewFilter
from governance.models import Body, RegisterNote, Review
from governance.selectors import reviews as selectors
from governance.services import reviews as services
from governance.views.base import GovernanceForm
from governance.views.body_forms import VersionedMixin
from partners.models.organisations import running_on
from partners.readings import Opening
from partners.selectors import areas_served
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit.addresses import reverse
from svd_portal.kit.format import NOTHING
from svd_portal.kit.register import Column, Register, RegisterView


class ReviewRegister(Register):
    title = _("Reviews")
    template_name = "governance/reviews.html"
    order = "-event"
    filter_form = ReviewFilter
    empty_text = _("No review yet. Whoever manages governance records them, or an import brings them.")
    columns = [
        Column("reference", _("Reference"), kind="short", sort="reference", link="page_of"),
        Column("kind", _("Review"), value="get_kind_display", note="marks"),
        Column("place", _("Area"), value="place"),
        Column(
            "event",
            _("Month of the event"),
            value="event_in_words",
            kind="short",
            sort="event_month",
            tie="reference",
        ),
        Column("victims", _("Victims"), value="victims_in_words", kind="short"),
        Column("status", _("Status"), kind="tag", value="status_tag"),
        Column("publication", _("Publication"), value="get_publication_display", kind="short"),
        Column("published_on", _("Published on"), kind="date", sheet_only=True),
        Column("url", _("Link"), sheet_only=True),
        Column("unpublished_reason", _("Why it is not published"), sheet_only=True),
        Column("recommendations", _("Recommendations"), value="recommendations_in_words", kind="short"),
        Column("overseen_by", _("Overseen by"), sheet_only=True),
        Column("readers", _("Who may read it"), sheet_only=True),
        Column("illustrative", _("Illustrative"), kind="flag", sheet_only=True),
    ]

    def page_of(self, review: Review) -> str:
        return reverse("governance:review", args=[self.partnership.slug, review.pk])

    def marks(self, review: Review) -> str:
        marks = [(review.restricted, _("Restricted")), (review.illustrative, _("Illustrative"))]
        return " · ".join(str(word) for holds, word in marks if holds)

    def event_in_words(self, review: Review) -> str:
        return presenters.month_of(review)

    def victims_in_words(self, review: Review) -> str:
        return presenters.recorded(review.victims)

    def status_tag(self, review: Review) -> presenters.Tag:
        return presenters.review_tag(review)

    def gather(self, rows: list[Any]) -> None:
        self.counts = selectors.counted(self.user, self.partnership, rows)

    def recommendations_in_words(self, review: Review) -> Any:
        number, done = self.counts.get(review.pk, (0, 0))
        return _("%(number)s, %(done)s done") % {"number": number, "done": done} if number else NOTHING

    def readers(self, review: Review) -> Any:
        return _("Readers of restricted items") if review.restricted else _("All members")

    def filter_kwargs(self) -> dict[str, Any]:
        return {
            "areas": selectors.area_names.offered(self.user, self.partnership),
            "years": selectors.years_of_events(self.user, self.partnership),
        }

    def for_sheet(self, queryset: Any) -> Any:
        return queryset.select_related("overseen_by")

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        if year := chosen.get("year"):
            queryset = queryset.filter(event_month__year=int(year))
        same = ("kind", "area", "status", "publication")
        return queryset.filter(**{name: chosen[name] for name in same if name in chosen})


class Reviews(PartnershipGate, RegisterView):
    register_class = ReviewRegister
    opening = Opening(selectors.reviews)

    def get_queryset(self) -> Any:
        return selectors.reviews(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        themes = (reverse("governance:themes", args=[slug]), _("Themes across reviews"))
        add = (reverse("governance:new_review", args=[slug]), _("Record a review"))
        return super().get_context_data(
            actions=[add, themes] if self.rights.may_manage_governance else [themes],
            note=selectors.note_above(self.request.user, self.partnership, RegisterNote.Register.REVIEWS),
            note_href=reverse("governance:reviews_note", args=[slug]),
            breadcrumbs=[(_("Governance"), reverse("governance:home", args=[slug])), (_("Reviews"), "")],
            **context,
        )


class ReviewPage(PartnershipDetail):
    model = Review
    template_name = "governance/review.html"
    context_object_name = "review"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("overseen_by")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        review: Review = self.object
        return super().get_context_data(
            recommendations=selectors.recommendations_of(self.request.user, review),
            may_write=self.rights.may_manage_governance and not review.withdrawn_reason,
            present=presenters,
            **context,
        )


class ReviewForms(GovernanceForm):
    """A form about reviews; what it may choose from is of this partnership."""

    def crumbs(self) -> list[tuple[Any, str]]:
        crumbs: list[tuple[Any, str]] = [(_("Reviews"), self.at("reviews"))]
        if isinstance(self.object, Review):
            crumbs.append((self.object.reference, self.at("review", self.object.pk)))
        return crumbs

    def choices(self) -> dict[str, Any]:
        overseer = self.object.overseen_by_id if isinstance(self.object, Review) else None
        bodies = self.readable(Body).filter(running_on(self.today) | Q(pk=overseer)).order_by("name")
        return {
            "areas": areas_served(self.request.user, self.partnership),
            "bodies": bodies,
            "may_restrict": self.rights.may_read_restricted,
        }


class NewReview(ReviewForms):
    form_class = NewReviewForm
    title, submit = _("Record a review"), _("Record it")
    intro = _("What is not known stays “not recorded”. Write nothing that tells who anybody was.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | self.choices()

    def get_initial(self) -> dict[str, Any]:
        return {"status": Review.Status.NOT_RECORDED, "publication": Review.Publication.NOT_RECORDED}

    def perform(self, form: Any) -> Review:
        return services.record(
            partnership=self.partnership, today=self.today, by=self.request.user, **form.facts()
        )

    def get_done_url(self, result: Any) -> str:
        return self.at("review", result.pk)


class ChangeReview(VersionedMixin, ReviewForms):
    model = Review
    form_class = ReviewFields
    title = _("Change the review")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | self.choices()

    def get_initial(self) -> dict[str, Any]:
        review: Review = self.object
        month = review.event_month
        offered = self.choices()["areas"].filter(pk=review.area_id).exists()
        return review.shown_values() | {
            "month": month.month if month else None,
            "year": month.year if month else None,
            "place": "" if offered else review.place,
        }

    def perform(self, form: Any) -> Review:
        return services.change(
            review_id=self.object.pk, today=self.today, by=self.request.user, **form.facts()
        )


class WithdrawReview(VersionedMixin, ReviewForms):
    model = Review
    form_class = ReasonForm
    title, submit, danger = _("Withdraw the review"), _("Withdraw it"), True
    intro = _("For one that should never have been here. It stays in the register, marked as withdrawn.")

    def perform(self, form: Any) -> Review:
        return services.withdraw(review_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class ChangeNote(GovernanceForm):
    """What stands above a register; `register` says which, `home` where it is."""

    form_class = NoteForm
    title = _("Note above the register")
    register: str = ""
    home: str = ""
    heading: Any = ""

    @cached_property
    def note(self) -> RegisterNote | None:
        return selectors.note_above(self.request.user, self.partnership, self.register)

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(self.heading, self.at(self.home))]

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        return kwargs | {"version": self.note.version} if self.note else kwargs

    def get_initial(self) -> dict[str, Any]:
        return {"text": self.note.text if self.note else ""}

    def perform(self, form: Any) -> RegisterNote:
        return services.write_note(
            partnership=self.partnership, register=self.register, by=self.request.user, **form.cleaned_data
        )


class ChangeReviewsNote(ChangeNote):
    register, home, heading = RegisterNote.Register.REVIEWS, "reviews", _("Reviews")
