"""Papers: adding one, its versions, opening its file."""

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from governance import presenters
from governance.forms.items import PaperForm, PaperVersionForm, WithdrawForm
from governance.models import Meeting, Paper
from governance.selectors.papers import due_on, late, news_for, versions_of
from governance.services import papers
from governance.views.base import ItemForms
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit import files


class PaperForms(ItemForms):
    """Papers are not minutes: nothing about them is a correction."""

    @property
    def correcting(self) -> bool:
        return False


class AddPaper(PaperForms):
    form_class = PaperForm
    title, submit = _("Add a paper"), _("Add paper")

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        del kwargs["correcting"]
        return kwargs

    def perform(self, form: Any) -> Paper:
        return papers.add(item_id=self.item.pk, today=self.today, by=self.request.user, **form.facts())


class AddVersion(AddPaper):
    model = Paper
    form_class = PaperVersionForm
    title, submit = _("Add a new version"), _("Add new version")
    intro = _("The earlier version is kept. Whoever opened it is shown that there is a newer one.")

    def get_initial(self) -> dict[str, Any]:
        return {"title": self.object.title, "marking": self.object.marking}

    def perform(self, form: Any) -> Paper:
        return papers.add_version(
            paper_id=self.object.pk, today=self.today, by=self.request.user, **form.facts()
        )


class WithdrawPaper(PaperForms):
    model = Paper
    form_class = WithdrawForm
    title, submit, danger = _("Withdraw the paper"), _("Withdraw it"), True
    intro = _("Earlier versions go with it. The files are kept, and nobody is offered them any more.")

    def perform(self, form: Any) -> Paper:
        return papers.withdraw(paper_id=self.object.pk, by=self.request.user)


class PaperPage(PartnershipDetail):
    """A paper and its versions, for whoever may read the item it belongs to."""

    model = Paper
    template_name = "governance/paper.html"
    context_object_name = "paper"

    def get_queryset(self) -> Any:
        found = super().get_queryset().filter(withdrawn=False, item__withdrawn=False)
        return found.select_related("item__meeting__body", "file")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        item = self.object.item
        meeting: Meeting = item.meeting
        versions = versions_of(self.object)
        due = due_on(meeting)
        return super().get_context_data(
            item=item,
            meeting=meeting,
            versions=versions,
            newest=versions[0],
            news=news_for(self.request.user, versions[:1]),
            due=due,
            late=lambda paper: late(paper, due),
            may_write=presenters.may_write(self.rights, meeting.body_id)
            and meeting.status != Meeting.Status.CANCELLED,
            **context,
        )


class PaperFile(PartnershipGate, View):
    """A paper, for whoever may read the item it belongs to: its file, or where it is published."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        paper = self.readable_or_404(Paper, pk=kwargs["pk"], withdrawn=False, item__withdrawn=False)
        papers.note_opened(paper=paper, by=request.user)
        return files.response(paper.file) if paper.file else HttpResponseRedirect(paper.url)
