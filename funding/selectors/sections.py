"""The sections that a grant's returns have, in their order."""

from uuid import UUID

from django.db.models import UUIDField

from funding.models import QuarterlyReturn, ReturnSection
from funding.rules import sections as rules
from funding.rules.sections import Kind, Section
from svd_portal.kit.statements import Given, Statement

READ = (QuarterlyReturn.Status.COMMENTING, QuarterlyReturn.Status.CHECKING)


def of_grant(grant: UUID) -> list[Section]:
    """All of them, those left out included; one query."""
    return rules.laid_out(each.as_rule for each in _kept.ask(grant=grant))


def headings(grant: UUID) -> list[str]:
    """The headings under which something is written."""
    return [each.title for each in of_grant(grant) if each.asked and each.kind == Kind.TEXT]


def being_read(grant: UUID) -> str:
    """The quarter whose return partners or finance are reading, if there is one; its sections stay."""
    found = QuarterlyReturn.objects.filter(grant=grant, superseded_at=None, status__in=READ).order_by("pk")
    return str(found[0].period) if found else ""


_kept: Statement[ReturnSection] = Statement(
    lambda: ReturnSection.objects.filter(grant=Given("grant", UUIDField())).order_by("position", "created_at")
)
