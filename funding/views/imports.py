"""Proposals and awards from a sheet: the template, what would be added, and then all of it or nothing."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from funding.forms.sheets import ImportForm
from funding.models import Grant, Provider
from funding.rules import award_sheet
from funding.rules.award_sheet import Fault, Known, Sheet
from funding.rules.costs import Purpose
from funding.selectors.awards import areas_of
from funding.selectors.managing import MANAGERS
from funding.services import award_sheets as services
from funding.services.award_sheets import Kind, SheetRefused
from funding.views.base import Crumb, MoneyForm, partners_of, recipients
from milestones.models import DeliveryAction
from partners.roles import Permission
from svd_portal.kit import exports
from svd_portal.kit.addresses import reverse

SHOWN = ("partner", "project", "year", "purpose", "amount", "recipient", "first day", "last day")
NOT_SENT_AGAIN = {"csrfmiddlewaretoken", "preview", "save", "change", "sheet"}


class ImportSheet(MoneyForm):
    """The first press shows what would be added; the second adds it."""

    form_class = ImportForm
    template_name = "funding/import.html"
    submit = _("Show what would be added")
    kind: Kind
    columns = award_sheet.HEADINGS
    faults: list[Fault] | tuple[()] = ()

    def trail(self) -> list[Crumb]:
        return [self.back()]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if (wanted := request.GET.get("template", "")) in ("csv", "xlsx"):
            return self._template(wanted)
        return super().get(request, *args, **kwargs)

    def _template(self, wanted: str) -> HttpResponse:
        return exports.response(
            wanted,
            name=f"{self.partnership.slug}-{self.kind}-template",
            title=str(self.title),
            headings=[heading.capitalize() for heading in self.columns],
            rows=[],
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "change" in request.POST:
            return self.render_to_response(self.get_context_data(form=self.get_form()))
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"grants": self.readable(Grant).order_by("title")}

    @cached_property
    def areas(self) -> list[Any]:
        return list(areas_of(self.partnership))

    @cached_property
    def known(self) -> Known[Any]:
        """What a sheet may name."""
        partners = partners_of(self.request.user, self.partnership).select_related("organisation")
        partners = partners.only("partnership_id", "first_day", "last_day", "organisation")
        names = {
            name.casefold(): each
            for each in partners
            for name in (each.organisation.short_name, each.organisation.name)
            if name
        }
        actions = {each.reference.casefold(): each for each in self.readable(DeliveryAction)}
        areas = {each.label.casefold(): each for each in self.areas}
        given_before = [each.name for each in recipients(self.partnership).only("name")]
        shown = [
            *(each.label for each in self.areas),
            *given_before,
            *(name for each in partners for name in (each.organisation.short_name, each.organisation.name)),
            *(each.reference for each in actions.values()),
        ]
        return Known(
            partners=names,
            actions=actions,
            areas=areas,
            recipients=[each.casefold() for each in given_before],
            written={each.casefold(): each for each in shown},
            provider_kinds={
                name.casefold(): value
                for value, label in Provider.Kind.choices
                for name in (value, str(label))
            },
        )

    def form_valid(self, form: Any) -> HttpResponse:
        self.sheet: Sheet[Any] = award_sheet.read(form.cells, known=self.known, columns=self.columns)
        for sentence in self.sheet.errors:
            form.add_error("rows", sentence)
        if self.sheet.errors:
            return self.form_invalid(form)
        if "save" in self.request.POST:
            return super().form_valid(form)
        try:
            return self._preview(form, self._bring_in(form, trial=True))
        except SheetRefused as refusal:
            form.add_service_error(refusal)
            return self.form_invalid(form)

    def perform(self, form: Any) -> list[Any]:
        return self._bring_in(form, trial=False)

    def _bring_in(self, form: Any, *, trial: bool) -> list[Any]:
        given = form.cleaned_data
        try:
            return services.bring_in(
                kind=self.kind,
                grant=given["grant"],
                rows=self.sheet.rows,
                key=given["key"],
                by=self.request.user,
                today=self.today,
                trial=trial,
            )
        except SheetRefused as refusal:
            self.faults = refusal.faults
            raise

    def _preview(self, form: Any, made: list[Any]) -> HttpResponse:
        self.template_name = "funding/import_preview.html"
        sent = [(name, value) for name, values in sorted(form.data.lists()) for value in values]
        return self.render_to_response(
            self.get_context_data(
                form=form,
                made=[
                    (each, row.besides(*SHOWN), row.doubt)
                    for each, row in zip(made, self.sheet.rows, strict=True)
                ],
                purposes={each.value: each.label for each in Purpose},
                sum=sum(each.amount for each in made),
                sent_again=[(name, value) for name, value in sent if name not in NOT_SENT_AGAIN],
            )
        )

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            purposes_offered=[each.label for each in Purpose],
            faults=self.faults,
            **context,
        )


class ImportProposals(ImportSheet):
    any_of = MANAGERS
    kind = Kind.PROPOSALS
    title = _("Bring in proposals from a sheet")

    def back(self) -> Crumb:
        return _("Proposals"), reverse("funding:proposals", args=[self.partnership.slug])

    def get_done_message(self, result: list[Any]) -> str:
        count = len(result)
        said = ngettext("%(count)s proposal is brought in.", "%(count)s proposals are brought in.", count)
        return str(said % {"count": count})


class ImportAwards(ImportSheet):
    kind = Kind.AWARDS
    columns = award_sheet.OF_AWARDS
    permission = Permission.PARTNERSHIP_MANAGE_FUNDING
    title = _("Bring in awards from a sheet")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            provider_kinds=Provider.Kind.labels,
            areas_offered=[each.label for each in self.areas],
            **context,
        )

    def back(self) -> Crumb:
        return _("Awards"), reverse("funding:awards", args=[self.partnership.slug])

    def get_done_message(self, result: list[Any]) -> str:
        count = len(result)
        said = ngettext("%(count)s award is brought in.", "%(count)s awards are brought in.", count)
        return str(said % {"count": count})
