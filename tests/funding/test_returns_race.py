"""Two people on one return at once, each on a connection of their own."""

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction

from funding.models import (
    Claim,
    CommentNotice,
    CommentSilence,
    CommentWindow,
    FunderQuery,
    QuarterlyReturn,
    ReturnStep,
)
from funding.rules.outputs import KINDS
from funding.services import claims, return_comments, return_funder, returns
from svd_portal.kit.errors import DomainError
from svd_portal.kit.models import Document
from tests.cast import TODAY, Cast
from tests.funding.return_story import Story, act, begin, certify, complete, lock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story(cast: Cast) -> Story:
    return complete(begin(cast))


def at_once(*attempts: Callable[[], Any]) -> list[Any]:
    """What each gave or raised; all started together, each on a connection of its own."""
    together, outcomes = threading.Barrier(len(attempts)), [None] * len(attempts)

    def run(place: int, attempt: Callable[[], Any]) -> None:
        try:
            together.wait(10)
            outcomes[place] = attempt()
        except (DomainError, AssertionError) as refusal:
            outcomes[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(attempts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def correct(story: Story, amount: str) -> Claim:
    """Woking corrects what it reported for the quarter."""
    claim = Claim.objects.get(award=story.mentoring, quarter=3)
    return claims.report_spend(
        award_id=story.mentoring.pk,
        quarter=claim.period,
        amount=Decimal(amount),
        forecast_next=claim.forecast_next,
        forecast=claim.forecast,
        version=claim.version,
        by=story.cast.woking_rep,
        today=TODAY,
    )


def signing(current: QuarterlyReturn, by: Any, capacity: str) -> Callable[[], QuarterlyReturn]:
    return lambda: returns.certify(
        return_id=current.pk,
        version=current.version,
        capacity=capacity,
        sha256=current.snapshot.sha256,
        by=by,
        today=TODAY,
    )


def test_two_certifiers_at_once_both_sign_once(story: Story) -> None:
    current = lock(story)
    outcomes = at_once(signing(current, story.cast.cfo, "cfo"), signing(current, story.cast.officer, "lead"))
    assert [type(outcome) for outcome in outcomes] == [QuarterlyReturn, QuarterlyReturn]
    assert story.reload().status == "certified"
    assert sorted(story.quarterly_return.snapshot.steps.values_list("step", flat=True)) == [
        "certified_cfo",
        "certified_lead",
        "checked",
    ]
    assert sorted(Document.objects.values_list("kind", flat=True)) == sorted(KINDS.values())


def test_a_signature_pressed_twice_counts_once(story: Story) -> None:
    current = lock(story)
    outcomes = at_once(*[signing(current, story.cast.cfo, "cfo")] * 2)
    refusals = [outcome for outcome in outcomes if isinstance(outcome, DomainError)]
    assert [refusal.message for refusal in refusals] == ["This step was taken already, on 15 January 2024."]
    assert ReturnStep.objects.filter(step="certified_cfo").count() == 1


def test_a_signature_and_a_sending_back_at_once_leave_one_truth(story: Story) -> None:
    act(story, "submit_for_check", story.cast.finance)
    current = act(story, "pass_check", story.cast.checker)
    at_once(
        signing(current, story.cast.cfo, "cfo"),
        lambda: returns.send_back(
            return_id=current.pk,
            version=current.version,
            reason="Wrong.",
            by=story.cast.officer,
            today=TODAY,
        ),
    )
    after = story.reload()
    assert (after.status, after.round, after.snapshot) == ("preparing", 2, None)


def test_a_report_waits_for_a_submission_under_way_and_is_then_refused(story: Story) -> None:
    """The submission holds the return while it adds up; the report must not slip in behind the sums."""
    current, submitted, reporting = story.reload(), threading.Event(), threading.Event()

    def submit() -> str:
        with transaction.atomic():
            returns.submit_for_check(
                return_id=current.pk,
                version=current.version,
                reason="Seen at the Executive.",
                by=story.cast.finance,
                today=TODAY,
            )
            submitted.set()
            assert reporting.wait(10)
            assert not late.wait(0.5), "the report did not wait"
        return "submitted"

    late = threading.Event()

    def change() -> str:
        assert submitted.wait(10)
        reporting.set()
        try:
            correct(story, "2000.00")
        finally:
            late.set()
        return "saved"

    outcomes = at_once(submit, change)
    assert outcomes[0] == "submitted"
    assert isinstance(outcomes[1], DomainError)
    assert "locked" in outcomes[1].message
    assert Claim.objects.get(award=story.mentoring).amount == Decimal("2100.50")


def test_a_submission_waits_for_a_report_under_way_and_counts_it(story: Story) -> None:
    current, saved, submitting = story.reload(), threading.Event(), threading.Event()
    done = threading.Event()

    def change() -> str:
        with transaction.atomic():
            correct(story, "2000.00")
            saved.set()
            assert submitting.wait(10)
            assert not done.wait(0.5), "the submission did not wait"
        return "saved"

    def submit() -> str:
        assert saved.wait(10)
        submitting.set()
        try:
            returns.submit_for_check(
                return_id=current.pk,
                version=current.version,
                reason="Seen at the Executive.",
                by=story.cast.finance,
                today=TODAY,
            )
        finally:
            done.set()
        return "submitted"

    assert at_once(change, submit) == ["saved", "submitted"]
    snapshot = act(story, "pass_check", story.cast.checker).snapshot
    assert '"actual":"2000.00"' in snapshot.canonical


def asking(story: Story) -> Callable[[], QuarterlyReturn]:
    current = story.reload()
    return lambda: return_comments.ask_for_comments(
        return_id=current.pk,
        version=current.version,
        closes_on=date(2024, 1, 24),
        by=story.cast.finance,
        today=TODAY,
    )


def test_partners_asked_by_two_presses_are_told_once(story: Story) -> None:
    outcomes = at_once(*[asking(story)] * 2)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["QuarterlyReturn", "Stale"]
    assert (CommentWindow.objects.count(), CommentNotice.objects.count(), len(mail.outbox)) == (1, 2, 2)


def test_silence_is_recorded_once_by_the_clock_and_a_submission_at_once(story: Story) -> None:
    asking(story)()
    current, after = story.reload(), date(2024, 1, 25)
    outcomes = at_once(
        lambda: return_comments.close_windows(partnership=story.cast.surrey, today=after),
        lambda: returns.submit_for_check(
            return_id=current.pk, version=current.version, by=story.cast.finance, today=after
        ),
    )
    assert story.reload().status == "checking"
    assert outcomes[0] in (0, 2)
    assert CommentSilence.objects.count() == 2


def test_a_query_and_an_acceptance_at_once_leave_one_truth(story: Story) -> None:
    certify(story)
    current = act(story, "mark_sent", story.cast.finance, sent_on=TODAY)
    outcomes = at_once(
        lambda: return_funder.record_query(
            return_id=current.pk,
            asked_on=TODAY,
            asked_by="The grants team",
            text="Why?",
            by=story.cast.finance,
            today=TODAY,
        ),
        lambda: return_funder.record_acceptance(
            return_id=current.pk,
            version=current.version,
            accepted_on=TODAY,
            by=story.cast.finance,
            today=TODAY,
        ),
    )
    refused = [each for each in outcomes if isinstance(each, DomainError)]
    assert len(refused) == 1
    assert story.reload().status == ("queried" if FunderQuery.objects.exists() else "accepted")
