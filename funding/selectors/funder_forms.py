"""A grant's form of the funder's, where its figures go, and the copy filled for a return."""

from typing import Any

from funding.models import FilledForm, FormMapping, FunderForm, Grant, QuarterlyReturn
from funding.rules import form_figures
from funding.rules.form_figures import Figure
from funding.rules.outputs import FUNDER_FORM
from funding.selectors import sections
from svd_portal.kit import files, filling
from svd_portal.kit.models.documents import Document


def forms_of(user: Any, grant: Grant) -> list[FunderForm]:
    """Every version of a grant's form, the latest first."""
    found = FunderForm.objects.for_user(user, grant.partnership).filter(grant=grant)
    return list(found.select_related("file", "by"))


def latest_mapping(form: FunderForm) -> FormMapping | None:
    return FormMapping.objects.filter(form=form).select_related("by").first()


def figures(grant: Grant) -> list[Figure]:
    """Every figure that a form of this grant may ask for."""
    return form_figures.figures(sections.headings(grant.pk))


def workbook(form: FunderForm) -> filling.Form:
    """The form itself, as it was uploaded."""
    with files.open_recorded(form.file) as file:
        return filling.opened(file.read())


def filled(quarterly_return: QuarterlyReturn) -> tuple[FormMapping | None, Document | None]:
    """By which cells the form is filled for a return now, and the copy: made, being made, failed, or none."""
    mapping = (
        FormMapping.objects.filter(form__grant=quarterly_return.grant_id)
        .select_related("form__file")
        .order_by("-form__number", "-number")
        .first()
    )
    if mapping is None or not quarterly_return.snapshot_id:
        return mapping, None
    copy = FilledForm.objects.filter(snapshot=quarterly_return.snapshot_id, mapping=mapping).first()
    if copy is None:
        return mapping, None
    requests = list(Document.objects.about(FUNDER_FORM, copy.pk).select_related("file")[:5])
    return mapping, next((each for each in requests if each.file), requests[0] if requests else None)
