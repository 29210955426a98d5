"""Partners heard before the check, sentences to warnings, the funder's queries, deputies, versions."""

from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from funding.models import (
    CommentNotice,
    CommentSilence,
    QuarterlyReturn,
    ReturnStep,
)
from funding.rules import snapshots
from funding.selectors import returns as selectors
from funding.services import return_comments, return_words, returns
from partners.roles import Role
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.cast import TODAY, Cast, appoint, save
from tests.funding.return_story import (
    Story,
    act,
    begin,
    certify,
    change_claim,
    complete,
    explain,
    lock,
    query,
    reply,
    sent,
)

CLOSES, AFTER = date(2024, 1, 24), date(2024, 1, 25)


@pytest.fixture(autouse=True)
def business_date(settings: Any) -> None:
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def story(cast: Cast) -> Story:
    return complete(begin(cast))


def ask(story: Story, closes_on: date = CLOSES) -> QuarterlyReturn:
    return act(story, "ask_for_comments", story.cast.finance, closes_on=closes_on)


def say(story: Story, text: str = "We agree.", today: date = TODAY) -> Any:
    return return_comments.comment(
        return_id=story.quarterly_return.pk,
        partner=story.cast.woking,
        text=text,
        by=story.cast.woking_rep,
        today=today,
    )


# Partners' comments


def test_partners_are_asked_once_by_an_e_mail_without_a_figure(story: Story) -> None:
    asked = ask(story)
    assert asked.status == "commenting"
    to = sorted(each.to.email for each in CommentNotice.objects.select_related("to"))
    assert (
        to
        == ["police_rep@surrey.example", "woking_rep@surrey.example"]
        == sorted(each.to[0] for each in mail.outbox)
    )
    assert mail.outbox[0].subject == (
        "The return of 2023/24 quarter 3 waits for your comment until 24 January 2024"
    )
    assert not any(figure in mail.outbox[0].body for figure in ("£", "19600", "19,600", "SV/"))
    with pytest.raises(DomainError, match="The return is with partners for comment"):
        ask(story)
    assert len(mail.outbox) == 2


def test_reports_and_texts_are_closed_while_partners_comment(story: Story) -> None:
    ask(story)
    with pytest.raises(DatabaseError, match="the figures of this quarter are locked"), transaction.atomic():
        change_claim(story.mentoring, "2000.00")
    act(story, "send_back", story.cast.finance, reason="Woking's figure is wrong.")
    change_claim(story.mentoring, "2000.00")
    assert story.reload().round == 2


def test_silence_is_recorded_when_the_window_closes_and_blocks_nothing(story: Story) -> None:
    cast = story.cast
    ask(story)
    said = say(story)
    assert said.window is not None
    with pytest.raises(ReasonRequired, match="Say why partners are not waited for"):
        act(story, "submit_for_check", cast.finance)
    assert return_comments.close_windows(partnership=cast.surrey, today=CLOSES) == 0
    assert return_comments.close_windows(partnership=cast.surrey, today=AFTER) == 1
    assert return_comments.close_windows(partnership=cast.surrey, today=AFTER) == 0
    assert [each.partner for each in CommentSilence.objects.all()] == [cast.police]
    assert say(story, "Late, and heard.", AFTER).window is None
    checking = act(story, "submit_for_check", cast.finance, today=AFTER)
    assert checking.status == "checking"
    content = selectors.shown(checking, today=AFTER)[1]["partner_comments"]
    assert (content["silent"], content["skipped"]) == ([cast.police.name], "")
    assert [(each["text"], each["in_window"]) for each in content["comments"]] == [
        ("We agree.", True),
        ("Late, and heard.", False),
    ]


def test_submitting_after_the_closing_day_records_silence_itself(story: Story) -> None:
    ask(story)
    act(story, "submit_for_check", story.cast.finance, today=AFTER)
    assert CommentSilence.objects.count() == 2


def test_a_return_goes_on_at_once_when_everyone_has_spoken(story: Story) -> None:
    cast = story.cast
    ask(story)
    say(story)
    return_comments.comment(
        return_id=story.quarterly_return.pk,
        partner=cast.police,
        text="Agreed.",
        by=cast.police_rep,
        today=TODAY,
    )
    assert act(story, "submit_for_check", cast.finance).status == "checking"
    assert not CommentSilence.objects.exists()


def test_the_window_is_skipped_with_a_reason_or_by_the_grants_settings(story: Story) -> None:
    with pytest.raises(ReasonRequired):
        act(story, "submit_for_check", story.cast.finance, reason=" ")
    story.grant.asks_comments = False
    save(story.grant)
    act(story, "submit_for_check", story.cast.finance, reason="")
    assert not ReturnStep.objects.filter(step="comments_skipped").exists()


@pytest.mark.parametrize("day", [date(2024, 1, 14), date(2024, 2, 1)])
def test_comments_close_between_today_and_the_funders_day(story: Story, day: date) -> None:
    with pytest.raises(DomainError, match="Enter a day from 15 January 2024 to 31 January 2024") as refusal:
        ask(story, day)
    assert refusal.value.field == "closes_on"


def test_a_comment_is_answered_once_by_the_preparer(story: Story) -> None:
    ask(story)
    said = say(story, "Was July counted?")
    common = {"comment_id": said.pk, "today": TODAY}
    with pytest.raises(PermissionDenied):
        return_comments.answer(text="Yes.", by=story.cast.police_rep, **common)
    with pytest.raises(DomainError, match="Write the answer"):
        return_comments.answer(text=" ", by=story.cast.finance, **common)
    return_comments.answer(text="Yes.", by=story.cast.finance, **common)
    with pytest.raises(DomainError, match="answered already"):
        return_comments.answer(text="No.", by=story.cast.finance, **common)
    content = selectors.shown(story.reload(), today=TODAY)[1]
    assert content["partner_comments"]["comments"][0]["answer"] == "Yes."


def test_a_comment_made_meanwhile_does_not_hold_up_the_check(story: Story) -> None:
    act(story, "submit_for_check", story.cast.finance)
    read = snapshots.digest_read(selectors.shown(story.reload(), today=TODAY)[1])
    say(story)
    locked = act(story, "pass_check", story.cast.checker, sha256=read)
    assert "We agree." in locked.snapshot.canonical


# Sentences to warnings


def test_a_warning_needs_a_sentence_that_reaches_the_snapshot(cast: Cast) -> None:
    story = complete(begin(cast))
    current = story.reload()
    warned = [each.sentence for each in selectors.facts(current).findings if each.severity == "warning"]
    assert len(warned) == 1
    change_claim(story.mentoring, "2000.00")
    locked = lock(story)
    said = [each for each in snapshots.read(locked.snapshot.canonical)["findings"] if "explanation" in each]
    assert [(each["sentence"], each["explanation"]) for each in said] == [(warned[0], "Known, and in hand.")]


def test_without_its_sentence_a_return_does_not_reach_finance(story: Story) -> None:
    narrative = story.quarterly_return.narratives.first()
    returns.write_narrative(
        narrative_id=narrative.pk, version=narrative.version, text="", by=story.cast.finance
    )
    with pytest.raises(DomainError, match="1 warning still needs a sentence"):
        act(story, "submit_for_check", story.cast.finance)


def test_a_sentence_stays_after_a_send_back_and_is_asked_again_when_the_words_change(story: Story) -> None:
    cast = story.cast
    lock(story)
    act(story, "send_back", cast.cfo, reason="Look at Woking's figure.")
    assert selectors.facts(story.reload()).unexplained == ()
    claim = change_claim(story.mentoring, "2000.00")
    claim.basis, claim.source = "estimate", "a telephone call"
    save(claim)
    assert [each.rule for each in selectors.facts(story.reload()).unexplained] == ["estimate"]
    explain(story)
    claim.source = "a letter"
    save(claim)
    assert [each.rule for each in selectors.facts(story.reload()).unexplained] == ["estimate"]


def test_a_sentence_is_written_by_finance_for_a_warning_that_is_there(story: Story) -> None:
    pk = story.quarterly_return.pk
    warning = selectors.facts(story.reload()).explanations[0]
    with pytest.raises(PermissionDenied):
        return_words.explain(return_id=pk, warning=warning.warning, text="x", by=story.cast.checker)
    with pytest.raises(DomainError, match="This warning has gone"):
        return_words.explain(return_id=pk, warning="Never found.", text="x", by=story.cast.finance)
    with pytest.raises(DomainError, match="Say something to it"):
        return_words.explain(return_id=pk, warning=warning.warning, text=" ", by=story.cast.finance)
    with pytest.raises(Stale):
        return_words.explain(return_id=pk, warning=warning.warning, text="Other.", by=story.cast.finance)
    changed = return_words.explain(
        return_id=pk, warning=warning.warning, text="Other.", version=1, by=story.cast.finance
    )
    assert changed.version == 2
    lock(story)
    with pytest.raises(DomainError, match="The figures are locked"):
        return_words.explain(return_id=pk, warning=warning.warning, text="z", by=story.cast.finance)


# Nobody acts twice, and deputies


def test_asking_partners_is_the_preparers_hand(story: Story) -> None:
    appoint(story.cast.finance, Role.FINANCE_CHECKER, story.cast.surrey)
    ask(story)
    act(story, "submit_for_check", story.cast.finance, today=AFTER)
    with pytest.raises(DomainError, match="You took “Prepared” on 25 January 2024"):
        act(story, "pass_check", story.cast.finance, today=AFTER)


def test_a_dated_deputy_signs_on_their_days_and_the_step_says_so(story: Story) -> None:
    deputy = story.cast.lead
    appoint(
        deputy,
        Role.CHIEF_FINANCE_OFFICER,
        story.cast.surrey,
        first_day=date(2024, 1, 10),
        last_day=date(2024, 1, 20),
    )
    lock(story)
    with pytest.raises(PermissionDenied, match="You held no role on 21 January 2024 that allows this"):
        act(story, "certify", deputy, capacity="cfo", today=date(2024, 1, 21))
    act(story, "certify", deputy, capacity="cfo")
    step = ReturnStep.objects.get(step="certified_cfo")
    assert step.role == "Chief finance officer (deputy, 10 January 2024 to 20 January 2024)"
    with pytest.raises(DomainError, match="This step was taken already"):
        act(story, "certify", story.cast.cfo, capacity="cfo")


def test_a_preparer_who_is_deputy_does_not_certify(story: Story) -> None:
    appoint(story.cast.finance, Role.CHIEF_FINANCE_OFFICER, story.cast.surrey)
    lock(story)
    with pytest.raises(DomainError, match="Nobody takes two steps of control"):
        act(story, "certify", story.cast.finance, capacity="cfo")


# Versions


def test_a_new_version_says_what_differs(story: Story) -> None:
    old = certify(story)
    new = returns.new_edition(return_id=old.pk, version=old.version, reason="A slip.", by=story.cast.finance)
    assert [each.text for each in new.explanations.all()] == ["Known, and in hand."]
    change_claim(story.mentoring, "2000.00")
    story.quarterly_return = new
    locked = lock(story)
    changes = snapshots.read(locked.snapshot.canonical)["changes"]
    assert changes["since_version"] == 1
    of_mentoring = changes["figures"][:3]
    assert {each["what"] for each in of_mentoring} == {"SV/2023/02 Mentoring in the town centre"}
    assert [(each["figure"], each["was"], each["now"], each["in_words"]) for each in of_mentoring] == [
        ("This quarter", "2100.50", "2000.00", "£100.50 less"),
        ("Year to date", "2100.50", "2000.00", "£100.50 less"),
        ("Forecast for the year", "4200.00", "4099.50", "£100.50 less"),
    ]
    assert changes["figures"][-1]["in_words"] == "£100.50 less"


# What PostgreSQL refuses, to the portal's own role


def refusal(statement: str) -> str:
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(refused.value).splitlines()[0]


TO_CHECKING = "UPDATE funding_quarterlyreturn SET status = 'checking'"
STEP = (
    "INSERT INTO funding_returnstep (id, created_at, partnership_id, quarterly_return_id, round, step, by_id,"
    " role, taken_on, note, channel, reference, snapshot_id) SELECT gen_random_uuid(), now(),"
    " r.partnership_id, r.id, r.round, '{step}', u.id, 'x', '{day}', 'x', '', '', r.snapshot_id"
    " FROM funding_quarterlyreturn r, partners_user u WHERE u.email = '{email}'"
)


def test_partners_are_not_passed_over_by_a_statement(story: Story) -> None:
    ask(story)
    step = STEP.format(step="prepared", day=CLOSES, email="finance@surrey.example")
    with connection.cursor() as cursor:
        cursor.execute(step)
    assert refusal(TO_CHECKING) == "partners comment before the finance check, or it is said why not"
    assert (
        refusal("UPDATE funding_commentwindow SET closes_on = '2024-01-15'")
        == "permission denied for table funding_commentwindow"
    )
    assert (
        refusal("DELETE FROM funding_commentrequest") == "permission denied for table funding_commentrequest"
    )
    silence = (
        "INSERT INTO funding_commentsilence"
        " (id, created_at, partnership_id, window_id, partner_id, recorded_on)"
        " SELECT gen_random_uuid(), now(), w.partnership_id, w.id, c.partner_id, now()"
        " FROM funding_commentwindow w JOIN funding_returncomment c ON c.window_id = w.id"
    )
    say(story)
    assert refusal(silence) == "silence is that of a partner who was asked and said nothing"


@pytest.mark.parametrize("email", ["finance@surrey.example", "observer@surrey.example", "cfo@surrey.example"])
def test_a_step_is_taken_by_nobody_without_the_role_that_day(story: Story, email: str) -> None:
    act(story, "submit_for_check", story.cast.finance)
    statement = STEP.format(step="checked", day=TODAY, email=email)
    assert refusal(statement) == "a step is taken by whoever holds the role that day"
    early = STEP.format(step="checked", day="2019-01-01", email="checker@surrey.example")
    assert refusal(early) == "a step is taken by whoever holds the role that day"


def test_what_was_said_with_the_return_stays(story: Story) -> None:
    sent(story)
    asked = query(story)
    other = "UPDATE funding_funderquery SET text = 'Other'"
    assert refusal(other) == "a query stays as the funder put it"
    assert refusal("UPDATE funding_quarterlyreturn SET status = 'sent'") == (
        "a return is queried while a query is not answered"
    )
    reply(story, asked, answered_on=date(2024, 1, 22))
    assert refusal("UPDATE funding_funderquery SET answer = 'Other'") == (
        "an answer that was given is never changed"
    )
    assert refusal("UPDATE funding_quarterlyreturn SET status = 'accepted'") == (
        "each step of a return is taken by a person"
    )
    assert refusal("UPDATE funding_returnexplanation SET text = 'Other'") == (
        "the sentences to warnings are closed with the return"
    )
    assert refusal("DELETE FROM funding_funderquery") == "permission denied for table funding_funderquery"
    assert refusal("DELETE FROM funding_returnexplanation") == (
        "permission denied for table funding_returnexplanation"
    )


def test_nothing_blocking_and_no_bare_warning_is_frozen(story: Story) -> None:
    act(story, "submit_for_check", story.cast.finance)
    for finding in ('{"severity": "blocking", "explanation": "x"}', '{"severity": "warning"}'):
        assert refusal(frozen(finding)) == (
            "nothing that blocks is certified away, and a warning has its sentence"
        )


def frozen(finding: str = "", certifiers: str = '["cfo", "lead"]', total: str = "21700.50") -> str:
    """A statement that freezes some content."""
    cover = f'"cover": {{"certifiers": {certifiers}}}'
    content = f'{{{cover}, "total": {{"actual": "{total}"}}, "findings": [{finding}]}}'
    return (
        "INSERT INTO funding_returnsnapshot (id, created_at, partnership_id, quarterly_return_id, round,"
        f" canonical, sha256) SELECT gen_random_uuid(), now(), partnership_id, id, round, '{content}',"
        f" '{snapshots.digest(content)}' FROM funding_quarterlyreturn"
    )


def test_no_other_content_is_frozen_than_the_records_say(story: Story) -> None:
    act(story, "submit_for_check", story.cast.finance)
    for certifiers in ('["cfo"]', "[]", "null"):
        assert refusal(frozen(certifiers=certifiers)) == (
            "the content says who certifies it, as the grant does"
        )
    assert refusal(frozen(total="999999999.00")) == "the content sums the spend that is reported"
