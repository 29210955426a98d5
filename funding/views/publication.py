"""The PCC's office publishes a month: its list, its words, the preview, the release, corrections."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from funding.forms import publication as forms
from funding.models import Publication, PublicationEntry, PublicationRelease, Publisher
from funding.rules import publication as rules
from funding.selectors import publication as selectors
from funding.selectors import published
from funding.services import publication as services
from funding.views.base import Crumb, MoneyForm, crumbs
from partners.readings import Opening
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit.addresses import reverse
from svd_portal.kit.errors import DomainError
from svd_portal.kit.format import plural
from svd_portal.kit.register import Column, Register, RegisterView, Tag
from svd_portal.kit.rules.canonical import canonical, digest

TITLE = _("Published awards and spending")


def state_of(publication: Any) -> Tag:
    if not hasattr(publication, "release"):
        return _("In preparation"), "warn"
    return _("Released"), "good"


class PublicationRegister(Register):
    title = TITLE
    order = "-month"
    empty_text = _("No list was released yet.")
    columns = (
        Column("month", _("Month"), kind="month", sort="month", link="address_of"),
        Column("edition", _("Version"), kind="number"),
        Column("state", _("State"), kind="tag", value="state"),
        Column("released_on", _("Released on"), kind="date", value="released_on"),
        Column("corrects", _("What it corrects")),
    )

    def address_of(self, publication: Publication) -> str:
        return reverse("funding:publication", args=[self.partnership.slug, publication.pk])

    def state(self, publication: Publication) -> Tag:
        return state_of(publication)

    def released_on(self, publication: Publication) -> Any:
        return publication.release.released_on if hasattr(publication, "release") else None


class Publications(PartnershipGate, RegisterView):
    register_class = PublicationRegister
    opening = Opening(selectors.register)

    def get_queryset(self) -> Any:
        return selectors.register(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        actions = [
            (reverse("funding:open_month", args=[slug]), _("Prepare a month")),
            (reverse("funding:set_publisher", args=[slug]), _("360Giving prefix")),
        ]
        return super().get_context_data(
            breadcrumbs=crumbs(slug, (TITLE, "")),
            actions=actions if self.rights.on(selectors.PUBLISHES) else [],
            intro=_("Every award, whatever its amount, and other spending over £500, month by month."),
            **context,
        )


class PublicationPage(PartnershipDetail):
    """A list in preparation for those who publish; a released one as everybody reads it."""

    model = Publication
    one = selectors.one
    template_name = "funding/publications/page.html"
    context_object_name = "publication"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, publication = self.request.user, self.object
        publishes = self.rights.on(selectors.PUBLISHES)
        released = getattr(publication, "release", None)
        editions = selectors.editions_of.ask(user, self.partnership, month=publication.month)
        return super().get_context_data(
            breadcrumbs=crumbs(
                self.partnership.slug,
                (TITLE, reverse("funding:publications", args=[self.partnership.slug])),
                (str(publication), ""),
            ),
            state=state_of(publication),
            publishes=publishes,
            shown=next(iter(published.lists([released.pk])), None) if released else None,
            editions=editions,
            is_latest=publication.pk == editions[-1].pk,
            entries=selectors.entries_of.ask(user, self.partnership, publication=publication.pk)
            if publishes
            else [],
            publisher=selectors.publisher_of(self.partnership.pk),
            **context,
        )


class PublishingForm(MoneyForm):
    """A form of those who publish, opened from the page of a list."""

    permission = selectors.PUBLISHES

    def at(self, publication: Publication) -> Crumb:
        return str(publication), reverse("funding:publication", args=[self.partnership.slug, publication.pk])

    @property
    def register_crumb(self) -> Crumb:
        return TITLE, reverse("funding:publications", args=[self.partnership.slug])

    def trail(self) -> list[Crumb]:
        return [self.register_crumb, *([self.back()] if self.model else [])]

    def back(self) -> Crumb:
        return self.at(self.object) if self.model else self.register_crumb


class OpenMonth(PublishingForm):
    form_class = forms.OpenForm
    title, submit = _("Prepare a month"), _("Prepare its list")
    intro = _(
        "Awards decided in the month, and payments over £500 from earlier ones, are brought in. "
        "Nothing is public until you release it."
    )
    done_message = _("The list is begun. Look at each entry in turn.")

    def get_form_kwargs(self) -> dict[str, Any]:
        months = selectors.months_to_open(self.partnership, self.today)
        return super().get_form_kwargs() | {"months": months}

    def perform(self, form: forms.OpenForm) -> Publication:
        return services.open_month(
            partnership=self.partnership,
            month=form.cleaned_data["month"],
            today=self.today,
            by=self.request.user,
        )

    def get_done_url(self, result: Publication) -> str:
        return self.at(result)[1]


class SetPublisher(PublishingForm):
    form_class = forms.PublisherForm
    title, submit = _("360Giving prefix"), _("Keep it")
    intro = _(
        "Grants data is published by the 360Giving standard under your own prefix. Without one the "
        "lists are public, and the 360Giving files are not made."
    )
    done_message = _("It is kept. Lists that are released from now on carry it.")

    @cached_property
    def publisher(self) -> Publisher:
        return selectors.publisher_of(self.partnership.pk)

    def get_form_kwargs(self) -> dict[str, Any]:
        version = 0 if self.publisher._state.adding else self.publisher.version
        return super().get_form_kwargs() | {"version": version}

    def get_initial(self) -> dict[str, Any]:
        return {"prefix": self.publisher.prefix}

    def perform(self, form: forms.PublisherForm) -> Publisher:
        return services.set_publisher(
            partnership=self.partnership,
            prefix=form.cleaned_data["prefix"],
            version=form.cleaned_data["version"],
            by=self.request.user,
        )


class OfList(PublishingForm):
    """A form on a list that is released, or is not yet."""

    model = Publication
    released = False

    @cached_property
    def object(self) -> Any:
        found = selectors.one.find(self.request.user, self.partnership, self.kwargs["pk"])
        if found is None or hasattr(found, "release") != self.released:
            raise Http404("No such page.")
        return found


class AddSpending(OfList):
    form_class = forms.AddSpendingForm
    title, submit = _("Add an item of spending"), _("Add it")
    intro = _("An item over £500 that is no award, such as a contract.")
    done_message = _("It is in the list.")

    def perform(self, form: forms.AddSpendingForm) -> PublicationEntry:
        return services.add_spending(
            publication_id=self.object.pk,
            words=form.words(),
            key=form.cleaned_data["key"],
            by=self.request.user,
        )


class Preview(OfList):
    """The list as the public will read it; the press that releases it stands below."""

    form_class = forms.ReleaseForm
    template_name = "funding/publications/preview.html"
    title, submit = _("Preview"), _("Release it")
    done_message = _("The list is released: everybody can read it.")

    @cached_property
    def content(self) -> dict[str, Any]:
        return selectors.content_of(self.object)

    def get_initial(self) -> dict[str, Any]:
        return {"seen": digest(canonical(self.content))}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        listed = selectors.listed(self.object)
        return super().get_context_data(
            content=rules.readable(self.content),
            publication=self.object,
            names=selectors.names_in(self.content, self.partnership),
            left=self.object.entries.filter(looked_at=False).count(),
            changed=selectors.changed_since(listed),
            other_amounts=selectors.other_amounts(listed),
            **context,
        )

    def perform(self, form: forms.ReleaseForm) -> PublicationRelease:
        return services.release(
            publication_id=self.object.pk,
            seen=form.cleaned_data["seen"],
            today=self.today,
            by=self.request.user,
        )

    def form_invalid(self, form: Any) -> HttpResponse:
        """What is shown again is what a further press releases."""
        form.data = form.data.copy()
        form.data["seen"] = digest(canonical(self.content))
        return super().form_invalid(form)


class _OfEntry(PublishingForm):
    model = PublicationEntry

    @cached_property
    def object(self) -> Any:
        found = self.readable_or_404(PublicationEntry, pk=self.kwargs["pk"])
        if PublicationRelease.objects.filter(publication=found.publication_id).exists():
            raise Http404("No such page.")
        return PublicationEntry.objects.select_related("publication", "award").get(pk=found.pk)

    def back(self) -> Crumb:
        return self.at(self.object.publication)

    def common(self, form: Any) -> dict[str, Any]:
        return {
            "entry_id": self.object.pk,
            "version": form.cleaned_data["version"],
            "by": self.request.user,
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}


class WordEntry(_OfEntry):
    """What the public reads of an entry: of an award, or of another item."""

    submit = _("Save and list it")
    done_message = _("It is in the list as you worded it.")

    @property
    def title(self) -> str:  # type: ignore[override]
        award = self.object.award
        return (
            f"{award.reference}: {_('what the public reads')}" if award else str(_("What the public reads"))
        )

    @property
    def intro(self) -> Any:  # type: ignore[override]
        if self.object.award:
            return _("These are the award’s own words. Make them fit for everybody: no names of people.")
        return _("Every item over £500 that is no award.")

    def get_form_class(self) -> Any:
        return forms.AwardWordsForm if self.object.award else forms.SpendingWordsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        given = super().get_form_kwargs()
        if self.object.award:
            given["published"] = bool(self.object.changed) or selectors.was_published(self.object)
        return given

    def get_initial(self) -> dict[str, Any]:
        entry = self.object
        same = {name: getattr(entry, name) for name in (field.name for field in entry._meta.concrete_fields)}
        return same | {"recipient": entry.organisation, "payee": entry.organisation}

    def perform(self, form: Any) -> PublicationEntry:
        service = services.word_award if self.object.award else services.word_spending
        return service(**self.common(form), words=form.words())


class LeaveOut(_OfEntry):
    form_class = forms.ReasonForm
    title, submit = _("Leave it out"), _("Leave it out")
    intro = _("It is not published. The reason is for those who publish, and stays with the list.")
    done_message = _("It is left out.")

    def perform(self, form: forms.ReasonForm) -> PublicationEntry:
        return services.leave_out(**self.common(form), reason=form.cleaned_data["reason"])


class BringIn(PartnershipGate, View):
    """One press: what came since the list was opened is added to it."""

    permission = selectors.PUBLISHES
    model = Publication

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.readable_or_404(Publication, pk=kwargs["pk"])
        try:
            count = services.bring_in(publication_id=found.pk, by=request.user)
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            came = _("%(entries)s came in.") % {"entries": plural(count, "entry", "entries")}
            messages.success(request, came if count else _("Nothing is lacking."))
        return self.get(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.readable_or_404(Publication, pk=kwargs["pk"])
        return HttpResponseRedirect(reverse("funding:publication", args=[self.partnership.slug, found.pk]))
