"""Meetings, who came, what was on the agenda and what was said."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from governance.models import frozen
from governance.models.bodies import Body, Seat
from governance.models.series import MeetingSeries
from governance.rules import verbs
from partners import access
from partners.models.base import FrozenQuerySet, PartnershipFact, PartnershipQuerySet, PartnershipRecord
from partners.roles import Permission
from svd_portal.kit.queries import DayOf
from svd_portal.kit.words import words_index


class Marking(models.TextChoices):
    OFFICIAL = "official", "OFFICIAL"
    OFFICIAL_SENSITIVE = "official_sensitive", "OFFICIAL-SENSITIVE"


class Quorum(models.TextChoices):
    """How a meeting stood: the rules of `quorum.Finding`."""

    NOT_SET = "no_quorum_set", _("No quorum set")
    NOT_RECORDED = "attendance_awaited", _("Attendance not recorded")
    QUORATE = "quorate", _("Quorate")
    INQUORATE = "inquorate", _("Not quorate")


class Verb(models.TextChoices):
    CONSIDERED = "considered", _("considered")
    NOTED = "noted", _("noted")
    ENDORSED = "endorsed", _("endorsed")
    SUPPORTED = "supported", _("supported")
    AGREED = "agreed", _("agreed")
    APPROVED = "approved", _("approved")
    RECOMMENDED = "recommended", _("recommended")
    DEFERRED = "deferred", _("deferred")
    REJECTED = "rejected", _("rejected")
    RATIFIED = "ratified", _("ratified")


@frozen.stays_agreed
class Meeting(PartnershipRecord):
    """A meeting of a body; for a body run elsewhere, the occasion of our item."""

    unrecorded = frozenset({"as_agreed"})

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        HELD = "held", _("Held, minutes in draft")
        AGREED = "agreed", _("Minutes agreed")
        CANCELLED = "cancelled", _("Cancelled")

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.PLANNED)
    marking = models.CharField(
        _("protective marking"), max_length=20, choices=Marking.choices, default=Marking.OFFICIAL
    )
    minutes_url = models.URLField(_("link to the published minutes"), blank=True)
    agreed_on = models.DateField(_("minutes agreed on"), null=True, blank=True)
    quorum = models.CharField(_("quorum, as agreed"), max_length=20, choices=Quorum.choices, blank=True)
    quorum_note = models.CharField(_("quorum in words, as agreed"), max_length=600, blank=True)
    as_agreed = models.JSONField(_("as agreed"), null=True, blank=True, editable=False)
    """What minutes print and no row of theirs holds (`selectors/agreed.py`): once agreed, read from here."""
    none_declared = models.BooleanField(
        _("no interest declared"),
        default=False,
        help_text=_("Asked, and nobody declared an interest in an item that every reader sees."),
    )
    illustrative = models.BooleanField(_("illustrative"), default=False)
    agenda_published_at = models.DateTimeField(_("agenda published"), null=True, blank=True)
    agenda_published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agenda published by"),
    )
    series = models.ForeignKey(
        MeetingSeries, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings"
    )
    series_position = models.PositiveSmallIntegerField(_("number in its series"), null=True, blank=True)

    class Meta(PartnershipRecord.Meta):
        indexes = [
            models.Index(fields=["partnership", "-starts_at", "id"], name="meeting_by_date"),
            models.Index("partnership", DayOf("starts_at"), name="meeting_by_day"),
            words_index("place", name="meeting_words"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["series", "series_position"], name="meeting_in_series_once"),
            models.CheckConstraint(
                condition=Q(series__isnull=True, series_position__isnull=True)
                | Q(series__isnull=False, series_position__isnull=False),
                name="meeting_numbered_in_series",
            ),
            models.UniqueConstraint(
                fields=["body", "starts_at"], condition=~Q(status="cancelled"), name="meeting_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                name="meeting_times_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(status="agreed") | Q(as_agreed__isnull=False), name="meeting_agreed_in_full"
            ),
        ]

    def __str__(self) -> str:
        day = timezone.localtime(self.starts_at)
        return f"{self.body_name}, {day.day} {day:%B %Y}"

    @property
    def day(self) -> date:
        return timezone.localtime(self.starts_at).date()

    @property
    def body_name(self) -> str:
        """What the body is called; in agreed minutes, what it was called then."""
        return str(self.as_agreed["body"]) if self.as_agreed else self.body.name

    @property
    def partnership_name(self) -> str:
        return str(self.as_agreed["partnership"]) if self.as_agreed else self.partnership.name


@frozen.with_meeting
class Attendance(PartnershipRecord):
    """A seat at a meeting and who filled it; or a guest."""

    class Mode(models.TextChoices):
        EXPECTED = "expected", _("Not recorded")
        PRESENT = "present", _("Present")
        REMOTE = "remote", _("Present remotely")
        APOLOGIES = "apologies", _("Apologies")
        ABSENT = "absent", _("Absent")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name_or_role = models.CharField(_("name or role"), max_length=120, blank=True)
    deputy = models.BooleanField(_("as deputy"), default=False)
    mode = models.CharField(_("attendance"), max_length=20, choices=Mode.choices, default=Mode.EXPECTED)
    joined = models.TimeField(_("joined late, at"), null=True, blank=True)
    left = models.TimeField(_("left early, at"), null=True, blank=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta(PartnershipRecord.Meta):
        ordering = ["seat__position", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "seat"], condition=Q(seat__isnull=False), name="attendance_seat_once"
            ),
            models.CheckConstraint(
                condition=Q(seat__isnull=False) | Q(user__isnull=False) | ~Q(name_or_role=""),
                name="attendance_of_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.who

    @property
    def who(self) -> str:
        if self.user is not None:
            return str(self.user)
        return self.name_or_role or str(_("Vacant"))


CAME = (Attendance.Mode.PRESENT, Attendance.Mode.REMOTE)
"""Of whoever was in the room, or joined from elsewhere."""


class RestrictedMixin:
    """Rows that may be restricted: those outside do not even learn their titles."""

    body_path = "body"
    restricted_path = "restricted"

    def for_user(self, user: Any, partnership: Any) -> Self:
        """Rows of `partnership` that `user` may read today."""
        found = super().for_user(user, partnership)  # type: ignore[misc]
        every = access.scopes_within(user, Permission.PARTNERSHIP_READ_RESTRICTED, partnership)
        if isinstance(every, frozenset) and every:
            return found  # type: ignore[no-any-return]
        bodies = access.scopes_within(user, Permission.BODY_READ_RESTRICTED, partnership)
        return found._open_to(bodies, every)  # type: ignore[no-any-return]

    def readable_by(self, user: Any) -> Self:
        """Unrestricted rows, and restricted ones of bodies whose restricted items `user` may read."""
        return self._open_to(
            access.scopes(user, Permission.BODY_READ_RESTRICTED),
            access.scopes(user, Permission.PARTNERSHIP_READ_RESTRICTED),
        )

    def _open_to(self, bodies: Any, partnerships: Any) -> Self:
        return self.filter(  # type: ignore[attr-defined]
            Q(**{self.restricted_path: False})
            | Q(**{f"{self.body_path}__in": bodies})
            | Q(partnership__in=partnerships)
        )


class RestrictedQuerySet(RestrictedMixin, PartnershipQuerySet):
    pass


class AgendaItemQuerySet(RestrictedQuerySet):
    body_path = "meeting__body"

    def standing(self) -> Self:
        """Items that are on the agenda, in order."""
        return self.filter(withdrawn=False).order_by("position")


class OfItemQuerySet(RestrictedQuerySet):
    """What belongs to an agenda item is as restricted as the item."""

    body_path = "item__meeting__body"
    restricted_path = "item__restricted"


@frozen.with_meeting
class AgendaItem(PartnershipRecord):
    """An item of the agenda, and afterwards of the minutes."""

    class Kind(models.TextChoices):
        APOLOGIES = "apologies", _("Apologies and substitutes")
        INTERESTS = "interests", _("Declarations of interest")
        MINUTES = "minutes", _("Minutes of the last meeting")
        ACTIONS = "actions", _("Actions and matters arising")
        ITEM = "item", _("Item")
        FORWARD_PLAN = "forward_plan", _("Forward plan")
        NEXT_MEETING = "next_meeting", _("Date of next meeting")

    class Purpose(models.TextChoices):
        DECIDE = "decide", _("To decide")
        DISCUSS = "discuss", _("To discuss")
        NOTE = "note", _("To note")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.ITEM)
    title = models.CharField(_("title"), max_length=200)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices, default=Purpose.DISCUSS)
    presenter = models.CharField(_("presented by"), max_length=200, blank=True)
    summary = models.TextField(_("summary"), blank=True, max_length=4000)
    sent = models.TextField(_("what we sent"), blank=True, max_length=4000)
    witnesses = models.CharField(_("witnesses"), max_length=300, blank=True)
    restricted = models.BooleanField(_("restricted"), default=False)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    carried_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="carried_to",
        verbose_name=_("carried forward from"),
    )
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    objects = AgendaItemQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        ordering = ["position"]
        indexes = [words_index("title", "summary", "sent", "witnesses", name="agenda_item_words")]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                condition=Q(withdrawn=False),
                name="agenda_position_once",
            ),
            # Taken off the agenda, it does not come back by itself.
            models.UniqueConstraint(fields=["carried_from"], name="agenda_item_carried_once"),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__range=(1, 600)), name="agenda_item_minutes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"


@frozen.with_item
class Recommendation(PartnershipRecord):
    """What an item asks the body to do."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="recommendations")
    position = models.PositiveSmallIntegerField(_("number"))
    verb = models.CharField(_("verb"), max_length=20, choices=Verb.choices)
    text = models.TextField(_("text"), max_length=2000)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    objects = OfItemQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        ordering = ["position"]
        indexes = [words_index("text", name="recommendation_words")]

    def __str__(self) -> str:
        return f"{self.asked} {self.text}"

    @property
    def asked(self) -> str:
        """The verb as a request: "endorse", where the outcome says "endorsed"."""
        return verbs.asked(self.verb)


@frozen.with_item
class KeyPoint(PartnershipRecord):
    """Something said under an item; points nest one level deep or more."""

    class Kind(models.TextChoices):
        POINT = "point", _("Point")
        QUESTION = "question", _("Question")
        ANSWER = "answer", _("Answer")

    class Speaker(models.TextChoices):
        NOBODY = "nobody", _("No speaker named")
        MEMBER = "member", _("A member")
        ROLE = "role", _("A role")
        PERSON = "person", _("A person")

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="points")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    position = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.POINT)
    speaker_kind = models.CharField(
        _("speaker"), max_length=20, choices=Speaker.choices, default=Speaker.NOBODY
    )
    speaker_role = models.CharField(_("speaker's role"), max_length=120, blank=True)
    speaker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.TextField(_("text"), max_length=4000)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    objects = OfItemQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        ordering = ["position", "created_at"]
        indexes = [words_index("text", name="key_point_words")]

    def __str__(self) -> str:
        return Truncator(self.text).words(12)

    @property
    def said_by(self) -> str:
        if self.speaker_kind == self.Speaker.PERSON and self.speaker is not None:
            return str(self.speaker)
        if self.speaker_kind == self.Speaker.ROLE:
            return self.speaker_role
        return str(_("A member")) if self.speaker_kind == self.Speaker.MEMBER else ""


class RestrictedFactQuerySet(RestrictedMixin, FrozenQuerySet):
    body_path = "meeting__body"


@frozen.recorded_in
class MinutesCorrection(PartnershipFact):
    """What was put right in agreed minutes, and why; recorded first, in the transaction that changes them."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="corrections")
    what = models.CharField(_("what was corrected"), max_length=300)
    was = models.TextField(_("what it said"), blank=True, max_length=8000, db_default="")
    reason = models.CharField(_("reason"), max_length=300)
    restricted = models.BooleanField(_("restricted"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_in = models.DateTimeField(_("transaction"), null=True, editable=False)

    objects = RestrictedFactQuerySet.as_manager()

    class Meta(PartnershipFact.Meta):
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(what="") & ~Q(reason=""), name="correction_says_why")
        ]

    def __str__(self) -> str:
        return self.what
