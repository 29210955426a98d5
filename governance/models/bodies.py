"""Bodies, how they report to each other, their seats and who sits in them."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from governance.models import frozen
from partners import access
from partners.models.appointments import Appointment, appointment_rules
from partners.models.base import PartnershipRecord
from partners.models.organisations import Dated, Partner, dates_in_order
from partners.roles import declared
from svd_portal.kit.words import words_index

DAYS = models.Func(
    "first_day",
    "last_day",
    RangeBoundary(inclusive_lower=True, inclusive_upper=True),
    function="DATERANGE",
    output_field=DateRangeField(),
)
"""From the first day to the last, both inclusive."""


@frozen.stays_what_it_is
class Body(Dated, PartnershipRecord):
    """A group that meets: run here, or run elsewhere and then only followed."""

    class Kind(models.TextChoices):
        OPERATIONAL = "operational", _("Operational group")
        EXECUTIVE = "executive", _("Executive")
        PARTNERSHIP = "partnership", _("Partnership")
        STATUTORY = "statutory", _("Statutory board")
        BOARD = "board", _("Board")
        LOCAL = "local", _("Local board")
        SUBGROUP = "subgroup", _("Sub-group")
        CSP = "csp", _("Community Safety Partnership")
        SCRUTINY = "scrutiny", _("Scrutiny")

    name = models.CharField(_("name"), max_length=200)
    code = models.CharField(_("code in references"), max_length=12)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    run_here = models.BooleanField(_("run here"), default=True)
    purpose = models.TextField(_("purpose"), blank=True, max_length=4000)
    minutes_url = models.URLField(_("link to its minutes"), blank=True)
    positions = models.BooleanField(_("partners' positions are recorded"), default=False)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    class Meta(PartnershipRecord.Meta):
        verbose_name_plural = _("bodies")
        permissions = declared("body")
        indexes = [words_index("name", "code", "purpose", name="body_words")]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "code"], name="body_code_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z][A-Z0-9-]+$"), name="body_code_shape"),
            dates_in_order("body"),
        ]

    def __str__(self) -> str:
        return self.name


class ReportingLine(Dated, PartnershipRecord):
    """One body reports to, supports or is scrutinised by another."""

    class Kind(models.TextChoices):
        REPORTS_TO = "reports_to", _("reports to")
        ACCOUNTABLE_TO = "accountable_to", _("is accountable to")
        SUPPORTS = "supports", _("supports")
        SCRUTINISED_BY = "scrutinised_by", _("is scrutinised by")

    UPWARD = (Kind.REPORTS_TO, Kind.ACCOUNTABLE_TO)
    """Kinds that say who stands above whom."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="lines_up")
    to = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="lines_down")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta(PartnershipRecord.Meta):
        constraints = [
            models.UniqueConstraint(fields=["body", "to", "kind", "first_day"], name="reporting_line_once"),
            models.CheckConstraint(condition=~Q(body=F("to")), name="reporting_line_to_another"),
            dates_in_order("reporting_line"),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.get_kind_display()} {self.to}"


class Seat(Dated, PartnershipRecord):
    """A place on a body: a partner's, or the chair's, an officer's or an observer's."""

    class Kind(models.TextChoices):
        CHAIR = "chair", _("Chair")
        PARTNER = "partner", _("Partner")
        OFFICER = "officer", _("Officer")
        OBSERVER = "observer", _("Observer")

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="seats")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=120)
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="seats"
    )
    voting = models.BooleanField(_("counts towards the quorum"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta(PartnershipRecord.Meta):
        ordering = ["position", "title"]
        constraints = [
            models.UniqueConstraint(fields=["body", "title", "first_day"], name="seat_title_once"),
            dates_in_order("seat"),
        ]

    def __str__(self) -> str:
        return self.title


class SeatHolder(Dated, PartnershipRecord):
    """A person in a seat, as its holder or a deputy."""

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="holders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats_held")
    deputy = models.BooleanField(_("deputy"), default=False)

    class Meta(PartnershipRecord.Meta):
        constraints = [
            models.UniqueConstraint(fields=["seat", "user", "first_day"], name="seat_holder_once"),
            dates_in_order("seat_holder"),
            ExclusionConstraint(
                name="seat_one_holder",
                expressions=[("seat", RangeOperators.EQUAL), (DAYS, RangeOperators.OVERLAPS)],
                condition=Q(deputy=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.seat}"


class BodyAppointment(Appointment):
    scope_name = "body"

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="appointments")

    class Meta(Appointment.Meta):
        abstract = False
        constraints = appointment_rules("body")


class BodyUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="grants")

    class Meta(UserObjectPermissionBase.Meta):
        default_permissions = ()


access.register_scope("body", Body, appointments=BodyAppointment, grants=BodyUserObjectPermission)
