"""Records of one partnership: filtered for the person who asks, and never linked across partnerships."""

from typing import Any, ClassVar, Self

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners import access
from partners.roles import Permission
from svd_portal.kit.models.base import InsertOnly, Record, RecordQuerySet
from svd_portal.kit.triggers import SamePartnership


class ForUserMixin:
    """Adds `for_user`, the only way a view reads."""

    needs_any: ClassVar[tuple[Permission, ...]] = ()
    """Without one of these rights `for_user` finds nothing: no need to ask."""

    def for_user(self, user: Any, partnership: Any) -> Self:
        """Rows of `partnership`, if `user` may see it today; none otherwise."""
        if isinstance(user, access.Reader):
            # `Reading.ask` puts no question for those who may not see the partnership.
            return self.filter(partnership=partnership)  # type: ignore[attr-defined, no-any-return]
        seen = access.scopes_within(user, Permission.PARTNERSHIP_VIEW, partnership)
        if isinstance(seen, frozenset):
            return self.filter(partnership=partnership) if seen else self.none()  # type: ignore[attr-defined, no-any-return]
        return self.filter(partnership=partnership, partnership__in=seen)  # type: ignore[attr-defined, no-any-return]


class PartnershipQuerySet(ForUserMixin, RecordQuerySet):
    pass


class PartnershipRecord(Record):
    """A tracked record of one partnership."""

    partnership = models.ForeignKey(
        "partners.Partnership", on_delete=models.PROTECT, related_name="+", verbose_name=_("partnership")
    )
    objects = PartnershipQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = True


class FrozenQuerySet(ForUserMixin, models.QuerySet):
    pass


class PartnershipFact(InsertOnly):
    """Something that happened in one partnership: a row that is added and never changed."""

    partnership = models.ForeignKey(
        "partners.Partnership", on_delete=models.PROTECT, related_name="+", verbose_name=_("partnership")
    )
    objects = FrozenQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        abstract = True
        default_permissions = ()


def _keep_within_partnership(sender: type[models.Model], **kwargs: Any) -> None:
    if issubclass(sender, PartnershipRecord | PartnershipFact) and not sender._meta.abstract:
        pgtrigger.register(SamePartnership())(sender)


models.signals.class_prepared.connect(_keep_within_partnership)
