"""What a body decides between its meetings, and how a decision without a quorum is made good."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import Body, Decision, Marking, Ratification, Verb
from governance.services import references, writing
from svd_portal.kit.errors import DomainError
from svd_portal.kit.format import long_date
from svd_portal.kit.services.keys import already


@transaction.atomic
def decide(
    *,
    body_id: UUID,
    title: str,
    verb: str,
    text: str,
    how: str,
    taken_on: date,
    reasons: str = "",
    restricted: bool = False,
    marking: str = Marking.OFFICIAL,
    today: date,
    key: UUID | None = None,
    by: Any,
) -> Decision:
    """Record what a body decided in correspondence, in its own series of references.

    Args:
        how: how its members were asked and who answered, since no attendance tells.

    Raises:
        PermissionDenied: `by` may not write the body's minutes, or its restricted items.
        DomainError: the body is run elsewhere or did not run on that day, the day lies ahead, or words are
            missing.
    """
    body: Body = Body.objects.lock(body_id)
    writing.require_writer(by, body)
    if restricted:
        writing.require_reader_of_restricted(by, body)
    same = {"body_id": body.pk, "title": title, "text": text, "taken_on": taken_on}
    if made := already(Decision, key, kind=Decision.Kind.CORRESPONDENCE, **same):
        return made
    if not body.run_here:
        raise DomainError(_("%(body)s is run elsewhere. Record its outcome under our item.") % {"body": body})
    if taken_on > today:
        raise DomainError(_("Enter the day it was decided: today or earlier."), "taken_on")
    if not body.runs_on(taken_on):
        raise DomainError(_("%(body)s does not exist on that day.") % {"body": body}, "taken_on")
    for field, said, sentence in (
        ("verb", verb in Verb.values, _("Choose what the body did.")),
        ("text", text.strip(), _("Say what was decided.")),
        ("how", how.strip(), _("Say how the members were asked, and who answered.")),
    ):
        if not said:
            raise DomainError(sentence, field)
    decision = Decision(
        partnership=body.partnership,
        kind=Decision.Kind.CORRESPONDENCE,
        reference=references.next_decision(body, taken_on.year, restricted=restricted),
        body=body,
        verb=verb,
        title=title,
        text=text,
        reasons=reasons,
        how=how.strip(),
        taken_on=taken_on,
        restricted=restricted,
        marking=marking,
        **({"id": key} if key else {}),
    )
    return decision.save_by(by)


@transaction.atomic
def ratify(
    *,
    decision_id: UUID,
    method: str,
    ratified_on: date,
    who: str,
    how: str = "",
    today: date,
    by: Any,
) -> Ratification:
    """Record that a decision taken without a quorum was ratified afterwards, and by whom.

    Raises:
        PermissionDenied: `by` may not write the body's minutes, or may not read the decision.
        DomainError: the decision was quorate, does not stand or was ratified before, or the day does not fit.
    """
    found = Decision.objects.select_related("body__partnership").get(pk=decision_id)
    if found.body is None:
        raise DomainError(_("A decision notice needs no quorum."))
    writing.require_writer(by, found.body)
    if found.restricted:
        writing.require_reader_of_restricted(by, found.body)
    decision: Decision = Decision.objects.lock(decision_id)
    if decision.withdrawn_reason:
        raise DomainError(_("This decision was withdrawn."))
    if decision.quorum != Decision.Quorum.INQUORATE:
        raise DomainError(_("This decision was not taken without a quorum, so there is nothing to ratify."))
    if Ratification.objects.filter(decision=decision).exists():
        raise DomainError(_("This decision was ratified already."))
    if not decision.taken_on <= ratified_on <= today:
        days = {"first": long_date(decision.taken_on), "last": long_date(today)}
        raise DomainError(_("Enter a day from %(first)s to %(last)s.") % days, "ratified_on")
    if not who.strip():
        raise DomainError(_("Say who agreed."), "who")
    return Ratification.objects.create(
        partnership=decision.partnership,
        decision=decision,
        method=method,
        ratified_on=ratified_on,
        who=who.strip(),
        how=how.strip(),
        by=writing.person(by),
    )
