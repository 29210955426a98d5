"""Publishing an agenda: from then on it is no draft, and what changes is said."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.models import AgendaPublication, Meeting
from governance.selectors.agenda import changed_since_published, fingerprint
from governance.selectors.minutes import items_of
from governance.services import notices, writing
from svd_portal.kit.errors import DomainError


@transaction.atomic
def publish_agenda(*, meeting_id: UUID, version: int, today: date, by: Any) -> Meeting:
    """Publish the agenda of a planned meeting as it stands; after changes, publish it again.

    Members are told by e-mail, unless nothing changed of what all of them read.

    Raises:
        Stale: someone changed the meeting since `version` was read.
        DomainError: the meeting is not ahead or run elsewhere, has no item, or nothing changed since the last
            time.
    """
    meeting = writing.lock_meeting(meeting_id, by=by, version=version)
    if meeting.status != Meeting.Status.PLANNED:
        raise DomainError(_("This meeting was held: its agenda has become its minutes."))
    if not meeting.body.run_here:
        raise DomainError(
            _("%(body)s is run elsewhere; its agenda is its own affair.") % {"body": meeting.body}
        )
    whole, seen = (items_of(meeting, with_restricted=each) for each in (True, False))
    if not whole:
        raise DomainError(_("There is no item on the agenda yet."))
    again = meeting.agenda_published_at is not None
    if again and not changed_since_published(meeting, whole, with_restricted=True):
        raise DomainError(_("The agenda is published, and nothing has changed since."))
    before = AgendaPublication.objects.filter(meeting=meeting).order_by("created_at").last()
    published = AgendaPublication.objects.create(
        partnership=meeting.partnership,
        meeting=meeting,
        by=writing.person(by),
        said=fingerprint(meeting, seen),
        said_in_whole=fingerprint(meeting, whole),
    )
    meeting.agenda_published_at, meeting.agenda_published_by = timezone.now(), writing.person(by)
    meeting.save_by(by)
    if before is None or before.said != published.said:
        notices.agenda_published(meeting, about=str(published.pk), today=today, by=by)
    return meeting
