"""The pages of a quarterly return, as each person sees them."""

import re
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from funding.models import Grant, QuarterlyReturn, ReturnComment
from funding.selectors import return_lists
from funding.services import return_comments, returns
from partners import access
from partners.models import User
from partners.roles import Role
from svd_portal.kit.models import Document, StoredFile
from svd_portal.kit.services import documents
from tests.cast import TODAY, Cast, appoint, organisation, save, signed_in
from tests.funding.return_story import DUE, Story, act, award, begin, certify, complete, lock, report

REGISTER, PAGE = 7, 23  # queries, the gate's and the session's among them
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


def test_a_partner_reads_every_figure_and_may_comment_but_not_act(story: Story) -> None:
    text = look(story.cast.woking_rep)
    assert "SV/2023/01 Public health analyst" in text
    assert "£19,600.00" in text
    assert "Ask partners to comment: This is for the PCC finance officer." in text
    assert "Send comment" in text
    assert "Enter it for them" not in text
    assert "Write Milestones" not in text


def test_each_person_is_offered_their_own_step_and_told_why_not_the_others(story: Story) -> None:
    lock(complete(story))
    cast = story.cast
    offered = {
        part: offers_of(look(getattr(cast, part))) for part in ("finance", "checker", "cfo", "officer")
    }
    lead = "Certify as PCC lead officer: This is for the PCC lead officer."
    cfo = "Certify as chief finance officer: This is for the chief finance officer."
    assert {part: lead in text for part, text in offered.items()} == {
        "finance": True,
        "checker": True,
        "cfo": True,
        "officer": False,
    }
    assert {part: cfo in text for part, text in offered.items()} == {
        "finance": True,
        "checker": True,
        "cfo": False,
        "officer": True,
    }
    appoint(cast.checker, Role.CHIEF_FINANCE_OFFICER, cast.surrey)
    assert (
        "Certify as chief finance officer: Nobody takes two steps of control on one return. You took "
        "“Finance check passed” on 15 January 2024, so somebody else must take this one."
    ) in look(cast.checker)


def offers_of(text: str) -> str:
    return text.split("Where it stands")[1].split("What the checks found", maxsplit=1)[0]


def test_a_return_goes_through_its_pages(story: Story) -> None:
    complete(story)
    cast, base = story.cast, f"/surrey/funding/returns/{story.quarterly_return.pk}"
    press(cast.finance, f"{base}/skip/", note="All reported.", reason="Seen at the Executive.")
    press(cast.checker, f"{base}/check/")
    locked = story.reload()
    tick = {"sha256": locked.snapshot.sha256, "confirm": "on"}
    press(cast.cfo, f"{base}/certify-cfo/", **tick)
    press(cast.officer, f"{base}/certify-lead/", **tick)
    day = {"sent_on_day": "15", "sent_on_month": "1", "sent_on_year": "2024"}
    press(cast.finance, f"{base}/sent/", channel="email", reference="SVD-77", **day)
    assert story.reload().status == "sent"
    text = look(cast.woking_rep)
    assert (
        "Sent to the funder By e-mail; reference SVD-77 Finance (surrey) PCC finance officer 15 January 2024"
        in text
    )
    assert f"SHA-256 of the content {locked.snapshot.sha256}" in text
    press(cast.finance, f"{base}/correct/", reason="One invoice was counted twice.")
    assert "What this version corrects One invoice was counted twice." in look(cast.observer)
    old = f"{ADDRESS}version/1/"
    assert "This version is being corrected A new version is being prepared." in look(cast.observer, old)
    story.quarterly_return = QuarterlyReturn.objects.get(edition=2)
    certify(story)
    assert "This version was replaced" in look(cast.observer, old)


def press(by: User, address: str, **typed: str) -> Any:
    """Opens the form, fills it in, sends it, and comes to the return's page."""
    client = signed_in(by)
    page = client.get(address)
    assert page.status_code == 200
    hidden = dict(re.findall(r'name="(version|sha256)" value="(\w+)"', page.content.decode()))
    assert "version" in hidden
    answer = client.post(address, {**hidden, **typed})
    assert (answer.status_code, answer.headers.get("Location")) == (302, ADDRESS)
    return answer


def test_bad_input_is_told_beside_the_field_and_kept(story: Story) -> None:
    complete(story)
    cast, base = story.cast, f"/surrey/funding/returns/{story.quarterly_return.pk}"
    press(cast.finance, f"{base}/skip/", reason="Seen at the Executive.")
    checker = signed_in(cast.checker)
    version = story.reload().version
    empty = checker.post(f"{base}/send-back/", {"version": version, "reason": " "})
    assert (empty.status_code, "Fill in “What has to be put right”" in words(empty)) == (422, True)
    long = checker.post(f"{base}/send-back/", {"version": version, "reason": "x" * 2001})
    assert "Use 2000 characters or fewer; you have used 2001" in words(long)
    assert "x" * 2001 in long.content.decode()
    press(cast.checker, f"{base}/check/")
    untouched = signed_in(cast.cfo).post(
        f"{base}/certify-cfo/", {"version": story.reload().version, "sha256": "f" * 64, "confirm": "on"}
    )
    assert untouched.status_code == 422
    assert "What you read is not what is locked now." in words(untouched)
    for junk in ({}, {"version": "x"}, {"version": "0", "sha256": "f" * 65}):
        assert signed_in(cast.cfo).post(f"{base}/certify-cfo/", junk).status_code == 422


def test_the_second_editor_of_a_text_sees_both(story: Story) -> None:
    narrative = story.quarterly_return.narratives.first()
    address = f"/surrey/funding/returns/narrative/{narrative.pk}/"
    client = signed_in(story.cast.finance)
    typed = {"version": narrative.version, "text": "From the first editor."}
    assert client.post(address, typed).status_code == 302
    second = client.post(address, {"version": narrative.version, "text": "From the second."})
    assert second.status_code == 422
    assert "From the first editor." in words(second)
    assert "From the second." in words(second)
    assert 'name="version" value="2"' in second.content.decode()


def test_a_comment_is_made_once_and_never_for_another(story: Story) -> None:
    address = f"/surrey/funding/returns/{story.quarterly_return.pk}/comment/"
    client = signed_in(story.cast.woking_rep)
    typed = {"partner": str(story.cast.woking.pk), "text": "We agree with our figures."}
    assert client.post(address, typed).status_code == 302
    again = client.post(address, typed)
    assert "You have made this comment already" in words(again)
    for foreign in (str(story.cast.police.pk), str(story.cast.their_police.pk), "x", ""):
        answer = client.post(address, typed | {"partner": foreign})
        assert answer.status_code == 422
    assert ReturnComment.objects.count() == 1
    assert "We agree with our figures." in look(story.cast.police_rep)


def test_opening_a_quarter_twice_or_with_nonsense_is_refused_beside_the_field(story: Story) -> None:
    client = signed_in(story.cast.finance)
    due = {"due_day": "31", "due_month": "1", "due_year": "2024"}
    typed = {"grant": str(story.grant.pk), "year": "2023", "quarter": "3", **due}
    twice = client.post("/surrey/funding/returns/open/", typed)
    assert (twice.status_code, "2023/24 quarter 3 is open already for this grant." in words(twice)) == (
        422,
        True,
    )
    early = client.post("/surrey/funding/returns/open/", typed | {"quarter": "4"})
    assert "The quarter ends on 31 March 2024; the return cannot be due before." in words(early)
    for wrong in ({"year": "1999"}, {"quarter": "5"}, {"grant": str(story.agreed.pk)}, {"due_month": "13"}):
        assert client.post("/surrey/funding/returns/open/", typed | wrong).status_code == 422
    fourth = client.post("/surrey/funding/returns/open/", typed | {"quarter": "4", "due_month": "5"})
    assert fourth.headers["Location"] == "/surrey/funding/returns/2023-24/q4/"


@pytest.mark.parametrize(
    "address",
    [
        "2023-25/q3/",
        "2023-24/q5/",
        "2023-24/3/",
        "2022-23/q3/",
        "2023-24/q3/version/2/",
        "2023-24/q3/?grant=x",
        "2023-24/q3/?grant=00000000-0000-0000-0000-000000000000",
        "2023-24/q3/surrey-2023-24-q3-v1.pdf",
        "2023-24/q3/surrey-2023-24-q3-v99999.pdf",
        "2023-24/q3/other.pdf",
        "00000000-0000-0000-0000-000000000000/submit/",
        "narrative/00000000-0000-0000-0000-000000000000/",
    ],
)
def test_an_address_that_names_nothing_is_not_found(story: Story, address: str) -> None:
    assert signed_in(story.cast.finance).get(f"/surrey/funding/returns/{address}").status_code == 404


def test_outsiders_find_nothing_and_strangers_are_asked_to_sign_in(story: Story) -> None:
    for address in ("/surrey/funding/returns/", ADDRESS):
        assert signed_in(story.cast.outsider).get(address).status_code == 404
        assert Client().get(address).headers["Location"].startswith("/accounts/login/?next=")
    foreign = f"/west-midlands/funding/returns/{story.quarterly_return.pk}/comment/"
    assert signed_in(story.cast.outsider).get(foreign).status_code in (403, 404)


def test_a_second_grant_has_addresses_of_its_own(story: Story) -> None:
    other = save(
        Grant(
            partnership=story.cast.surrey,
            title="A county grant",
            funder=organisation("Surrey County Council"),
            recipient=story.cast.surrey.convener,
        )
    )
    assert signed_in(story.cast.finance).get(f"{ADDRESS}?grant={other.pk}").status_code == 404
    returns.open_return(grant=other, year=2023, quarter=3, due=DUE, by=story.cast.finance)
    assert "A county grant · return to the Surrey County Council" in look(
        story.cast.finance, f"{ADDRESS}?grant={other.pk}"
    )
    assert "Serious Violence Duty grant · return to the Home Office" in look(story.cast.finance)
    assert (
        f"{ADDRESS}?grant={other.pk}"
        in signed_in(story.cast.finance).get("/surrey/funding/returns/").content.decode()
    )


def test_the_pdf_of_a_replaced_version_of_a_second_grant_keeps_its_address(story: Story) -> None:
    certify(complete(story))
    current = story.reload()
    returns.new_edition(
        return_id=current.pk,
        version=current.version,
        reason="One invoice was counted twice.",
        by=story.cast.finance,
    )
    story.grant.funder = organisation("Surrey County Council")
    save(story.grant)
    save(
        Grant(
            partnership=story.cast.surrey,
            title="The first grant",
            funder=organisation("Home Office"),
            recipient=story.cast.surrey.convener,
        )
    )
    documents.make(document_id=Document.objects.get(kind="quarterly-return").pk)
    browser = signed_in(story.cast.finance)
    address = f"{ADDRESS}surrey-2023-24-q3-v1.pdf?grant={story.grant.pk}"
    assert f'"{address}"' in browser.get(f"{ADDRESS}version/1/?grant={story.grant.pk}").content.decode()
    assert b"".join(browser.get(address).streaming_content).startswith(b"%PDF-")


FILES = {
    "pdf": ("application/pdf", b"%PDF-"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", b"PK"),
    "csv": ("text/csv; charset=utf-8", b"\xef\xbb\xbfCost type,Reference,"),
}


def test_every_file_is_offered_to_every_partner_and_to_nobody_else(story: Story) -> None:
    certified = certify(complete(story))
    state = f"/surrey/funding/returns/{certified.pk}/files/"
    client = signed_in(story.cast.woking_rep)
    assert client.get(state).json() == {"state": "queued"}
    page = words(client.get(ADDRESS))
    assert "The document is waiting its turn." in page
    assert "Still to come: surrey-2023-24-q3-v1.pdf, surrey-2023-24-q3-v1.xlsx" in page
    assert client.get(f"{ADDRESS}surrey-2023-24-q3-v1.ods").headers["Location"] == f"{ADDRESS}#files"
    for document in Document.objects.all():
        documents.make(document_id=document.pk)
    assert client.get(state).json() == {"state": "done"}
    page = words(client.get(ADDRESS))
    for ending, (kind, start) in FILES.items():
        name = f"surrey-2023-24-q3-v1.{ending}"
        assert name in page
        answer = client.get(ADDRESS + name)
        assert (answer.headers["Content-Type"], answer.headers["Content-Disposition"]) == (
            kind,
            f'attachment; filename="{name}"',
        )
        content = b"".join(answer.streaming_content)
        assert content.startswith(start)
        stored = StoredFile.objects.get(name=name)
        assert stored.sha256 == sha256(content).hexdigest()
        assert signed_in(story.cast.outsider).get(ADDRESS + name).status_code == 404
        assert signed_in(story.cast.nobody).get(ADDRESS + name).status_code == 404
    assert client.get(f"{ADDRESS}surrey-2023-24-q3-v1.exe").status_code == 404
    assert signed_in(story.cast.outsider).get(state).status_code == 404
    assert signed_in(story.cast.outsider).post(state).status_code == 404


def test_a_file_that_failed_is_asked_for_again_and_the_others_stay(story: Story) -> None:
    certified = certify(complete(story))
    state = f"/surrey/funding/returns/{certified.pk}/files/"
    for document in Document.objects.exclude(kind="quarterly-return-ods"):
        documents.make(document_id=document.pk)
    failed = Document.objects.get(kind="quarterly-return-ods")
    failed.state, failed.error, failed.finished_at = "failed", "The store is full.", failed.queued_at
    failed.save()
    client = signed_in(story.cast.finance)
    page = words(client.get(ADDRESS))
    assert "surrey-2023-24-q3-v1.ods: The store is full." in page
    assert "Make the files again" in page
    assert client.post(state).headers["Location"] == f"{ADDRESS}#files"
    assert Document.objects.filter(kind="quarterly-return-ods").count() == 2
    assert Document.objects.count() == 5
    assert client.get(state).json() == {"state": "queued"}


def test_a_check_refused_for_changed_figures_shows_them_and_can_be_sent_again(story: Story) -> None:
    act(complete(story), "submit_for_check", story.cast.finance)
    client = signed_in(story.cast.checker)
    address = f"/surrey/funding/returns/{story.quarterly_return.pk}/check/"
    first = client.get(address).content.decode()
    sent = dict(re.findall(r'name="(version|sha256)" value="(\w+)"', first))
    story.analyst.amount += 1
    save(story.analyst)
    refused = client.post(address, sent)
    assert refused.status_code == 422
    assert "The figures changed since you read them. Read them again." in words(refused)
    again = dict(re.findall(r'name="(version|sha256)" value="(\w+)"', refused.content.decode()))
    assert again["sha256"] != sent["sha256"]
    assert client.post(address, again).status_code == 302
    assert story.reload().status == "locked"


def queries_of(user: User, address: str, count: Any) -> int:
    client = signed_in(user)
    client.get(address)
    with count(connection) as made:
        assert client.get(address).status_code == 200
    return len(made)


def test_the_register_asks_the_same_of_one_row_and_of_three(story: Story) -> None:
    one = queries_of(story.cast.woking_rep, "/surrey/funding/returns/", CaptureQueriesContext)
    for quarter, due in ((1, date(2023, 7, 31)), (2, date(2023, 10, 31))):
        returns.open_return(grant=story.grant, year=2023, quarter=quarter, due=due, by=story.cast.finance)
    three = queries_of(story.cast.woking_rep, "/surrey/funding/returns/", CaptureQueriesContext)
    assert (one, three) == (REGISTER, REGISTER)


def test_the_page_asks_the_same_of_two_awards_and_of_five(story: Story) -> None:
    two = queries_of(story.cast.finance, ADDRESS, CaptureQueriesContext)
    for number in (3, 4, 5):
        new = award(story.cast, story.grant, f"SV/2023/0{number}", (story.agreed, story.notice))
        report(new, 3, "10.00", "20.00")
    five = queries_of(story.cast.finance, ADDRESS, CaptureQueriesContext)
    assert (two, five) == (PAGE, PAGE)


def test_what_blocks_is_asked_of_one_return_and_of_three_alike(story: Story) -> None:
    rights = access.rights(story.cast.finance, story.cast.surrey)

    def asked() -> tuple[int, list[str]]:
        with CaptureQueriesContext(connection) as made:
            found = return_lists.returns_for(story.cast.finance, story.cast.surrey, rights)
        return len(made), [each.what for each in found]

    blocked = "Put right 1 thing first, then ask partners to comment"
    one = asked()
    for quarter, due in ((1, date(2023, 7, 31)), (2, date(2023, 10, 31))):
        returns.open_return(grant=story.grant, year=2023, quarter=quarter, due=due, by=story.cast.finance)
    assert (one, asked()) == ((8, [blocked]), (8, ["Ask partners to comment"] * 2 + [blocked]))


def test_what_waits_for_each_person(story: Story) -> None:
    cast = story.cast

    def waiting(part: str) -> list[str]:
        person = getattr(cast, part)
        rights = access.rights(person, cast.surrey)
        return [each.what for each in return_lists.returns_for(person, cast.surrey, rights)]

    assert waiting("finance") == ["Put right 1 thing first, then ask partners to comment"]
    assert waiting("woking_rep") == ["Comment on it"]
    return_comments.comment(
        return_id=story.quarterly_return.pk, partner=cast.woking, text="Yes.", by=cast.woking_rep, today=TODAY
    )
    assert waiting("woking_rep") == []
    complete(story)
    assert waiting("finance") == ["Ask partners to comment"]
    lock(story)
    assert [waiting(part) for part in ("finance", "checker", "cfo", "officer", "police_rep", "lead")] == [
        [],
        [],
        ["Certify as chief finance officer"],
        ["Certify as PCC lead officer"],
        ["Comment on it"],
        [],
    ]
    act(story, "certify", cast.cfo, capacity="cfo")
    assert waiting("cfo") == []
    act(story, "certify", cast.officer, capacity="lead")
    assert (waiting("finance"), waiting("police_rep")) == (["Mark as sent to the funder"], [])
    steps = return_lists.recent(cast.woking_rep, cast.surrey, story.quarterly_return.created_at)
    assert [step.step for step in steps] == [
        "certified_lead",
        "certified_cfo",
        "checked",
        "prepared",
        "comments_skipped",
    ]
    assert list(return_lists.recent(cast.outsider, cast.surrey, story.quarterly_return.created_at)) == []
