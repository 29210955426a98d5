"""The steps of a return, carried out by the portal's own services, so that an import takes no short cut."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from funding.models import Award, Claim, ClaimStep, QuarterlyReturn, ReturnStep
from funding.rules import snapshots
from funding.selectors import returns as selectors
from funding.services import (
    award_ends,
    claim_checks,
    return_comments,
    return_funder,
    return_words,
    returns,
)
from svd_portal.home.importing.problems import RowError
from svd_portal.home.importing.tables import Values

Step = ReturnStep.Step
COMMENTED, ANSWERED, QUERIED, REPLIED = "commented", "answered", "queried", "replied"
EXPLAINED = "explained"
_BESIDE = [
    (COMMENTED, _("A partner commented")),
    (ANSWERED, _("The partner's last comment was answered")),
    (EXPLAINED, _("Every warning without a sentence got this one")),
    (QUERIED, _("The funder queried it")),
    (REPLIED, _("The funder's oldest open query was answered")),
]
_TAKEN = [step for step in Step if step not in (Step.SENT_BACK, Step.COMMENTS_SKIPPED)]
CHOICES = [(step.value, str(step.label)) for step in _TAKEN] + [
    (value, str(label)) for value, label in _BESIDE
]
CHANNELS = [(value, str(label)) for value, label in ReturnStep.Channel.choices]

CHECKS = [(step.value, str(step.label)) for step in ClaimStep.Step if step in ("sent_back", "accepted")]


def perform(values: Values, by: Any) -> bool:
    """Do one thing with a return, unless it was done; says whether it was done now.

    Raises:
        DomainError: the step is not the next one, or its rules refuse it.
        PermissionDenied: the person does not hold the role today.
    """
    found: QuarterlyReturn = values["quarter"]
    current = QuarterlyReturn.objects.select_related("snapshot", "grant").get(pk=found.pk)
    if values["step"] in _SAID:
        return _SAID[values["step"]](current, values)
    if current.steps.filter(step=values["step"], by=values["person"], round=current.round).exists():
        return False
    common = {
        "return_id": current.pk,
        "version": current.version,
        "by": values["person"],
        "today": values["taken_on"],
    }
    _TAKE[values["step"]](current, common, values)
    return True


def _ask(current: QuarterlyReturn, common: Values, values: Values) -> None:
    if not values.get("until"):
        raise RowError("until", "the last day for comments is needed")
    return_comments.ask_for_comments(
        **common, closes_on=values["until"], note=values.get("note", ""), tell=False
    )


def _submit(current: QuarterlyReturn, common: Values, values: Values) -> None:
    """Of a return that partners were not asked to comment on, the note says why."""
    note = values.get("note", "")
    returns.submit_for_check(**common, note=note, reason=note)


def _pass(current: QuarterlyReturn, common: Values, values: Values) -> None:
    content = selectors.shown(current, today=common["today"])[1]
    returns.pass_check(**common, sha256=snapshots.digest_read(content), note=values.get("note", ""))


def _certify(capacity: str) -> Callable[[QuarterlyReturn, Values, Values], None]:
    def certify(current: QuarterlyReturn, common: Values, values: Values) -> None:
        if current.snapshot is None:
            raise RowError("step", "the finance check comes before any certificate")
        returns.certify(**common, capacity=capacity, sha256=current.snapshot.sha256)

    return certify


def _send(current: QuarterlyReturn, common: Values, values: Values) -> None:
    return_funder.mark_sent(
        **common,
        sent_on=common["today"],
        channel=values.get("channel") or ReturnStep.Channel.OTHER,
        reference=values.get("reference", ""),
        note=values.get("note", ""),
    )


def _accept(current: QuarterlyReturn, common: Values, values: Values) -> None:
    return_funder.record_acceptance(
        **common,
        accepted_on=common["today"],
        reference=values.get("reference", ""),
        note=values.get("note", ""),
    )


_TAKE: dict[str, Callable[[QuarterlyReturn, Values, Values], None]] = {
    Step.COMMENTS_ASKED: _ask,
    Step.PREPARED: _submit,
    Step.CHECKED: _pass,
    Step.CERTIFIED_CFO: _certify("cfo"),
    Step.CERTIFIED_LEAD: _certify("lead"),
    Step.SENT: _send,
    Step.ACCEPTED: _accept,
}


def _comment(current: QuarterlyReturn, values: Values) -> bool:
    partner, text = values.get("partner"), values.get("note", "")
    if partner is None:
        raise RowError("partner", "whose comment it is is needed")
    if current.comments.filter(partner=partner, text=text).exists():
        return False
    return_comments.comment(
        return_id=current.pk, partner=partner, text=text, by=values["person"], today=values["taken_on"]
    )
    return True


def _answer(current: QuarterlyReturn, values: Values) -> bool:
    last = current.comments.filter(partner=values.get("partner")).order_by("-created_at").first()
    if last is None:
        raise RowError("partner", "this partner made no comment")
    if hasattr(last, "answer"):
        return False
    return_comments.answer(
        comment_id=last.pk, text=values.get("note", ""), by=values["person"], today=values["taken_on"]
    )
    return True


def _explain(current: QuarterlyReturn, values: Values) -> bool:
    if current.status not in (QuarterlyReturn.Status.PREPARING, QuarterlyReturn.Status.COMMENTING):
        return False
    warned = selectors.facts(current).unexplained
    for each in warned:
        return_words.explain(
            return_id=current.pk,
            warning=each.sentence,
            text=values.get("note", ""),
            by=values["person"],
        )
    return bool(warned)


def _query(current: QuarterlyReturn, values: Values) -> bool:
    if current.queries.filter(text=values.get("note", "")).exists():
        return False
    return_funder.record_query(
        return_id=current.pk,
        asked_on=values["taken_on"],
        asked_by=values.get("reference") or current.grant.funder.name,
        text=values.get("note", ""),
        due=values.get("until"),
        by=values["person"],
        today=values["taken_on"],
    )
    return True


def _reply(current: QuarterlyReturn, values: Values) -> bool:
    if current.queries.filter(answer=values.get("note", "")).exists():
        return False
    oldest = current.queries.filter(answered_on=None).first()
    if oldest is None:
        raise RowError("step", "no query of the funder is open")
    return_funder.answer_query(
        query_id=oldest.pk,
        version=oldest.version,
        answer=values.get("note", ""),
        answered_on=values["taken_on"],
        by=values["person"],
        today=values["taken_on"],
    )
    return True


_SAID: dict[str, Callable[[QuarterlyReturn, Values], bool]] = {
    COMMENTED: _comment,
    ANSWERED: _answer,
    EXPLAINED: _explain,
    QUERIED: _query,
    REPLIED: _reply,
}


def check_claim(values: Values, by: Any) -> bool:
    """Finance accepts a report or sends it back, unless it has; says whether it was done now.

    Raises:
        DomainError: the rules refuse it.
        PermissionDenied: the person does not hold the role today.
    """
    claim: Claim = values["quarter"]
    if claim.steps.filter(step=values["step"], by=values["person"]).exists():
        return False
    current = Claim.objects.get(pk=claim.pk)
    common = {
        "claim_id": current.pk,
        "version": current.version,
        "by": values["person"],
        "today": values["taken_on"],
    }
    if values["step"] == ClaimStep.Step.ACCEPTED:
        claim_checks.accept(**common)
    else:
        claim_checks.send_back(**common, comment=values.get("comment", ""))
    return True


def supersede(values: Values, by: Any) -> bool:
    """Let an award take the place of another, unless it does; says whether it was done now.

    Raises:
        DomainError: the rules refuse it.
        PermissionDenied: the person does not hold the role today.
    """
    award: Award = Award.objects.get(pk=values["award"].pk)
    if award.supersedes_id == values["earlier"].pk:
        return False
    award_ends.supersede(award_id=award.pk, earlier_id=values["earlier"].pk, by=values["person"])
    return True
