"""Draft minutes before those who were there: circulated, commented on, answered, approved."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from governance.models import frozen
from governance.models.meetings import AgendaItem, Meeting, RestrictedFactQuerySet
from partners.models.base import PartnershipFact
from svd_portal.kit.words import words_index


@frozen.with_meeting
class Circulation(PartnershipFact):
    """That the draft minutes went to the members for corrections; the latest one counts."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="circulations")
    circulated_on = models.DateField(_("circulated on"))
    closes_on = models.DateField(_("comments until"))
    note = models.CharField(_("what is asked"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(PartnershipFact.Meta):
        ordering = ["created_at"]
        indexes = [models.Index(fields=["meeting", "-created_at"], name="circulation_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("circulated_on")), name="circulation_days_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting}, {self.circulated_on}"


class CommentQuerySet(RestrictedFactQuerySet):
    """One about a restricted item is as restricted as the item; one about the whole is not."""

    def unanswered(self) -> Self:
        return self.filter(answer__isnull=True)

    def open_to_all(self) -> Self:
        return self.filter(Q(item__isnull=True) | Q(item__restricted=False))

    def _open_to(self, bodies: Any, partnerships: Any) -> Self:
        return self.filter(
            Q(item__isnull=True)
            | Q(item__restricted=False)
            | Q(meeting__body__in=bodies)
            | Q(partnership__in=partnerships)
        )


class AnswerQuerySet(RestrictedFactQuerySet):
    """An answer is as restricted as the comment that it answers."""

    def _open_to(self, bodies: Any, partnerships: Any) -> Self:
        return self.filter(
            Q(comment__item__isnull=True)
            | Q(comment__item__restricted=False)
            | Q(comment__meeting__body__in=bodies)
            | Q(partnership__in=partnerships)
        )


@frozen.of_its_meeting
@frozen.with_meeting
class MinutesComment(PartnershipFact):
    """What a member asks to be changed in the draft: beside an item, or in the whole."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="comments")
    circulation = models.ForeignKey(Circulation, on_delete=models.PROTECT, related_name="comments")
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="comments"
    )
    text = models.TextField(_("what should change"), max_length=2000)
    source = models.CharField(_("who asked, if somebody else"), max_length=200, blank=True)
    made_on = models.DateField(_("made on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CommentQuerySet.as_manager()

    class Meta(PartnershipFact.Meta):
        ordering = ["created_at"]
        indexes = [words_index("text", "source", name="minutes_comment_words")]

    def __str__(self) -> str:
        return Truncator(self.text).words(12)

    @property
    def said_by(self) -> str:
        """Who asked; of one passed on, whose it is."""
        return self.source or str(self.by or "")

    @property
    def about(self) -> str:
        return self.item.title if self.item else str(_("The whole minutes"))


@frozen.with_comment
class CommentAnswer(PartnershipFact):
    """What became of a comment: the text was changed, or why not."""

    comment = models.OneToOneField(MinutesComment, on_delete=models.PROTECT, related_name="answer")
    accepted = models.BooleanField(_("accepted"))
    text = models.TextField(_("what was changed, or why not"), max_length=1000)
    answered_on = models.DateField(_("answered on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AnswerQuerySet.as_manager()

    class Meta(PartnershipFact.Meta):
        ordering = ["created_at"]
        indexes = [words_index("text", name="comment_answer_words")]

    def __str__(self) -> str:
        return str(_("Accepted") if self.accepted else _("Not accepted"))


@frozen.with_meeting
class Approval(PartnershipFact):
    """At which later meeting of the body the minutes were approved, or that it was in correspondence.

    Minutes agreed before this was kept, and those that were imported, have none.
    """

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="approval")
    at = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="approvals_given"
    )
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="approvals"
    )
    how = models.CharField(_("how members were asked"), max_length=300, blank=True)
    approved_on = models.DateField(_("approved on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(PartnershipFact.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(at__isnull=True) | ~Q(at=F("meeting")), name="approval_at_another_meeting"
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=True) | Q(at__isnull=False), name="approval_item_of_a_meeting"
            ),
        ]

    def __str__(self) -> str:
        return str(self.at) if self.at_id else str(_("In correspondence"))
