"""A funder's own form: kept with the grant, its cells given figures, filled for each return."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from funding import return_presenters as present
from funding.forms.funder_forms import CellsForm, FunderFormForm, written
from funding.models import FormMapping, FunderForm, Grant, QuarterlyReturn
from funding.selectors import funder_forms as selectors
from funding.selectors import return_page
from funding.services import funder_forms as services
from funding.views.agreements import OfGrant
from funding.views.base import Crumb, MoneyForm, crumbs
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit import files
from svd_portal.kit.addresses import reverse
from svd_portal.kit.errors import DomainError

MOST_ROWS, MOST_COLUMNS = 120, 20
"""Of a sheet that the page shows; further cells can be named all the same."""


class FunderFormPage(PartnershipDetail):
    """The form a grant's funder wants its return on, and which figure goes where."""

    model = Grant
    template_name = "funding/funder_form.html"
    context_object_name = "grant"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        grant, slug = self.object, self.partnership.slug
        forms = selectors.forms_of(self.request.user, grant)
        mapping = selectors.latest_mapping(forms[0]) if forms else None
        labels = {figure.key: figure for figure in selectors.figures(grant)}
        return super().get_context_data(
            breadcrumbs=crumbs(
                slug,
                (grant.title, reverse("funding:grant", args=[slug, grant.pk])),
                (_("The funder's form"), ""),
            ),
            forms=forms,
            mapping=mapping,
            cells=[(each, labels.get(each["figure"])) for each in mapping.cells] if mapping else [],
            **context,
        )


class UploadFunderForm(OfGrant):
    form_class = FunderFormForm
    title, submit = _("Upload the funder's form"), _("Upload form")
    done_message = _("The form is kept. Say now which figure goes into which cell.")

    def perform(self, form: FunderFormForm) -> FunderForm:
        return services.upload(grant_id=self.grant.pk, by=self.request.user, **form.cleaned_data)

    def get_done_url(self, result: FunderForm) -> str:
        return reverse("funding:form_cells", args=[self.partnership.slug, result.pk])


class FormCells(MoneyForm):
    """Which figure goes into which cell, beside the sheets of the form."""

    model = FunderForm
    form_class = CellsForm
    template_name = "funding/form_cells.html"
    title, submit = _("Which figure goes into which cell"), _("Save cells")
    done_message = _("The cells are saved. Each certified return can be had on this form.")

    def back(self) -> Crumb:
        address = reverse("funding:funder_form", args=[self.partnership.slug, self.object.grant_id])
        return _("The funder's form"), address

    @cached_property
    def mapping(self) -> FormMapping | None:
        return selectors.latest_mapping(self.object)

    @cached_property
    def sheets(self) -> dict[str, Any]:
        return selectors.workbook(self.object).sheets

    def get_initial(self) -> dict[str, Any]:
        mapping = self.mapping
        return {"seen": mapping.number, **written(mapping.cells)} if mapping else {"seen": 0}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "figures": selectors.figures(self.object.grant),
            "sheets": list(self.sheets),
        }

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        taken = (
            {(each["sheet"], each["cell"]): each["figure"] for each in self.mapping.cells}
            if self.mapping
            else {}
        )
        labels = {figure.key: figure.label for figure in selectors.figures(self.object.grant)}
        return super().get_context_data(
            sheets=[
                (
                    sheet,
                    *sheet.table(
                        MOST_ROWS, MOST_COLUMNS, [cell for name, cell in taken if name == sheet.name]
                    ),
                )
                for sheet in self.sheets.values()
            ],
            taken={place: labels.get(figure, "") for place, figure in taken.items()},
            **context,
        )

    def perform(self, form: CellsForm) -> FormMapping:
        return services.map_cells(
            form_id=self.object.pk,
            places=form.places(),
            seen=form.cleaned_data["seen"],
            by=self.request.user,
        )


class FunderFormFile(PartnershipGate, View):
    """The form as it was uploaded; everyone in the partnership sees what a grant asks for."""

    model = FunderForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = self.readable(FunderForm).filter(pk=kwargs["pk"]).select_related("file").first()
        if found is None:
            raise Http404("No such page.")
        return files.response(found.file)


class FilledFormPage(PartnershipDetail):
    """A certified return on the funder's own form: asked for, watched, downloaded."""

    model = QuarterlyReturn
    template_name = "funding/returns/form.html"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("grant", "partnership")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        current = self.object
        mapping, document = selectors.filled(current)
        return super().get_context_data(
            mapping=mapping,
            document=document,
            now=timezone.now(),
            certified=current.status in present.FINISHED,
            breadcrumbs=[
                *present.breadcrumbs(current)[:-1],
                (
                    str(current.period),
                    return_page.address(current, return_page.default_grant(self.partnership)),
                ),
                (_("On the funder's form"), ""),
            ],
            **context,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.get_object()
        try:
            services.request_filled(return_id=found.pk, by=request.user)
        except DomainError as refusal:
            messages.error(request, refusal.message)
        return HttpResponseRedirect(reverse("funding:return_form", args=[self.partnership.slug, found.pk]))


class FilledFormFile(PartnershipGate, View):
    """The filled copy; with `?state`, how its making stands."""

    model = QuarterlyReturn

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _mapping, document = selectors.filled(self.readable_or_404(QuarterlyReturn, pk=kwargs["pk"]))
        if document is None:
            raise Http404("Nobody asked for it.")
        if "state" in request.GET:
            return JsonResponse({"state": document.state})
        if document.file is None:
            raise Http404("It is not made yet.")
        return files.response(document.file)
