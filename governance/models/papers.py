"""Papers of agenda items: their versions, who opened them, and the words in them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models.meetings import AgendaItem, Marking, OfItemQuerySet, RestrictedFactQuerySet
from partners.models.base import PartnershipFact, PartnershipRecord
from svd_portal.kit.models.documents import StoredFile
from svd_portal.kit.triggers import keeps
from svd_portal.kit.words import words_index


class PaperQuerySet(OfItemQuerySet):
    def current(self) -> Self:
        """The version of each paper that is offered now; a paper that was withdrawn has none."""
        return self.filter(withdrawn=False, replaced_by__isnull=True)


class Paper(PartnershipRecord):
    """One version of a paper that goes with an item: a file, or a link to where it is published."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="papers")
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    edition = models.PositiveSmallIntegerField(_("version"), default=1)
    changed = models.CharField(_("what changed"), max_length=300, blank=True)
    added_on = models.DateField(_("added on"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    url = models.URLField(_("link"), blank=True)
    marking = models.CharField(
        _("protective marking"), max_length=20, choices=Marking.choices, default=Marking.OFFICIAL
    )
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    objects = PaperQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        indexes = [words_index("title", name="paper_words")]
        triggers = [
            keeps(
                "item_id",
                "file_id",
                "url",
                "replaces_id",
                "edition",
                says="a paper stays what was put to the item",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False) | ~Q(url=""), name="paper_is_file_or_link"
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, edition=1)
                | Q(replaces__isnull=False, edition__gt=1) & ~Q(changed=""),
                name="paper_version_says_what_changed",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PaperReading(models.Model):
    """That a person opened a paper, so that it no longer waits for them. Nobody else is told."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "paper"], name="paper_read_once")]

    def __str__(self) -> str:
        return f"{self.user}, {self.paper}"


class PaperPageQuerySet(RestrictedFactQuerySet):
    body_path = "paper__item__meeting__body"
    restricted_path = "paper__item__restricted"


class PaperPage(PartnershipFact):
    """The words of one page of a paper's file, read by the worker for search.

    A file without words that can be read (a scan, a damaged file) has one page without text, number 0.
    """

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="pages")
    number = models.PositiveSmallIntegerField(_("page"))
    text = models.TextField(_("text"), blank=True)

    objects = PaperPageQuerySet.as_manager()

    class Meta(PartnershipFact.Meta):
        ordering = ["paper", "number"]
        indexes = [words_index("text", name="paper_page_words")]
        constraints = [models.UniqueConstraint(fields=["paper", "number"], name="paper_page_once")]

    def __str__(self) -> str:
        return f"{self.paper}, {self.number}"
