"""Who holds which role, on what, from when to when; and guardian's direct tables for the same scopes."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from partners import access
from partners.models.base import PartnershipRecord
from partners.models.organisations import Dated, Partner, Partnership, dates_in_order
from partners.roles import Role, roles_on


class Appointment(Dated, PartnershipRecord):
    """A role given to a person on a scope; first and last day inclusive."""

    scope_name: str

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="%(class)ss")
    role = models.CharField(_("role"), max_length=40, choices=Role.choices)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta(PartnershipRecord.Meta):
        abstract = True
        indexes = [models.Index(fields=["user", "partnership"], name="%(class)s_of_user")]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"  # type: ignore[attr-defined]

    @property
    def scope(self) -> Any:
        return getattr(self, self.scope_name)

    @property
    def scope_id(self) -> UUID:
        return getattr(self, f"{self.scope_name}_id")


def appointment_rules(scope: str) -> list[models.BaseConstraint]:
    """The role fits the scope, the dates are in order, and one role is given once at a time."""
    return [
        models.CheckConstraint(
            condition=models.Q(role__in=[value for value, _label in roles_on(scope)]),
            name=f"{scope}_appointment_role_fits",
        ),
        dates_in_order(f"{scope}_appointment"),
        models.UniqueConstraint(
            fields=["user", "role", scope, "first_day"],
            condition=models.Q(withdrawn_at__isnull=True),
            name=f"{scope}_appointment_once",
        ),
    ]


class PartnershipAppointment(Appointment):
    scope_name = "partnership"

    class Meta(Appointment.Meta):
        abstract = False
        constraints = appointment_rules("partnership")


class PartnerAppointment(Appointment):
    scope_name = "partner"

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="appointments")

    class Meta(Appointment.Meta):
        abstract = False
        constraints = appointment_rules("partner")


# guardian finds a direct table by its related name: without one it would fall back to its generic table.
class PartnershipUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="grants")

    class Meta(UserObjectPermissionBase.Meta):
        default_permissions = ()


class PartnerUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="grants")

    class Meta(UserObjectPermissionBase.Meta):
        default_permissions = ()


access.register_scope(
    "partnership",
    Partnership,
    appointments=PartnershipAppointment,
    grants=PartnershipUserObjectPermission,
)
access.register_scope("partner", Partner, appointments=PartnerAppointment, grants=PartnerUserObjectPermission)
