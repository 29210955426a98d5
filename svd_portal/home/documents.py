"""A frozen report as a PDF, made by the worker from its snapshot alone."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from partners import access
from partners.roles import Permission
from svd_portal.home import report_blocks
from svd_portal.home.models import ReportSnapshot
from svd_portal.kit.format import long_date
from svd_portal.kit.models import Document
from svd_portal.kit.rules.canonical import digest, read
from svd_portal.kit.services.documents import BuiltDocument, CannotBuild, register_document

REPORT = "report"


def register() -> None:
    """Called once, when the app is ready."""
    register_document(REPORT, build=build, may_read=may_read)


def _snapshot(document: Document) -> ReportSnapshot:
    return ReportSnapshot.objects.select_related("report__partnership").get(report=document.subject)


def may_read(user: Any, document: Document) -> bool:
    return access.holds(user, Permission.PARTNERSHIP_VIEW, _snapshot(document).report.partnership)


def filename(snapshot: ReportSnapshot, ending: str) -> str:
    """Such as "surrey-highlight-2023-12-31.pdf"."""
    report = snapshot.report
    return f"{report.partnership.slug}-{report.kind}-{report.last_day.isoformat()}.{ending}"


def build(document: Document) -> BuiltDocument:
    from svd_portal.kit import pdf  # slow to load, and only a worker makes documents

    snapshot = _snapshot(document)
    if digest(snapshot.canonical) != snapshot.sha256:
        raise CannotBuild(_("The frozen report is not as it was frozen. Tell your administrator."))
    content = read(snapshot.canonical)
    made = pdf.render_template(
        "home/reports/pdf.html",
        {
            "owner": content["partnership"],
            "about": report_blocks.about(content),
            "marking": "OFFICIAL",
            "reference": snapshot.sha256[:12],
            "made_on": long_date(snapshot.report.frozen_on),
            "illustrative": content["illustrative"],
            "blocks": report_blocks.blocks_of(content),
        },
        title=content["title"],
        identifier=UUID(hex=snapshot.sha256[:32]).bytes,
        created=snapshot.created_at,
    )
    return BuiltDocument(filename(snapshot, "pdf"), made)
