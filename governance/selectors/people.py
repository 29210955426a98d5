"""The people a partnership knows: whoever holds a role in it or a seat on one of its bodies."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.models import BodyAppointment, SeatHolder
from partners.models import PartnerAppointment, PartnershipAppointment, User


def people_of(partnership: Any) -> QuerySet[User]:
    """People with a role or a seat in the partnership, past ones included, by name."""
    known = Q(Exists(SeatHolder.objects.filter(partnership=partnership, user=OuterRef("pk"))))
    for appointments in (PartnershipAppointment, PartnerAppointment, BodyAppointment):
        known |= Q(
            Exists(
                appointments.objects.filter(
                    partnership=partnership, user=OuterRef("pk"), withdrawn_at__isnull=True
                )
            )
        )
    return User.objects.filter(known).order_by("name", "pk")
