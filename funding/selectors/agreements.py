"""A grant's agreement: who signed it, its papers, and who holds the grant since."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from funding.models import Grant, GrantDocument, GrantSignature
from partners.models import Succession


def signatures(user: Any, grant: Grant) -> QuerySet[GrantSignature]:
    found: QuerySet[GrantSignature] = GrantSignature.objects.for_user(user, grant.partnership_id).live()
    return found.filter(grant=grant).select_related("party")


def documents(user: Any, grant: Grant) -> QuerySet[GrantDocument]:
    found: QuerySet[GrantDocument] = GrantDocument.objects.for_user(user, grant.partnership_id).live()
    return found.filter(grant=grant).select_related("file")


def holders_since(organisation_id: UUID, today: date) -> Iterator[Succession]:
    """Who took over from an organisation, and from whom took over, up to today; once each."""
    met = {organisation_id}
    while True:
        following = (
            Succession.objects.filter(predecessor=organisation_id, on__lte=today)
            .exclude(successor__in=met)
            .select_related("successor")
            .order_by("-on")
            .first()
        )
        if following is None:
            return
        yield following
        organisation_id = following.successor_id
        met.add(organisation_id)
