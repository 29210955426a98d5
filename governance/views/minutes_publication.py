"""Publishing agreed minutes: choosing what is withheld, the preview, what was published, its files."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from governance import presenters
from governance import publication_documents as documents
from governance.forms.minutes_publication import PublishForm
from governance.models import MinutesPublication
from governance.selectors import minutes_publication as selectors
from governance.services import minutes_publication as services
from governance.views.circulation import OfMinutes
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit import files, word
from svd_portal.kit.addresses import reverse
from svd_portal.kit.errors import DomainError
from svd_portal.kit.models import Document
from svd_portal.kit.rules.canonical import read
from svd_portal.kit.services import documents as requests


class Publish(OfMinutes):
    """Everything is published unless a reason is chosen. A preview shows the text before it is frozen; the
    choices can be kept meanwhile."""

    form_class = PublishForm
    template_name = "governance/publish_form.html"
    title, submit = _("Publish the minutes"), _("Publish")
    goes_on = True

    @cached_property
    def begun(self) -> selectors.Begun:
        return selectors.begun(self.meeting)

    @property
    def keeping(self) -> bool:
        return "keep" in self.request.POST

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "things": selectors.things_of(self.meeting),
            "begun": self.begun,
            "read": partial(selectors.values_at, self.meeting),
            "keeping": self.keeping,
        }

    def get_initial(self) -> dict[str, Any]:
        return {"published_on": self.today, "url": self.begun.url}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(draft=self.begun.draft, **context)

    def form_valid(self, form: Any) -> HttpResponse:
        if "preview" not in self.request.POST:
            return super().form_valid(form)
        try:
            services.check(self.meeting, form.withheld)
        except DomainError as refusal:
            form.add_service_error(refusal)
            return self.form_invalid(form)
        content = services.content_of(self.meeting, form.withheld)
        return self.render_to_response(
            self.get_context_data(
                form=form,
                preview=documents.blocks_of(content),
                content=content,
                unfound=services.unfound(self.meeting, form.withheld),
            )
        )

    def perform(self, form: Any) -> Any:
        given = {"meeting_id": self.meeting.pk, "today": self.today, "by": self.request.user}
        return (
            services.keep(**given, **form.kept())
            if self.keeping
            else services.publish(**given, **form.facts())
        )

    def get_done_message(self, result: Any) -> str:
        if self.keeping:
            return str(_("The choices are kept. Nothing is published yet; go on here whenever you like."))
        return str(_("The published minutes are kept as they are."))

    def get_done_url(self, result: Any) -> str:
        if self.keeping:
            return self.at("publish_minutes", self.meeting.pk)
        return self.at("published_minutes", result.pk)


class Published(PartnershipDetail):
    model = MinutesPublication
    template_name = "governance/published.html"
    context_object_name = "publication"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("meeting__body", "partnership", "by")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        publication: MinutesPublication = self.object
        meeting = publication.meeting
        content = read(publication.canonical)
        asked = Document.objects.about(documents.PUBLISHED, publication.pk).select_related("file")[:5]
        return super().get_context_data(
            meeting=meeting,
            content=content,
            blocks=documents.blocks_of(content),
            editions=list(self.readable(MinutesPublication).filter(meeting=meeting)),
            writes=presenters.may_write(self.rights, meeting.body_id),
            made=next((each for each in asked if each.file_id), None),
            asked=next(iter(asked), None),
            **context,
        )


class OfPublication(PartnershipGate, View):
    """An address of the files of what was published."""

    @cached_property
    def publication(self) -> MinutesPublication:
        found = self.readable_or_404(MinutesPublication, pk=self.kwargs["pk"])
        return MinutesPublication.objects.select_related("meeting__body", "partnership").get(pk=found.pk)

    def requests(self) -> Any:
        return Document.objects.about(documents.PUBLISHED, self.publication.pk)


class RequestPdf(OfPublication):
    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        requests.request(
            kind=documents.PUBLISHED,
            subject=self.publication.pk,
            partnership_id=self.partnership.pk,
            by=request.user,
        )
        page = reverse("governance:published_minutes", args=[self.partnership.slug, self.publication.pk])
        return HttpResponseRedirect(f"{page}#files")


class PdfState(OfPublication):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        document = self.requests().first()
        if document is None:
            raise Http404("No such page.")
        return JsonResponse({"state": document.state})


class Pdf(OfPublication):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        document = self.requests().filter(file__isnull=False).select_related("file").first()
        if document is None or document.file is None:
            raise Http404("No such page.")
        return files.response(document.file)


class Word(OfPublication):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        content = read(self.publication.canonical)
        made = word.word_file(
            title=content["title"],
            owner=content["partnership"],
            marking=content["marking"],
            about=content["about"],
            blocks=documents.blocks_of(content),
            created=self.publication.created_at,
        )
        return word.response(made, documents.filename(self.publication, "docx"))
