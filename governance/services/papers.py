"""Papers of an item: a file kept here, or a link to where the paper is published."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import AgendaItem, Marking, Meeting, Paper, PaperReading
from governance.services import writing
from svd_portal.kit import files
from svd_portal.kit.errors import DomainError
from svd_portal.kit.services.keys import already


@transaction.atomic
def add(
    *,
    item_id: UUID,
    title: str,
    upload: files.ValidatedUpload | None = None,
    url: str = "",
    marking: str = Marking.OFFICIAL,
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
    if (upload is None) == (not url):
        raise DomainError(_("Choose a file, or enter a link: one of the two."), "file")
    paper = Paper(
        partnership=item.partnership,
        item=item,
        title=title,
        file=files.store(upload=upload, partnership_id=item.partnership_id, by=by) if upload else None,
        url=url,
        marking=marking,
        **({"id": key} if key else {}),
    )
    return paper.save_by(by)


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
    """Take a paper back; the file is kept, and nobody is offered it any more."""
    found = Paper.objects.get(pk=paper_id)
    _lock_item(found.item_id, by)
    paper: Paper = Paper.objects.lock(paper_id)
    paper.withdrawn = True
    return paper.save_by(by, reason=reason.strip())


def note_opened(*, paper: Paper, by: Any) -> None:
    """Remember that a person opened a paper they may read; opening it again changes nothing."""
    PaperReading.objects.bulk_create([PaperReading(paper=paper, user=by)], ignore_conflicts=True)
