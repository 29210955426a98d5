"""Money from other schemes beside an award."""

from django.db.models import UUIDField

from funding.models import OtherMoney
from partners.readings import Reading
from svd_portal.kit.statements import Given

beside: Reading[OtherMoney] = Reading(
    lambda user, partnership: (
        OtherMoney.objects.for_user(user, partnership).live().filter(award=Given("award", UUIDField()))
    )
)
