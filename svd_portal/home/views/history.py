"""The record of changes: of one record, and of the whole partnership."""

from datetime import UTC, datetime
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from partners.roles import Permission
from partners.views.base import PartnershipPage
from svd_portal.home.selectors import history
from svd_portal.kit.addresses import reverse


class RecordHistory(PartnershipPage):
    """What changed in one record, field by field: for everyone who may see the record."""

    template_name = "home/record_history.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        model = history.model_called(self.kwargs["label"])
        record = self.readable_or_404(model, pk=self.kwargs["pk"])
        entries = history.of_record(
            self.request.user,
            record,
            with_restricted=self._may_read_restricted(record),
            with_drafts=self.rights.on(Permission.PARTNERSHIP_MANAGE_PROGRAMME),
        )
        if not entries:  # all of it was written while it was restricted
            raise Http404("No such page.")
        return super().get_context_data(
            record=record,
            kind=str(model._meta.verbose_name).capitalize(),
            entries=entries,
            **context,
        )

    def _may_read_restricted(self, record: Any) -> bool:
        """What a record held while it was restricted stays with those who could read it then."""
        meeting = getattr(getattr(record, "item", record), "meeting", None)
        body = getattr(record, "body_id", None) or getattr(meeting, "body_id", None)
        return self.rights.on(Permission.PARTNERSHIP_READ_RESTRICTED) or self.rights.on(
            Permission.BODY_READ_RESTRICTED, body
        )


class PartnershipHistory(PartnershipPage):
    """Every change in the partnership, newest first."""

    permission = Permission.PARTNERSHIP_READ_HISTORY
    template_name = "home/history.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        entries = history.feed(self.request.user, self.partnership, self._before())
        older = ""
        if len(entries) > history.PAGE:
            entries = entries[: history.PAGE]
            older = f"?before={entries[-1].at.isoformat().replace('+', '%2B')}"
        return super().get_context_data(
            entries=entries,
            older=older,
            newest=reverse("home:history", args=[self.partnership.slug]) if self._before() else "",
            title=_("Record of changes"),
            **context,
        )

    def _before(self) -> datetime | None:
        given = self.request.GET.get("before", "")
        if not given:
            return None
        try:
            moment = datetime.fromisoformat(given)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise Http404("No such page.")
