"""Organisations, areas, partnerships and the capacities in which partners act."""

from datetime import date

from django.db import models
from django.db.models import Expression, F, Q
from django.utils.translation import gettext_lazy as _

from partners.models.base import PartnershipRecord
from partners.roles import declared
from partners.rules.duties import CAPACITIES, Capacity, Standing
from svd_portal.kit.models.base import Record

RESERVED_SLUGS = {"accounts", "calendar", "health", "verify", "public", "static", "help", "partnerships"}


class Dated(models.Model):
    """Something with a first and a last day, both inclusive; no last day means until further notice."""

    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        abstract = True

    def runs_on(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


def dates_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")), name=f"{name}_dates_in_order"
    )


def running_on(day: date | Expression) -> Q:
    return Q(first_day__lte=day) & (Q(last_day__isnull=True) | Q(last_day__gte=day))


def not_ended(day: date | Expression) -> Q:
    """What runs on `day` or begins later."""
    return Q(last_day__isnull=True) | Q(last_day__gte=day)


class Organisation(Dated, Record):
    """A body in law, known nationally; partnerships share one row for it."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    identifier = models.CharField(
        _("organisation identifier"), max_length=80, blank=True, help_text=_("As org-id.guide gives it.")
    )

    class Meta(Record.Meta):
        constraints = [dates_in_order("organisation")]

    def __str__(self) -> str:
        return self.name


class Succession(Record):
    """One organisation takes over from another on a day; what is open then passes to it."""

    predecessor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="inheritances")
    on = models.DateField(_("on"))

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="succession_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class Area(Dated, Record):
    """A place: a force area, county, district, region or local board's area."""

    class Kind(models.TextChoices):
        FORCE = "force", _("Police force area")
        REGION = "region", _("Region")
        COUNTY = "county", _("County")
        DISTRICT = "district", _("District or borough")
        UNITARY = "unitary", _("Unitary area")

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    code = models.CharField(_("ONS code"), max_length=12, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["name", "kind"], name="area_name_once_per_kind"),
            dates_in_order("area"),
        ]

    def __str__(self) -> str:
        return self.name


class Partnership(Record):
    """A tenant: the authorities of one area that carry out the Duty together."""

    slug = models.SlugField(_("address"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120, unique=True)
    convener = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="convened", verbose_name=_("local policing body")
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="partnerships")
    suppression_threshold = models.PositiveSmallIntegerField(
        _("small numbers below this are withheld"), default=5
    )

    class Meta(Record.Meta):
        permissions = declared("partnership")
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=sorted(RESERVED_SLUGS)), name="partnership_slug_free"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Partner(Dated, PartnershipRecord):
    """An organisation in a partnership."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="partners")
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta(PartnershipRecord.Meta):
        permissions = declared("partner")
        constraints = [
            models.UniqueConstraint(fields=["partnership", "organisation"], name="partner_once"),
            dates_in_order("partner"),
        ]

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def name(self) -> str:
        return self.organisation.name


class PartnerCapacity(Dated, PartnershipRecord):
    """A capacity in which a partner acts; its standing under the Act follows from it."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="capacities")
    capacity = models.CharField(_("capacity"), max_length=40, choices=Capacity.choices())
    areas = models.ManyToManyField(Area, through="ServedArea", related_name="+")

    class Meta(PartnershipRecord.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "capacity", "first_day"], name="capacity_once_from_a_day"
            ),
            dates_in_order("capacity"),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.label}"

    @property
    def label(self) -> str:
        return CAPACITIES[Capacity(self.capacity)].label

    @property
    def standing(self) -> Standing:
        return CAPACITIES[Capacity(self.capacity)].standing

    @property
    def source(self) -> str:
        return CAPACITIES[Capacity(self.capacity)].source


class ServedArea(PartnershipRecord):
    """A capacity is exercised for an area."""

    capacity = models.ForeignKey(PartnerCapacity, on_delete=models.PROTECT, related_name="served")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")

    class Meta(PartnershipRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["capacity", "area"], name="served_area_once")]

    def __str__(self) -> str:
        return f"{self.capacity} in {self.area}"
