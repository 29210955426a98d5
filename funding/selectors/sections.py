"""The sections that a grant's returns have, in their order."""

from uuid import UUID

from django.db.models import UUIDField

from funding.models import ReturnSection
from funding.rules import sections as rules
from funding.rules.sections import Kind, Section
from svd_portal.kit.statements import Given, Statement


def of_grant(grant: UUID) -> list[Section]:
    """All of them, those left out included; one query."""
    return rules.laid_out(each.as_rule for each in _kept.ask(grant=grant))


def headings(grant: UUID) -> list[str]:
    """The headings under which something is written."""
    return [each.title for each in of_grant(grant) if each.asked and each.kind == Kind.TEXT]


_kept: Statement[ReturnSection] = Statement(
    lambda: ReturnSection.objects.filter(grant=Given("grant", UUIDField())).order_by("position", "created_at")
)
