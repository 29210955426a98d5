"""The sections of a grant's returns: laid out, and begun as empty texts in a return."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from funding.models import Grant, QuarterlyReturn, ReturnNarrative, ReturnSection
from funding.rules import sections as rules
from funding.rules.sections import Kind, Section, WrongSection
from funding.selectors import sections as selectors
from partners import access
from partners.roles import Permission
from svd_portal.kit.errors import DomainError

Status = QuarterlyReturn.Status


class WrongSections(DomainError):
    """What is wrong with each section."""

    def __init__(self, problems: Sequence[WrongSection]) -> None:
        super().__init__(problems[0].sentence)
        self.problems = problems


@transaction.atomic
def lay_out(*, grant_id: UUID, version: int, sections: Iterable[Section], by: Any) -> Grant:
    """Give the grant's returns these sections in this order: returns being prepared follow, locked ones stay.

    One that is sent back follows when it opens again.

    A text whose key is no id is new. None is deleted: what is not wanted is given as not asked, and what was
    written under it comes back with it.

    Raises:
        PermissionDenied: `by` may not manage funding.
        WrongSections: a text without a heading, a heading twice, no awards, or too many.
        DomainError: a return of the grant is with partners or finance.
        Stale: someone changed the grant since `version` was read.
    """
    found = Grant.objects.select_related("partnership").get(pk=grant_id)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, found.partnership)
    grant: Grant = Grant.objects.lock(grant_id, version=version)
    wanted = [rules.trimmed(each) for each in sections]
    if wrong := [*rules.problems(wanted)]:
        raise WrongSections(wrong)
    _lock_returns(grant)
    kept = {each.as_rule.key: each for each in grant.sections.all()}
    for position, section in enumerate(wanted, 1):
        _place(kept.get(section.key) or ReturnSection(grant=grant), grant, position, section, by)
    for quarterly_return in grant.returns.filter(status=Status.PREPARING):
        begin_texts(quarterly_return, by)
    return grant.save_by(by)


def _lock_returns(grant: Grant) -> None:
    """So that none moves on meanwhile; what partners or finance are reading stays as it is."""
    current = QuarterlyReturn.objects.filter(grant=grant, superseded_at=None).order_by("pk")
    list(current.select_for_update(of=("self",), no_key=True))
    if period := selectors.being_read(grant.pk):
        raise DomainError(
            _(
                "Partners or finance are reading the return of %(period)s. Change the sections once it is"
                " locked, or send it back first."
            )
            % {"period": period}
        )


def _place(kept: ReturnSection, grant: Grant, position: int, wanted: Section, by: Any) -> None:
    facts = {
        "position": position,
        "kind": wanted.kind.value,
        "heading": wanted.heading,
        "prompt": wanted.prompt,
        "left_out": not wanted.asked,
    }
    if kept._state.adding or any(getattr(kept, name) != value for name, value in facts.items()):
        kept.partnership_id = grant.partnership_id
        for name, value in facts.items():
            setattr(kept, name, value)
        kept.save_by(by)


def begin_texts(
    quarterly_return: QuarterlyReturn, by: Any, *, written: Mapping[UUID, str] | None = None
) -> None:
    """Give the return an empty text under each heading that is asked and it does not have yet.

    Args:
        written: by section, what a text begins with, asked or left out.
    """
    before = written or {}
    wanted = (
        ReturnSection.objects.filter(grant=quarterly_return.grant_id, kind=Kind.TEXT.value)
        .filter(Q(left_out=False) | Q(pk__in=list(before)))
        .exclude(narratives__quarterly_return=quarterly_return)
    )
    for section in wanted:
        ReturnNarrative(
            partnership_id=quarterly_return.partnership_id,
            quarterly_return=quarterly_return,
            section=section,
            text=before.get(section.pk, ""),
        ).save_by(by)
