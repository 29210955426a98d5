"""A return with the funder: queried, answered, accepted; and what of it others do not read yet."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from funding.models import FunderQuery
from funding.services import returns
from funding.services.return_outputs import request_files
from svd_portal.kit.errors import DomainError, Stale
from tests.cast import TODAY, Cast, signed_in
from tests.funding.pages import look
from tests.funding.return_story import Story, act, begin, complete, explain, query, reply, sent


@pytest.fixture(autouse=True)
def business_date(settings: Any) -> None:
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def story(cast: Cast) -> Story:
    return complete(begin(cast))


def test_a_query_is_answered_and_the_return_accepted(story: Story) -> None:
    sent(story)
    asked = query(story)
    assert story.reload().status == "queried"
    with pytest.raises(DomainError, match="The funder’s query is not answered"):
        act(story, "record_acceptance", story.cast.finance, accepted_on=TODAY)
    draft = reply(story, asked)
    assert (draft.answered_on, story.reload().status) == (None, "queried")
    with pytest.raises(Stale):
        reply(story, asked)
    reply(story, draft, answered_on=date(2024, 1, 22))
    assert story.reload().status == "sent"
    with pytest.raises(DomainError, match="It was answered on 22 January 2024"):
        reply(story, draft, version=3)
    late = date(2024, 2, 20)
    with pytest.raises(DomainError, match="Enter a day from 15 January 2024, when it was sent"):
        act(story, "record_acceptance", story.cast.finance, accepted_on=date(2024, 2, 21), today=late)
    accepted = act(story, "record_acceptance", story.cast.finance, accepted_on=late, today=late)
    assert accepted.status == "accepted"
    step = accepted.steps.get(step="sent")
    assert (step.channel, step.reference) == ("email", "SVD-77")


def test_a_draft_answer_is_for_those_who_write_it(story: Story) -> None:
    sent(story)
    draft = reply(story, query(story), answer="A zebra crossed the ledger.")
    history = f"/surrey/history/funding.funderquery/{draft.pk}/"

    def reads(person: Any) -> bool:
        page = signed_in(person).get(history)
        return page.status_code == 200 and "zebra crossed" in page.content.decode()

    readers = (story.cast.woking_rep, story.cast.observer)
    for person in readers:
        assert "Nothing was found" in look(person, "/surrey/search/?q=zebra")
        assert not reads(person)
    reply(story, draft, answer="A zebra crossed the ledger.", answered_on=date(2024, 1, 22))
    assert [reads(person) for person in readers] == [True, True]


def test_nothing_is_made_of_a_return_that_partners_comment_on(story: Story) -> None:
    explain(story)
    act(story, "ask_for_comments", story.cast.finance, closes_on=date(2024, 1, 24))
    with pytest.raises(DomainError, match="once the return is certified"):
        request_files(return_id=story.quarterly_return.pk, by=story.cast.woking_rep)


def test_a_query_pressed_twice_is_one_and_days_are_checked(story: Story) -> None:
    sent(story)
    key = uuid4()
    assert query(story, key=key) == query(story, key=key)
    assert FunderQuery.objects.count() == 1
    for wrong, field in (
        ({"asked_on": date(2024, 1, 14)}, "asked_on"),
        ({"due": TODAY}, "due"),
        ({"text": " "}, "text"),
    ):
        with pytest.raises(DomainError) as refusal:
            query(story, **wrong)
        assert refusal.value.field == field
    with pytest.raises(PermissionDenied):
        query(story, by=story.cast.cfo)


def test_a_query_of_a_replaced_version_is_answered_all_the_same(story: Story) -> None:
    current = sent(story)
    asked = query(story)
    current = story.reload()
    returns.new_edition(
        return_id=current.pk, version=current.version, reason="As the funder asked.", by=story.cast.finance
    )
    reply(story, asked, answered_on=date(2024, 1, 22))
    assert story.reload().status == "sent"
