"""The files of a certified return: asked for once, made by the worker from the frozen content."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import QuarterlyReturn
from funding.rules.outputs import KINDS
from partners import access
from partners.roles import Permission
from svd_portal.kit.errors import DomainError
from svd_portal.kit.models import Document
from svd_portal.kit.services import documents


@transaction.atomic
def request_files(*, return_id: UUID, by: Any) -> list[Document]:
    """Ask the worker for every file of a certified return; those that are made already are given back.

    Raises:
        PermissionDenied: `by` may not see the partnership.
        DomainError: the return is not certified.
    """
    quarterly_return = QuarterlyReturn.objects.select_related("partnership").get(pk=return_id)
    access.require(by, Permission.PARTNERSHIP_VIEW, quarterly_return.partnership)
    if quarterly_return.status not in QuarterlyReturn.FINISHED:
        raise DomainError(_("The files are made once the return is certified."))
    subject = quarterly_return.snapshot_id
    made = {
        each.kind: each
        for each in Document.objects.filter(kind__in=KINDS.values(), subject=subject, file__isnull=False)
    }
    return [
        made.get(kind)
        or documents.request(
            kind=kind, subject=subject, partnership_id=quarterly_return.partnership_id, by=by
        )
        for kind in KINDS.values()
    ]
