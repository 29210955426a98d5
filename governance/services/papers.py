"""Papers of an item: a file kept here, or a link to where the paper is published, in one version or more."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import AgendaItem, Marking, Meeting, Paper, PaperPage, PaperReading
from governance.services import writing
from svd_portal.kit import files, jobs, texts
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.services.keys import already

READ_AT_ONCE = 200
"""Papers that one sweep hands to the worker."""


@transaction.atomic
def add(
    *,
    item_id: UUID,
    title: str,
    upload: files.ValidatedUpload | None = None,
    url: str = "",
    marking: str = Marking.OFFICIAL,
    today: date | None = None,
    key: UUID | None = None,
    by: Any,
) -> Paper:
    """Add a paper to an item: `upload` or `url`, not both.

    Raises:
        DomainError: neither or both were given, or the item was withdrawn.
    """
    item = _lock_item(item_id, by)
    if made := already(Paper, key, item_id=item.pk, title=title, url=url):
        return made
    return _put(
        item,
        upload,
        url,
        by,
        title=title,
        marking=marking,
        added_on=today,
        **({"id": key} if key else {}),
    )


@transaction.atomic
def add_version(
    *,
    paper_id: UUID,
    title: str,
    changed: str,
    upload: files.ValidatedUpload | None = None,
    url: str = "",
    marking: str = Marking.OFFICIAL,
    today: date | None = None,
    key: UUID | None = None,
    by: Any,
) -> Paper:
    """Put a new version in the place of a paper; the earlier one is kept, and no longer offered first.

    Args:
        changed: what changed, in a few words: readers of the earlier version are told.

    Raises:
        ReasonRequired: `changed` is blank.
        DomainError: neither file nor link or both were given, or the paper was withdrawn or replaced.
    """
    item = _lock_item(Paper.objects.get(pk=paper_id).item_id, by)
    if made := already(Paper, key, item_id=item.pk, title=title, url=url):
        return made
    earlier: Paper = Paper.objects.lock(paper_id)
    if earlier.withdrawn:
        raise DomainError(_("This paper was withdrawn. Add it to the item anew."))
    if Paper.objects.filter(replaces=earlier).exists():
        raise DomainError(
            _("A newer version was added meanwhile. Look at it first, then add yours after it.")
        )
    if not changed.strip():
        raise ReasonRequired(_("Say what changed since the earlier version."), "changed")
    return _put(
        item,
        upload,
        url,
        by,
        title=title,
        marking=marking,
        added_on=today,
        replaces=earlier,
        edition=earlier.edition + 1,
        changed=changed.strip(),
        **({"id": key} if key else {}),
    )


def _put(item: AgendaItem, upload: files.ValidatedUpload | None, url: str, by: Any, **facts: Any) -> Paper:
    if (upload is None) == (not url):
        raise DomainError(_("Choose a file, or enter a link: one of the two."), "file")
    file = files.store(upload=upload, partnership_id=item.partnership_id, by=by) if upload else None
    paper: Paper = Paper(partnership=item.partnership, item=item, file=file, url=url, **facts).save_by(by)
    if file:
        jobs.enqueue("governance.read_paper", str(paper.pk))
    return paper


def _lock_item(item_id: UUID, by: Any) -> AgendaItem:
    """Papers are not minutes: they may follow after these were agreed."""
    found = AgendaItem.objects.get(pk=item_id)
    meeting: Meeting = writing.lock_meeting(found.meeting_id, by=by)
    item: AgendaItem = AgendaItem.objects.lock(item_id)
    if item.restricted:
        writing.require_reader_of_restricted(by, meeting.body)
    if item.withdrawn:
        raise DomainError(_("This item was withdrawn from the agenda."))
    return item


@transaction.atomic
def withdraw(*, paper_id: UUID, reason: str = "", by: Any) -> Paper:
    """Take a paper back, with its earlier versions; the files are kept, and nobody is offered them any more.

    Raises:
        DomainError: a newer version was added since.
    """
    found = Paper.objects.get(pk=paper_id)
    _lock_item(found.item_id, by)
    newest: Paper = Paper.objects.lock(paper_id)
    if Paper.objects.filter(replaces=newest).exists():
        raise DomainError(_("A newer version was added meanwhile. Withdraw that one."))
    paper: Paper | None = newest
    while paper is not None:
        paper.withdrawn = True
        paper.save_by(by, reason=reason.strip())
        paper = Paper.objects.lock(paper.replaces_id) if paper.replaces_id else None
    return newest


def note_opened(*, paper: Paper, by: Any) -> None:
    """Remember that a person opened a paper they may read; opening it again changes nothing."""
    PaperReading.objects.bulk_create([PaperReading(paper=paper, user=by)], ignore_conflicts=True)


def unread() -> list[UUID]:
    """Papers whose files no worker has read for search yet."""
    without = Paper.objects.filter(file__isnull=False, withdrawn=False, pages__isnull=True)
    return list(without.order_by("created_at").values_list("pk", flat=True)[:READ_AT_ONCE])


def read_words(*, paper_id: UUID) -> int:
    """Keep the words of a paper's file, page by page, so that search finds them; how many pages have any.

    Done once: files never change. A file whose words cannot be read is noted as such.
    """
    paper = Paper.objects.select_related("file").get(pk=paper_id)
    if paper.file is None or paper.pages.exists():
        return 0
    found = [(number, words) for number, words in enumerate(texts.pages_of(paper.file), start=1) if words]
    with transaction.atomic():
        PaperPage.objects.bulk_create(
            [
                PaperPage(partnership_id=paper.partnership_id, paper=paper, number=number, text=words)
                for number, words in found or [(0, "")]
            ],
            ignore_conflicts=True,
        )
    return len(found)
