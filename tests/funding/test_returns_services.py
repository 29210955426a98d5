"""The steps of a quarterly return, in order, out of order, and by the wrong people."""

import json
from datetime import date
from hashlib import sha256

import pytest

from funding.models import ReturnStep
from funding.services import returns
from tests.cast import TODAY, Cast
from tests.funding.return_story import Story, act, begin, certify, complete


@pytest.fixture
def story(cast: Cast) -> Story:
    return complete(begin(cast))


def test_a_return_goes_from_preparation_to_the_funder(story: Story) -> None:
    cast = story.cast
    act(story, "submit_for_check", cast.finance, note="All partners reported.")
    locked = act(story, "pass_check", cast.checker)
    assert locked.status == "locked"
    assert locked.snapshot.sha256 == sha256(locked.snapshot.canonical.encode()).hexdigest()
    half = act(story, "certify", cast.cfo, capacity="cfo")
    assert half.status == "locked"
    certified = act(story, "certify", cast.officer, capacity="lead")
    assert certified.status == "certified"
    sent = act(story, "mark_sent", cast.finance, sent_on=date(2024, 1, 15), note="By e-mail, ref. SVD-77")
    assert sent.status == "sent"
    assert list(sent.steps.values_list("step", "by__email", "role", "taken_on", "round")) == [
        ("prepared", "finance@surrey.example", "PCC finance officer", TODAY, 1),
        ("checked", "checker@surrey.example", "PCC finance checker", TODAY, 1),
        ("certified_cfo", "cfo@surrey.example", "Chief finance officer", TODAY, 1),
        ("certified_lead", "officer@surrey.example", "PCC lead officer", TODAY, 1),
        ("sent", "finance@surrey.example", "PCC finance officer", TODAY, 1),
    ]
