"""The pages of a quarterly return, as each person sees them."""

import re
from typing import Any

import pytest

from partners.models import User
from tests.cast import TODAY, Cast, signed_in
from tests.funding.return_story import Story, begin

ADDRESS = "/surrey/funding/returns/2023-24/q3/"


@pytest.fixture(autouse=True)
def business_date(settings: Any) -> None:
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def story(cast: Cast) -> Story:
    return begin(cast)


def words(response: Any) -> str:
    """The page's text, its mark-up taken away."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text).replace("&#39;", "'").replace("&amp;", "&")


def look(user: User, address: str = ADDRESS) -> str:
    response = signed_in(user).get(address)
    assert response.status_code == 200
    return words(response)


def test_finance_sees_who_is_waited_for_and_may_enter_it(story: Story) -> None:
    text = look(story.cast.finance)
    assert "Quarterly return, 2023/24 quarter 3" in text
    assert "1 report of spend not yet made" in text
    assert "Woking Rep (surrey) Partner representative" in text
    assert "Enter it for them : SV/2023/02 (Mentoring in the town centre)" in text
    assert "1 thing must be put right first: see “What the checks found”." in text
