"""The PDF of a certified return: built from the frozen content and its signatures, nothing else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from funding.models import ReturnSnapshot, ReturnStep
from funding.rules import snapshots
from funding.services.returns import DOCUMENT
from partners import access
from partners.models import Partnership
from partners.roles import Permission
from svd_portal.kit.format import long_date
from svd_portal.kit.models.documents import Document
from svd_portal.kit.services.documents import BuiltDocument, CannotBuild, register_document

TEMPLATE = "documents/return.html"
SIGNATURES = (
    ReturnStep.Step.PREPARED,
    ReturnStep.Step.CHECKED,
    ReturnStep.Step.CERTIFIED_CFO,
    ReturnStep.Step.CERTIFIED_LEAD,
)


def register() -> None:
    """Called once, when the app is ready."""
    register_document(DOCUMENT, build=build, may_read=may_read)


def may_read(user: Any, document: Document) -> bool:
    """Everyone in the partnership reads every return."""
    partnership = Partnership.objects.get(pk=document.partnership_id)
    return access.holds(user, Permission.PARTNERSHIP_VIEW, partnership)


def filename(content: dict[str, Any]) -> str:
    """Such as "surrey-2023-24-q3-v1.pdf"."""
    cover = content["cover"]
    return f"{cover['slug']}-{cover['year_slug']}-q{cover['quarter']}-v{cover['version']}.pdf"


def build(document: Document) -> BuiltDocument:
    """The PDF for a request whose subject is a snapshot.

    Raises:
        CannotBuild: the stored content no longer has the hash it was certified under.
    """
    snapshot = ReturnSnapshot.objects.get(pk=document.subject)
    if snapshots.digest(snapshot.canonical) != snapshot.sha256:
        raise CannotBuild(_("The stored return differs from what was certified. Tell your administrator."))
    content, steps = snapshots.read(snapshot.canonical), signatures(snapshot)
    pages = render(
        content, steps=steps, canonical=snapshot.canonical, created=max(step.created_at for step in steps)
    )
    return BuiltDocument(filename(content), pages)


def render(content: dict[str, Any], *, steps: Sequence[Any], canonical: str, created: datetime) -> bytes:
    """The document's bytes: the same for the same content and signatures.

    Args:
        steps: as `signatures` gives them.
        created: when the last of them was given.
    """
    from svd_portal.kit import pdf  # slow to load, and only a worker makes documents

    return pdf.render_template(
        TEMPLATE,
        context(content, steps=steps, canonical=canonical),
        title=title(content),
        identifier=UUID(hex=snapshots.digest(canonical)[:32]).bytes,
        created=created,
        attachments=[
            pdf.PdfAttachment(
                name=filename(content).replace(".pdf", ".json"),
                content=canonical.encode(),
                description="The certified content; its SHA-256 is printed in the document.",
            )
        ],
    )


def context(content: dict[str, Any], *, steps: Sequence[Any], canonical: str) -> dict[str, Any]:
    """What the template shows; the arguments are those of `render`."""
    cover, sha256 = content["cover"], snapshots.digest(canonical)
    return {
        "content": content,
        "cover": cover,
        "day": snapshots.day,
        "about": about(content),
        "made_on": long_date(max(step.taken_on for step in steps)),
        "signatures": steps,
        "sha256": sha256,
        "owner": cover["partnership"],
        "reference": reference(content, sha256),
        "marking": "OFFICIAL",
        "illustrative": cover["illustrative"],
    }


def title(content: dict[str, Any]) -> str:
    cover = content["cover"]
    return f"Quarterly return, {cover['year']} quarter {cover['quarter']}"


def about(content: dict[str, Any]) -> str:
    """The line under the title: what period, which grant, to whom."""
    cover = content["cover"]
    first, last = snapshots.day(cover["first_day"]), snapshots.day(cover["last_day"])
    return f"{first.rsplit(' ', 1)[0]} to {last} · {cover['grant']} · to the {cover['funder']}"


def reference(content: dict[str, Any], sha256: str) -> str:
    """Such as "surrey-2023-24-q3-v1 · 3fa2c1d09b7e": what the foot of every page shows."""
    return f"{filename(content).removesuffix('.pdf')} · {sha256[:12]}"


def signatures(snapshot: ReturnSnapshot) -> list[ReturnStep]:
    """Who prepared, checked and certified exactly this content, in that order."""
    steps = ReturnStep.objects.filter(
        quarterly_return=snapshot.quarterly_return_id, round=snapshot.round, step__in=SIGNATURES
    ).select_related("by")
    return sorted(steps, key=lambda step: SIGNATURES.index(ReturnStep.Step(step.step)))
