"""More time for partners' comments: a later day, with a reason, while the window is open."""

from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection

from funding.models import (
    CommentExtension,
    QuarterlyReturn,
)
from funding.selectors import returns as selectors
from funding.selectors.dated import days_of
from funding.services import return_comments
from svd_portal.kit.errors import DomainError, ReasonRequired
from tests.cast import TODAY, Cast, save
from tests.funding.pages import look, queries
from tests.funding.return_story import (
    Story,
    act,
    begin,
    complete,
)
from tests.funding.test_return_process import AFTER, CLOSES, STEP, TO_CHECKING, ask, refusal, say


@pytest.fixture(autouse=True)
def business_date(settings: Any) -> None:
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def story(cast: Cast) -> Story:
    return complete(begin(cast))


LATER = date(2024, 1, 29)
ONLY_LATER = "a window for comments that is open closes later, and never earlier"


def more_time(story: Story, closes_on: date = LATER, **facts: Any) -> QuarterlyReturn:
    facts = {"reason": "The councils met on 25 January.", "by": story.cast.finance} | facts
    return act(story, "give_more_time", facts.pop("by"), closes_on=closes_on, **facts)


def test_a_later_day_is_honoured_and_partners_are_told(story: Story) -> None:
    cast = story.cast
    ask(story)
    mail.outbox.clear()
    more_time(story)
    assert sorted(each.to[0] for each in mail.outbox) == [
        "police_rep@surrey.example",
        "woking_rep@surrey.example",
    ]
    assert mail.outbox[0].subject == (
        "Comments on the return of 2023/24 quarter 3 are open until 29 January 2024"
    )
    assert "The councils met" not in mail.outbox[0].body
    given = CommentExtension.objects.get()
    assert (given.closes_on, given.extended_on, given.by) == (LATER, TODAY, cast.finance)
    assert return_comments.close_windows(partnership=cast.surrey, today=LATER) == 0
    assert say(story, "In time.", LATER).window is not None
    with pytest.raises(ReasonRequired, match="Say why partners are not waited for"):
        act(story, "submit_for_check", cast.finance, today=LATER)
    checking = act(story, "submit_for_check", cast.finance, today=date(2024, 1, 30))
    content = selectors.shown(checking, today=date(2024, 1, 30))[1]["partner_comments"]
    assert (content["closes_on"], content["silent"]) == (str(LATER), [cast.police.name])
    assert content["later"] == {
        "on": str(TODAY),
        "first": str(CLOSES),
        "reason": "The councils met on 25 January.",
        "by": "the PCC finance officer",
    }


@pytest.mark.parametrize(
    "page", ["/surrey/funding/", "/surrey/funding/waiting/", "/surrey/funding/returns/2023-24/q3/"]
)
def test_the_timetable_has_the_later_day_why_and_who_gave_it(story: Story, page: str) -> None:
    ask(story)
    first = "24 January 2024 Partners have commented on the return"
    assert first in look(story.cast.woking_rep, page)
    asked = queries(story.cast.woking_rep, page)
    more_time(story)
    seen = look(story.cast.woking_rep, page)
    assert (
        "29 January 2024 Partners have commented on the return Next At first until 24 January 2024."
        f" {story.cast.finance} gave more time on 15 January 2024: The councils met on 25 January."
    ) in seen
    assert first not in seen
    assert queries(story.cast.woking_rep, page) == asked


def test_a_calendar_has_the_later_day(story: Story) -> None:
    cast = story.cast
    ask(story)
    more_time(story)
    days = {each.summary: each.day for each in days_of(cast.woking_rep, cast.surrey, TODAY)}
    assert days["2023/24 quarter 3: partners have commented on the return"] == LATER


@pytest.mark.parametrize(
    ("closes_on", "sentence"),
    [
        (CLOSES, "Enter a day from 25 January 2024 to 31 January 2024, when the funder wants the return."),
        (TODAY, "Enter a day from 25 January 2024 to 31 January 2024, when the funder wants the return."),
        (
            date(2024, 2, 1),
            "Enter a day from 25 January 2024 to 31 January 2024, when the funder wants the return.",
        ),
    ],
)
def test_the_day_is_a_later_one_before_the_return_is_due(
    story: Story, closes_on: date, sentence: str
) -> None:
    ask(story)
    with pytest.raises(DomainError) as refused:
        more_time(story, closes_on)
    assert (refused.value.message, refused.value.field) == (sentence, "closes_on")
    assert not CommentExtension.objects.exists()


def test_more_time_is_given_while_the_window_is_open_with_a_reason(story: Story) -> None:
    with pytest.raises(DomainError, match="being prepared"):
        more_time(story)
    ask(story)
    with pytest.raises(ReasonRequired):
        more_time(story, reason=" ")
    with pytest.raises(DomainError, match=r"The window closed on 24 January 2024\."):
        more_time(story, today=AFTER)
    more_time(story, date(2024, 1, 31))
    with pytest.raises(DomainError, match="open until 31 January 2024, when the funder wants the return"):
        more_time(story, date(2024, 2, 1))


@pytest.mark.parametrize("part", ["lead", "woking_rep", "checker", "officer", "cfo", "observer", "outsider"])
def test_only_finance_gives_more_time(story: Story, part: str) -> None:
    ask(story)
    with pytest.raises(PermissionDenied):
        more_time(story, by=getattr(story.cast, part))


EXTENSION = (
    "INSERT INTO funding_commentextension"
    " (id, created_at, partnership_id, window_id, closes_on, reason, extended_on, by_id)"
    " SELECT gen_random_uuid(), now(), partnership_id, id, '{closes_on}', 'So', '{extended_on}', by_id"
    " FROM funding_commentwindow"
)


WINDOW = (
    "INSERT INTO funding_commentwindow"
    " (id, created_at, partnership_id, quarterly_return_id, round, opened_on, closes_on, by_id)"
    " SELECT gen_random_uuid(), now(), r.partnership_id, r.id, r.round, '2024-01-15', '2024-01-24', u.id"
    " FROM funding_quarterlyreturn r, partners_user u WHERE u.email = 'finance@surrey.example'"
)
REQUEST = (
    "INSERT INTO funding_commentrequest (id, created_at, partnership_id, window_id, partner_id)"
    " SELECT gen_random_uuid(), now(), w.partnership_id, w.id, '{partner}' FROM funding_commentwindow w"
)
TO_COMMENTING = "UPDATE funding_quarterlyreturn SET status = 'commenting'"


def test_no_window_opens_without_anyone_asked(story: Story) -> None:
    step = STEP.format(step="comments_asked", day=TODAY, email="finance@surrey.example")
    with connection.cursor() as cursor:
        cursor.execute(step)
        cursor.execute(WINDOW)
    assert refusal(TO_COMMENTING) == "partners are asked until a day"
    theirs = REQUEST.format(partner=story.cast.their_police.pk)
    assert refusal(theirs) == "partner belongs to another partnership"
    with connection.cursor() as cursor:
        cursor.execute(REQUEST.format(partner=story.cast.woking.pk))
        cursor.execute(TO_COMMENTING)
    assert story.reload().status == "commenting"
    late = REQUEST.format(partner=story.cast.police.pk)
    assert refusal(late) == "partners are asked while the return is being prepared"


def test_where_no_partner_takes_part_nobody_is_asked(story: Story) -> None:
    for each in (story.cast.woking, story.cast.police):
        each.last_day = date(2024, 1, 14)
        save(each)
    with pytest.raises(DomainError, match="No partner takes part today, so nobody can be asked"):
        ask(story)
    assert story.reload().status == "preparing"


def test_postgresql_moves_the_day_of_an_open_window_to_a_later_one_alone(story: Story) -> None:
    ask(story)
    for closes_on, extended_on in ((CLOSES, TODAY), (LATER, AFTER), (LATER, date(2023, 1, 1))):
        assert refusal(EXTENSION.format(closes_on=closes_on, extended_on=extended_on)) == ONLY_LATER
    more_time(story)
    early = EXTENSION.format(closes_on=date(2024, 1, 28), extended_on=TODAY)
    assert refusal(early) == ONLY_LATER
    silence = (
        "INSERT INTO funding_commentsilence"
        " (id, created_at, partnership_id, window_id, partner_id, recorded_on)"
        " SELECT gen_random_uuid(), now(), partnership_id, window_id, partner_id, '2024-01-29'"
        " FROM funding_commentrequest LIMIT 1"
    )
    assert refusal(silence) == "silence is that of a partner who was asked and said nothing"
    with connection.cursor() as cursor:
        cursor.execute(STEP.format(step="prepared", day=AFTER, email="finance@surrey.example"))
    assert refusal(TO_CHECKING) == "partners comment before the finance check, or it is said why not"
    assert return_comments.close_windows(partnership=story.cast.surrey, today=date(2024, 1, 30)) == 2
    late = EXTENSION.format(closes_on=date(2024, 1, 31), extended_on=LATER)
    assert refusal(late) == ONLY_LATER
    assert refusal("UPDATE funding_commentextension SET closes_on = '2024-02-01'") == (
        "permission denied for table funding_commentextension"
    )
