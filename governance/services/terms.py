"""Terms of reference: drafted, adopted by a decision, in force from a day; never changed afterwards."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import Body, Decision, Terms
from governance.rules.verbs import ASSENTING
from governance.services.bodies import lock_body
from svd_portal.kit.errors import DomainError
from svd_portal.kit.format import long_date


@dataclass(frozen=True, kw_only=True)
class Content:
    """What terms of reference say; the names are those of `Terms`."""

    purpose: str = ""
    accountability: str = ""
    membership: str = ""
    chairing: str = ""
    responsibilities: str = ""
    frequency: str = ""
    quorum_seats: int | None = None
    quorum_share: int | None = None
    quorum_partners: int | None = None
    quorum_classes: tuple[str, ...] = ()
    decision_makers_only: bool = True
    remote_counts: bool = True
    remote_rules: str = ""
    papers_days: int | None = None
    review_on: date | None = None

    @classmethod
    def of(cls, terms: Terms) -> "Content":
        given = {field.name: getattr(terms, field.name) for field in fields(cls)}
        return cls(**given | {"quorum_classes": tuple(terms.quorum_classes)})

    def put_into(self, terms: Terms) -> None:
        for field in fields(self):
            setattr(terms, field.name, getattr(self, field.name))
        terms.quorum_classes = list(self.quorum_classes)


@transaction.atomic
def draft(*, body_id: UUID, by: Any) -> Terms:
    """The body's draft: the one there is, or a new version that begins with what the last one says.

    Raises:
        PermissionDenied: `by` may not set up bodies.
        DomainError: the body is run elsewhere.
    """
    body = lock_body(body_id, by=by)
    if not body.run_here:
        raise DomainError(_("%(body)s is run elsewhere; its terms are its own affair.") % {"body": body})
    last: Terms | None = body.terms.order_by("-edition").first()
    if last and last.is_draft:
        return last
    new = Terms(partnership=body.partnership, body=body, edition=last.edition + 1 if last else 1)
    (Content.of(last) if last else Content(purpose=body.purpose)).put_into(new)
    new.review_on = None
    return new.save_by(by)


def _lock(terms_id: UUID, version: int, by: Any) -> Terms:
    lock_body(Terms.objects.get(pk=terms_id).body_id, by=by)
    terms: Terms = Terms.objects.lock(terms_id, version=version)
    if not terms.is_draft:
        raise DomainError(_("These terms were adopted and stay as they are. Draft the next version."))
    return terms


@transaction.atomic
def change(*, terms_id: UUID, version: int, content: Content, by: Any) -> Terms:
    """Change what a draft says.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: it was adopted, or a quorum asks for more seats than the body has.
    """
    terms = _lock(terms_id, version, by)
    _check(terms.body, content)
    content.put_into(terms)
    return terms.save_by(by)


def _check(body: Body, content: Content) -> None:
    for field in ("quorum_seats", "quorum_partners", "quorum_share"):
        if getattr(content, field) == 0:
            raise DomainError(_("Enter 1 or more, or leave it empty where it is not asked for."), field)
    if content.quorum_share and content.quorum_share > 100:
        raise DomainError(_("Enter a share of the seats from 1 to 100."), "quorum_share")
    voting = body.seats.filter(last_day=None, voting=True).count()
    if content.quorum_seats and voting and content.decision_makers_only and content.quorum_seats > voting:
        sentence = _("The body has %(count)s seats with a vote. Enter that many or fewer.")
        raise DomainError(sentence % {"count": voting}, "quorum_seats")


@transaction.atomic
def adopt(*, terms_id: UUID, version: int, decision_id: UUID, first_day: date, by: Any) -> Terms:
    """Record that a decision adopted the draft, and from which day it is in force. From then on it stays.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: the decision does not stand or agrees to nothing, or the day does not fit.
    """
    terms = _lock(terms_id, version, by)
    found = Decision.objects.select_for_update(no_key=True).filter(
        pk=decision_id, partnership=terms.partnership, verb__in=ASSENTING, withdrawn_reason=""
    )
    decision: Decision | None = found.first()
    if decision is None:
        raise DomainError(_("Choose a decision that stands and agrees to something."), "decision")
    if first_day < decision.taken_on:
        sentence = _("The decision was taken on %(day)s. Enter that day or a later one.")
        raise DomainError(sentence % {"day": long_date(decision.taken_on)}, "first_day")
    before: Terms | None = Terms.objects.filter(body=terms.body).in_force(date.max).first()
    if before and before.first_day and first_day <= before.first_day:
        sentence = _("Version %(edition)s is in force from %(day)s. Enter a later day.")
        values = {"edition": before.edition, "day": long_date(before.first_day)}
        raise DomainError(sentence % values, "first_day")
    terms.decision, terms.first_day = decision, first_day
    return terms.save_by(by)
