from partners.models.appointments import (
    Appointment,
    PartnerAppointment,
    PartnershipAppointment,
    PartnershipUserObjectPermission,
    PartnerUserObjectPermission,
)
from partners.models.events import LastVisit, PersonEvent
from partners.models.notices import NoticePreference
from partners.models.organisations import (
    Area,
    Organisation,
    Partner,
    PartnerCapacity,
    Partnership,
    ServedArea,
    Succession,
)
from partners.models.people import User

__all__ = [
    "Appointment",
    "Area",
    "LastVisit",
    "NoticePreference",
    "Organisation",
    "Partner",
    "PartnerAppointment",
    "PartnerCapacity",
    "PartnerUserObjectPermission",
    "Partnership",
    "PartnershipAppointment",
    "PartnershipUserObjectPermission",
    "PersonEvent",
    "ServedArea",
    "Succession",
    "User",
]
