"""Reports upwards: the list, one report, its words, its files."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from funding.selectors.claims import reporting_quarter
from milestones.models import Priority
from partners.roles import Permission
from partners.views.base import PartnershipDetail, PartnershipFormView, PartnershipGate
from svd_portal.home import documents, report_blocks
from svd_portal.home.forms.reports import BeginForm, WordsForm
from svd_portal.home.models import Report, ReportSnapshot
from svd_portal.home.models.reports import TEXTS
from svd_portal.home.rules import reports as rules
from svd_portal.home.selectors import reports as selectors
from svd_portal.home.services import reports as services
from svd_portal.kit import files, word
from svd_portal.kit.addresses import reverse
from svd_portal.kit.blocks import as_text
from svd_portal.kit.forms import PortalForm
from svd_portal.kit.models import Document
from svd_portal.kit.register import Column, Register, RegisterView
from svd_portal.kit.rules.canonical import read
from svd_portal.kit.services import documents as requests

WRITE = Permission.PARTNERSHIP_MANAGE_PROGRAMME
FILES = "files"


class ReportRegister(Register):
    title = _("Reports")
    template_name = "home/reports/reports.html"
    order = "-last_day"
    empty_text = _("No report yet. The programme lead begins one from the record of a period.")
    columns = [
        Column("title", _("Report"), link="page_of", note="under"),
        Column("kind", _("Kind"), value="kind_of"),
        Column("to", _("For"), value="to.name"),
        Column("last_day", _("Up to"), kind="date", sort="last_day"),
        Column("state", _("Standing"), kind="tag", value="state_tag"),
    ]

    def page_of(self, report: Report) -> str:
        return reverse("home:report", args=[self.partnership.slug, report.pk])

    def kind_of(self, report: Report) -> str:
        return report.get_kind_display()

    def under(self, report: Report) -> str:
        return report.heading

    def state_tag(self, report: Report) -> Any:
        return state_of(report)


def state_of(report: Report) -> tuple[Any, str]:
    if report.is_draft:
        return _("Draft"), "warn"
    return (_("Replaced"), "") if selectors.successor_of(report) else (_("Frozen"), "good")


class Reports(PartnershipGate, RegisterView):
    register_class = ReportRegister

    def get_queryset(self) -> Any:
        return selectors.reports(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        begin = [(reverse("home:begin_report", args=[slug]), _("Begin a report"))]
        return super().get_context_data(
            actions=begin if self.rights.on(WRITE) else [],
            breadcrumbs=[(_("Reports"), "")],
            **context,
        )


class ReportForm(PartnershipFormView):
    """A form about reports, for whoever manages the programme."""

    permission = WRITE
    template_name = "kit/form_page.html"
    title: Any = ""
    submit: Any = _("Save")
    intro: Any = ""

    def back(self) -> str:
        name = "home:report" if self.object else "home:reports"
        return reverse(name, args=[self.partnership.slug, *([self.object.pk] if self.object else [])])

    def get_done_url(self, result: Any) -> str:
        return self.back()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        crumbs: list[tuple[Any, str]] = [
            (_("Reports"), reverse("home:reports", args=[self.partnership.slug]))
        ]
        if self.object:
            crumbs.append((self.object.title, self.back()))
        return super().get_context_data(
            title=self.title,
            submit=self.submit,
            intro=self.intro,
            cancel_href=self.back(),
            breadcrumbs=[*crumbs, (self.title, "")],
            **context,
        )


class BeginReport(ReportForm):
    form_class = BeginForm
    title, submit = _("Begin a report"), _("Begin")
    intro = _(
        "Its parts begin with what the record says of the period. You word them, then freeze the report."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "bodies": selectors.receivers(self.request.user, self.partnership, self.today),
            "topics": self.readable(Priority).order_by("number"),
        }

    @cached_property
    def replaced(self) -> Report | None:
        """The frozen report whose place the new one takes, named in the address."""
        given = self.request.GET.get("replaces")
        if not given:
            return None
        try:
            return self.readable_or_404(Report, pk=UUID(given), frozen_on__isnull=False)
        except ValueError:
            raise Http404("No such page.") from None

    def get_initial(self) -> dict[str, Any]:
        if (old := self.replaced) is None:
            last = reporting_quarter(self.today)
            return {"first_day": last.first_day, "last_day": last.last_day}
        names = ("kind", "to", "title", "heading", "topic", "first_day", "last_day")
        return {name: getattr(old, name) for name in names} | {"replaces": old.pk}

    def perform(self, form: Any) -> Report:
        return services.begin(
            partnership=self.partnership, today=self.today, by=self.request.user, **form.facts()
        )

    def get_done_url(self, result: Any) -> str:
        return reverse("home:write_report", args=[self.partnership.slug, result.pk])


class OneReport(ReportForm):
    model = Report

    @cached_property
    def object(self) -> Any:
        return self.readable_or_404(Report, pk=self.kwargs["pk"])


class WriteReport(OneReport):
    form_class = WordsForm
    title = _("Write the report")

    @property
    def suggested(self) -> dict[str, str]:
        return rules.words(selectors.facts_of(self.request.user, self.object, self.today))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version, "suggested": self.suggested}

    def get_initial(self) -> dict[str, Any]:
        names = ("title", "heading", "first_day", "last_day", *TEXTS)
        return {name: getattr(self.object, name) for name in names}

    def perform(self, form: Any) -> Report:
        return services.change(
            report_id=self.object.pk, today=self.today, by=self.request.user, **form.facts()
        )


class FreezeReport(OneReport):
    form_class = PortalForm
    title, submit = _("Freeze the report"), _("Freeze it")
    intro = _(
        "Its words and today's figures become one record that nobody can change, for every member to read."
    )
    done_message = _("The report is frozen.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def perform(self, form: Any) -> Any:
        return services.freeze(
            report_id=self.object.pk, today=self.today, by=self.request.user, **form.cleaned_data
        )


class ReportPage(PartnershipDetail):
    """The report as it will be, or as it was frozen."""

    model = Report
    template_name = "home/reports/report.html"
    context_object_name = "report"

    def get_queryset(self) -> Any:
        found = super().get_queryset()
        return found.select_related("to", "topic", "partnership", "snapshot", "replaces", "replaced_by")

    @cached_property
    def content(self) -> dict[str, Any]:
        report: Report = self.object
        if report.is_draft:
            return services.content_of(report, self.request.user, self.today)
        return read(report.snapshot.canonical)

    def outdated(self) -> list[tuple[Any, str]]:
        """The parts of a draft whose first words the record has left behind, with today's words."""
        report: Report = self.object
        if not report.is_draft:
            return []
        found = rules.outdated(self.content["texts"], selectors.drafted(report), self.content["facts"])
        return [(WordsForm.base_fields[name].label, words) for name, words in found.items()]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        report: Report = self.object
        blocks = report_blocks.blocks_of(self.content)
        requests_made = Document.objects.about(documents.REPORT, report.pk).select_related("file")[:5]
        newest = requests_made[0] if requests_made else None
        return super().get_context_data(
            about=report_blocks.about(self.content),
            blocks=blocks,
            text=as_text(self.content["title"], blocks),
            state=state_of(report),
            outdated=self.outdated(),
            illustrative=self.content["illustrative"],
            successor=selectors.successor_of(report),
            may_write=self.rights.on(WRITE),
            made=next((each for each in requests_made if each.file_id), None),
            asked=newest,
            **context,
        )


class FrozenReport(PartnershipGate, View):
    """An address of a frozen report's files; a draft has none."""

    @cached_property
    def snapshot(self) -> ReportSnapshot:
        report = self.readable_or_404(Report, pk=self.kwargs["pk"], frozen_on__isnull=False)
        return ReportSnapshot.objects.select_related("report__partnership").get(report=report)


class RequestPdf(FrozenReport):
    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        requests.request(
            kind=documents.REPORT,
            subject=self.snapshot.report_id,
            partnership_id=self.partnership.pk,
            by=request.user,
        )
        page = reverse("home:report", args=[self.partnership.slug, self.snapshot.report_id])
        return HttpResponseRedirect(f"{page}#{FILES}")


class PdfState(FrozenReport):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        document = Document.objects.about(documents.REPORT, self.snapshot.report_id).first()
        if document is None:
            raise Http404("No such page.")
        return JsonResponse({"state": document.state})


class Pdf(FrozenReport):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = Document.objects.about(documents.REPORT, self.snapshot.report_id)
        document = found.filter(file__isnull=False).select_related("file").first()
        if document is None or document.file is None:
            raise Http404("No such page.")
        return files.response(document.file)


class Word(FrozenReport):
    """The frozen report as a Word file, written as it is asked for: it takes no longer than a page."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        content = read(self.snapshot.canonical)
        made = word.word_file(
            title=content["title"],
            owner=content["partnership"],
            marking="OFFICIAL",
            about=report_blocks.about(content),
            blocks=report_blocks.blocks_of(content),
            created=self.snapshot.created_at,
        )
        return word.response(made, documents.filename(self.snapshot, "docx"))
