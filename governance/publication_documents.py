"""Published minutes as a PDF, made by the worker from the snapshot alone."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from governance.models import MinutesPublication
from governance.rules.withholding import block_of
from partners import access
from partners.roles import Permission
from svd_portal.kit.blocks import Block
from svd_portal.kit.format import long_date
from svd_portal.kit.models import Document
from svd_portal.kit.rules.canonical import digest, read
from svd_portal.kit.services.documents import BuiltDocument, CannotBuild, register_document

PUBLISHED = "published-minutes"


def register() -> None:
    """Called once, when the app is ready."""
    register_document(PUBLISHED, build=build, may_read=may_read)


def _publication(document: Document) -> MinutesPublication:
    found = MinutesPublication.objects.select_related("meeting__body", "partnership")
    return found.get(pk=document.subject)


def may_read(user: Any, document: Document) -> bool:
    return access.holds(user, Permission.PARTNERSHIP_VIEW, _publication(document).partnership)


def blocks_of(content: dict[str, Any]) -> list[Block]:
    return [block_of(each) for each in content["blocks"]]


def filename(publication: MinutesPublication, ending: str) -> str:
    """Such as "surrey-exec-2024-01-30-published-minutes-1.pdf"."""
    meeting = publication.meeting
    name = f"{publication.partnership.slug}-{meeting.body.code.lower()}-{meeting.day.isoformat()}"
    return f"{name}-{PUBLISHED}-{publication.edition}.{ending}"


def build(document: Document) -> BuiltDocument:
    from svd_portal.kit import pdf  # slow to load, and only a worker makes documents

    publication = _publication(document)
    if digest(publication.canonical) != publication.sha256:
        raise CannotBuild(_("What was published is not as it was frozen. Tell your administrator."))
    content = read(publication.canonical)
    made = pdf.render_template(
        "governance/published_pdf.html",
        {
            "owner": content["partnership"],
            "about": content["about"],
            "marking": content["marking"],
            "reference": publication.sha256[:12],
            "made_on": long_date(publication.published_on),
            "illustrative": content["illustrative"],
            "blocks": blocks_of(content),
        },
        title=content["title"],
        identifier=UUID(hex=publication.sha256[:32]).bytes,
        created=publication.created_at,
    )
    return BuiltDocument(filename(publication, "pdf"), made)
