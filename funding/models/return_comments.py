"""Partners before a return: asked until a day, heard, answered; silence is recorded and stops nothing."""

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from funding.models import frozen_comments
from funding.models.returns import QuarterlyReturn
from partners.models.base import PartnershipFact
from partners.models.organisations import Partner


def last_day(window: str = "") -> Greatest:
    """The day on which a window closes, with the time that was given since.

    Args:
        window: the way to it, for a row that points at one.
    """
    later = CommentExtension.objects.filter(window=OuterRef(window or "pk")).order_by("-closes_on")
    first = f"{window}__closes_on" if window else "closes_on"
    return Greatest(F(first), Subquery(later.values("closes_on")[:1]))


class CommentWindow(PartnershipFact):
    """That partners were asked to comment on a return until a day; once a round."""

    quarterly_return = models.ForeignKey(
        QuarterlyReturn,
        on_delete=models.PROTECT,
        related_name="windows",
        db_index=False,  # return_window_once_a_round begins with it
    )
    round = models.PositiveSmallIntegerField(_("round"))
    opened_on = models.DateField(_("opened on"))
    closes_on = models.DateField(_("comments until"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(PartnershipFact.Meta):
        triggers = [frozen_comments.WINDOW]
        constraints = [
            models.UniqueConstraint(fields=["quarterly_return", "round"], name="return_window_once_a_round"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opened_on")), name="return_window_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quarterly_return}, {self.closes_on}"


class CommentExtension(PartnershipFact):
    """That an open window closes later than was said, and why; the latest day counts."""

    window = models.ForeignKey(
        CommentWindow,
        on_delete=models.PROTECT,
        related_name="extensions",
        db_index=False,  # comment_extension_once begins with it
    )
    closes_on = models.DateField(_("comments until"))
    reason = models.TextField(_("reason"), max_length=2000)
    extended_on = models.DateField(_("extended on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(PartnershipFact.Meta):
        triggers = [frozen_comments.EXTENSION]
        constraints = [
            models.UniqueConstraint(fields=["window", "closes_on"], name="comment_extension_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="comment_extension_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.window}, {self.closes_on}"


class CommentRequest(PartnershipFact):
    """One partner that was asked."""

    window = models.ForeignKey(
        CommentWindow, on_delete=models.PROTECT, related_name="requests", db_index=False
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta(PartnershipFact.Meta):
        triggers = [frozen_comments.REQUEST]
        constraints = [models.UniqueConstraint(fields=["window", "partner"], name="comment_request_once")]

    def __str__(self) -> str:
        return str(self.partner)


class CommentNotice(PartnershipFact):
    """One person told by e-mail that comments are asked for: nobody is told twice."""

    window = models.ForeignKey(
        CommentWindow, on_delete=models.PROTECT, related_name="notices", db_index=False
    )
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(PartnershipFact.Meta):
        constraints = [models.UniqueConstraint(fields=["window", "to"], name="comment_notice_once")]

    def __str__(self) -> str:
        return str(self.to)


class CommentSilence(PartnershipFact):
    """That a partner had said nothing when the window closed."""

    window = models.ForeignKey(
        CommentWindow, on_delete=models.PROTECT, related_name="silences", db_index=False
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_on = models.DateField(_("recorded on"))

    class Meta(PartnershipFact.Meta):
        triggers = [frozen_comments.SILENCE]
        constraints = [models.UniqueConstraint(fields=["window", "partner"], name="comment_silence_once")]

    def __str__(self) -> str:
        return str(self.partner)


class ReturnComment(PartnershipFact):
    """What a partner says about a return. One without a window came before it opened or after it closed.

    `made_on` is the business day, not kept of comments of old.
    """

    quarterly_return = models.ForeignKey(QuarterlyReturn, on_delete=models.PROTECT, related_name="comments")
    window = models.ForeignKey(
        CommentWindow, on_delete=models.PROTECT, null=True, blank=True, related_name="comments"
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("comment"), max_length=2000)
    made_on = models.DateField(_("made on"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(PartnershipFact.Meta):
        triggers = [frozen_comments.COMMENT]
        ordering = ["created_at"]

    def __str__(self) -> str:
        return Truncator(self.text).words(12)


class ReturnCommentAnswer(PartnershipFact):
    """What the preparer says to a partner's comment."""

    comment = models.OneToOneField(ReturnComment, on_delete=models.PROTECT, related_name="answer")
    text = models.TextField(_("answer"), max_length=2000)
    answered_on = models.DateField(_("answered on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(PartnershipFact.Meta):
        triggers = [frozen_comments.COMMENT_ANSWER]

    def __str__(self) -> str:
        return Truncator(self.text).words(12)
