"""The pages of a return on its way: asking, answering, explaining, queries; who may, and what is told."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from funding.models import FunderQuery, ReturnComment, ReturnStep
from funding.rules import snapshots
from funding.selectors import returns as selectors
from tests.cast import TODAY, Cast, signed_in
from tests.funding.makers import PDF
from tests.funding.return_story import Story, act, begin, certify, complete

PAGE = "/surrey/funding/returns/2023-24/q3/"


@pytest.fixture(autouse=True)
def business_date(settings: Any) -> None:
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def story(cast: Cast) -> Story:
    return complete(begin(cast))


def words(response: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text).replace("&#39;", "'").replace("&amp;", "&")


def days(name: str, day: date) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def base(story: Story) -> str:
    return f"/surrey/funding/returns/{story.quarterly_return.pk}"


def test_partners_are_asked_heard_answered_and_gone_on_without(story: Story) -> None:
    finance, woking = signed_in(story.cast.finance), signed_in(story.cast.woking_rep)
    form = finance.get(f"{base(story)}/ask/")
    assert 'value="24"' in form.content.decode()
    typed = {"version": story.reload().version, **days("closes_on", date(2024, 1, 24))}
    assert finance.post(f"{base(story)}/ask/", typed).status_code == 302
    comment = {"partner": str(story.cast.woking.pk), "text": "We agree."}
    assert woking.post(f"{base(story)}/comment/", comment).status_code == 302
    made = ReturnComment.objects.get()
    answer = f"/surrey/funding/returns/comments/{made.pk}/answer/"
    assert woking.get(answer).status_code == 403
    assert finance.post(answer, {"text": ""}).status_code == 422
    assert finance.post(answer, {"text": "Thank you."}).headers["Location"] == f"{PAGE}#comments"
    assert finance.get(answer).status_code == 302
    text = words(woking.get(PAGE))
    assert "Comments until 24 January 2024" in text
    assert "Nothing said Surrey Police" in text
    assert "Answer Finance (surrey), 15 January 2024 Thank you." in text
    submit = {"version": story.reload().version}
    refused = finance.post(f"{base(story)}/submit/", submit)
    assert (refused.status_code, "Say why partners are not waited for." in words(refused)) == (422, True)
    assert "Not yet heard: Surrey Police." in words(refused)
    assert finance.post(f"{base(story)}/submit/", submit | {"reason": "Agreed today."}).status_code == 302
    assert "Partners were not waited for Agreed today." in words(woking.get(PAGE))


def test_partners_are_given_more_time_on_a_page(story: Story) -> None:
    finance, woking = signed_in(story.cast.finance), signed_in(story.cast.woking_rep)
    where = f"{base(story)}/more-time/"
    assert finance.get(where).headers["Location"] == f"{PAGE}#comments"
    act(story, "ask_for_comments", story.cast.finance, closes_on=date(2024, 1, 24))
    assert where in finance.get(PAGE).content.decode()
    assert where not in woking.get(PAGE).content.decode()
    assert woking.get(where).status_code == 403
    assert signed_in(story.cast.outsider).get(where).status_code == 404
    form = words(finance.get(where))
    assert "Comments until 24 January 2024" in form
    assert "Not yet heard Surrey Police, Woking Borough Council" in form
    typed = {"version": story.reload().version, "reason": "The councils meet on 25 January."}
    refused = finance.post(where, typed | days("closes_on", date(2024, 1, 23)))
    sentence = "Enter a day from 25 January 2024 to 31 January 2024, when the funder wants the return."
    assert (refused.status_code, sentence in words(refused)) == (422, True)
    later = typed | days("closes_on", date(2024, 1, 29))
    assert finance.post(where, later).headers["Location"] == f"{PAGE}#comments"
    assert finance.post(where, later).status_code == 422
    page = words(woking.get(PAGE))
    assert "Comments until 29 January 2024" in page
    assert (
        "More time was given At first until 24 January 2024."
        f" {story.cast.finance} gave more time on 15 January 2024:"
        " The councils meet on 25 January."
    ) in page
    assert "Until 29 January 2024." in words(finance.get("/surrey/funding/waiting/"))
    assert "Partners, until 29 January 2024" in words(woking.get("/surrey/funding/returns/"))


def test_who_is_waited_for_names_the_partners_still_to_comment(story: Story) -> None:
    act(story, "ask_for_comments", story.cast.finance, closes_on=date(2024, 1, 24))
    text = words(signed_in(story.cast.finance).get("/surrey/funding/waiting/"))
    assert "Until 24 January 2024. Not yet heard: Surrey Police, Woking Borough Council." in text
    register = words(signed_in(story.cast.observer).get("/surrey/funding/returns/"))
    assert "With partners for comment" in register
    assert "Partners, until 24 January 2024" in register


def test_a_warning_is_explained_on_its_own_page_and_read_by_certifiers(story: Story) -> None:
    warning = selectors.facts(story.reload()).explanations[0].warning
    address = f"{base(story)}/explain/{snapshots.digest(warning)}/"
    finance = signed_in(story.cast.finance)
    assert "Known, and in hand." in words(finance.get(address))
    assert finance.post(address, {"text": " ", "said": "1"}).status_code == 422
    stale = finance.post(address, {"text": "Mine.", "said": "0"})
    assert (stale.status_code, "Known, and in hand." in words(stale)) == (422, True)
    assert finance.post(address, {"text": "Checked in January.", "said": "1"}).status_code == 302
    for part in ("checker", "cfo", "woking_rep"):
        assert signed_in(getattr(story.cast, part)).get(address).status_code == 403
    assert finance.get(f"{base(story)}/explain/{'0' * 64}/").status_code == 404
    certify(story)
    assert "Checked in January." in words(signed_in(story.cast.cfo).get(PAGE))
    assert finance.get(address).status_code == 302
    assert finance.post(address, {"text": "x", "said": "2"}).status_code == 404


def test_a_return_is_sent_with_evidence_queried_answered_and_accepted(story: Story) -> None:
    certify(story)
    finance, woking = signed_in(story.cast.finance), signed_in(story.cast.woking_rep)
    typed = {"version": story.reload().version, "channel": "email", **days("sent_on", TODAY)}
    upload = SimpleUploadedFile("sent.pdf", PDF)
    assert finance.post(f"{base(story)}/sent/", typed | {"evidence": upload}).status_code == 302
    step = ReturnStep.objects.get(step="sent")
    evidence = f"/surrey/funding/returns/evidence/{step.pk}/"
    assert b"".join(woking.get(evidence).streaming_content) == PDF
    assert signed_in(story.cast.outsider).get(evidence).status_code == 404
    query = {"text": "Why?", "asked_by": "The grants team", **days("asked_on", TODAY)}
    assert woking.get(f"{base(story)}/query/").status_code == 403
    page = finance.get(f"{base(story)}/query/").content.decode()
    key = re.search(r'name="key" value="([0-9a-f-]+)"', page)
    assert key
    assert finance.post(f"{base(story)}/query/", query | {"key": key[1]}).status_code == 302
    asked = FunderQuery.objects.get()
    assert "2023/24 quarter 3: answer the funder’s query" in words(finance.get("/surrey/"))
    assert woking.get(f"/surrey/funding/returns/queries/{asked.pk}/").headers["Location"] == f"{PAGE}#queries"
    address = f"/surrey/funding/returns/queries/{asked.pk}/answer/"
    assert woking.get(address).status_code == 403
    assert finance.post(address, {"version": 1, "answer": "A vacancy."}).status_code == 302
    assert "Draft of the answer" in words(finance.get(PAGE))
    assert "A vacancy." not in words(woking.get(PAGE))
    given = {"version": 2, "answer": "A vacancy.", **days("answered_on", TODAY)}
    assert finance.post(address, given).status_code == 302
    assert "Our answer 15 January 2024 A vacancy." in words(woking.get(PAGE))
    accepted = {"version": story.reload().version, **days("accepted_on", TODAY)}
    assert finance.post(f"{base(story)}/accept/", accepted).status_code == 302
    assert story.reload().status == "accepted"
