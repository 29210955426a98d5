"""The steps of a quarterly return, in order, out of order, and by the wrong people."""

import json
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from funding import documents as funding_documents
from funding.models import ReturnComment, ReturnSnapshot, ReturnStep
from funding.rules import snapshots
from funding.selectors import returns as selectors
from funding.services import return_comments, return_funder, returns
from funding.services.return_outputs import request_files
from partners.roles import Role
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from svd_portal.kit.models import Document
from svd_portal.kit.services.documents import CannotBuild
from tests.cast import SETUP, TODAY, Cast, appoint, save
from tests.funding.return_story import (
    DUE,
    Story,
    act,
    begin,
    certify,
    change_claim,
    complete,
    explain,
    lock,
    report,
)


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
        ("comments_skipped", "finance@surrey.example", "PCC finance officer", TODAY, 1),
        ("prepared", "finance@surrey.example", "PCC finance officer", TODAY, 1),
        ("checked", "checker@surrey.example", "PCC finance checker", TODAY, 1),
        ("certified_cfo", "cfo@surrey.example", "Chief finance officer", TODAY, 1),
        ("certified_lead", "officer@surrey.example", "PCC lead officer", TODAY, 1),
        ("sent", "finance@surrey.example", "PCC finance officer", TODAY, 1),
    ]


MOVES: dict[str, dict[str, Any]] = {
    "submit_for_check": {},
    "pass_check": {},
    "certify_cfo": {"capacity": "cfo"},
    "certify_lead": {"capacity": "lead"},
    "send_back": {"reason": "A figure is wrong."},
    "mark_sent": {"sent_on": TODAY, "note": "By e-mail."},
}
MAY = {
    "submit_for_check": {"finance"},
    "pass_check": {"checker"},
    "certify_cfo": {"cfo"},
    "certify_lead": {"officer"},
    "send_back": {"finance", "checker", "cfo", "officer"},
    "mark_sent": {"finance"},
}


@pytest.mark.parametrize("move", MOVES)
def test_only_those_who_hold_the_right_take_a_step(story: Story, move: str) -> None:
    cast = story.cast
    everyone = {**cast.members, "outsider": cast.outsider, "nobody": cast.nobody}
    refused = set()
    for part, person in everyone.items():
        try:
            with transaction.atomic():
                act(story, move.removesuffix("_cfo").removesuffix("_lead"), person, **MOVES[move])
        except PermissionDenied:
            refused.add(part)
        except DomainError:  # the right is there, the return is not ready for it
            pass
    assert set(everyone) - refused == MAY[move]


@pytest.mark.parametrize("part", ["lead", "checker", "cfo", "officer", "woking_rep", "observer", "outsider"])
def test_only_finance_opens_writes_and_replaces(story: Story, part: str) -> None:
    by = getattr(story.cast, part)
    narrative = story.quarterly_return.narratives.first()
    with pytest.raises(PermissionDenied):
        returns.open_return(grant=story.grant, year=2023, quarter=4, due=date(2024, 4, 30), by=by)
    with pytest.raises(PermissionDenied):
        returns.write_narrative(narrative_id=narrative.pk, version=narrative.version, text="x", by=by)
    with pytest.raises(PermissionDenied):
        returns.new_edition(return_id=story.quarterly_return.pk, version=1, reason="x", by=by)


def test_a_quarter_is_opened_once_and_not_due_before_its_end(story: Story) -> None:
    with pytest.raises(DomainError, match=r"^2023/24 quarter 3 is open already for this grant\.$"):
        returns.open_return(grant=story.grant, year=2023, quarter=3, due=DUE, by=story.cast.finance)
    with pytest.raises(DomainError, match="The quarter ends on 31 March 2024") as refusal:
        returns.open_return(
            grant=story.grant, year=2023, quarter=4, due=date(2024, 3, 30), by=story.cast.finance
        )
    assert refusal.value.field == "due"


def test_a_missing_report_stops_submission_and_an_estimate_lets_it_pass(cast: Cast) -> None:
    story = begin(cast)
    with pytest.raises(DomainError, match="Woking Borough Council has not reported its spend on SV/2023/02"):
        act(story, "submit_for_check", cast.finance)
    report(story.mentoring, 3, "1000.00", "0", basis="estimate", source="a telephone call")
    explain(story)
    assert act(story, "submit_for_check", cast.finance).status == "checking"


def test_nobody_acts_twice_rounds_included(story: Story) -> None:
    cast = story.cast
    appoint(cast.finance, Role.FINANCE_CHECKER, cast.surrey)
    appoint(cast.checker, Role.CHIEF_FINANCE_OFFICER, cast.surrey)
    act(story, "submit_for_check", cast.finance)
    with pytest.raises(DomainError) as refusal:
        act(story, "pass_check", cast.finance)
    assert refusal.value.message == (
        "Nobody takes two steps of control on one return. You took “Prepared” on 15 January 2024, "
        "so somebody else must take this one."
    )
    act(story, "pass_check", cast.checker)
    act(story, "send_back", cast.officer, reason="The forecast is too low.")
    act(story, "submit_for_check", cast.finance)
    act(story, "pass_check", cast.checker)
    with pytest.raises(DomainError, match="You took “Finance check passed” on 15 January 2024"):
        act(story, "certify", cast.checker, capacity="cfo")


def test_postgresql_refuses_a_second_control_that_slips_past_the_service(story: Story) -> None:
    current = act(story, "submit_for_check", story.cast.finance)
    appoint(story.cast.finance, Role.FINANCE_CHECKER, story.cast.surrey)
    with pytest.raises(IntegrityError, match="nobody_acts_twice"), transaction.atomic():
        ReturnStep.objects.create(
            partnership=story.cast.surrey,
            quarterly_return=current,
            round=current.round,
            step="checked",
            by=story.cast.finance,
            role="PCC finance checker",
            taken_on=TODAY,
        )


def test_sending_back_unlocks_and_voids_the_signatures(story: Story) -> None:
    cast = story.cast
    before = lock(story).snapshot
    act(story, "certify", cast.cfo, capacity="cfo")
    back = act(story, "send_back", cast.officer, reason="The forecast is too low.")
    assert (back.status, back.round, back.snapshot) == ("preparing", 2, None)
    change_claim(story.mentoring, "2000.00")
    after = lock(story).snapshot
    assert before.sha256 != after.sha256
    assert list(after.steps.values_list("step", flat=True)) == ["checked"]
    certified = act(story, "certify", cast.cfo, capacity="cfo")
    assert certified.status == "locked"
    assert act(story, "certify", cast.officer, capacity="lead").status == "certified"
    sent_back = certified.steps.get(step="sent_back")
    assert (sent_back.note, sent_back.role, sent_back.round, sent_back.snapshot) == (
        "The forecast is too low.",
        "PCC lead officer",
        1,
        before,
    )


def test_sending_back_says_why_and_ends_with_certification(story: Story) -> None:
    act(story, "submit_for_check", story.cast.finance)
    with pytest.raises(ReasonRequired, match="Say what has to be put right"):
        act(story, "send_back", story.cast.checker, reason="  ")
    act(story, "send_back", story.cast.finance, reason="I forgot a text.")
    certify(story)
    with pytest.raises(DomainError, match="The return is certified and never changes"):
        act(story, "send_back", story.cast.checker, reason="Too late.")


@pytest.mark.parametrize(
    ("move", "sentence"),
    [
        ("pass_check", "The return is being prepared. It must be submitted for checking first."),
        ("certify_cfo", "The return is being prepared. It must be submitted for checking first."),
        ("mark_sent", "The return is being prepared. It must be submitted for checking first."),
        ("send_back", "The return is being prepared. It must be submitted for checking first."),
    ],
)
def test_a_step_out_of_order_says_what_to_do(story: Story, move: str, sentence: str) -> None:
    by = {"pass_check": "checker", "certify_cfo": "cfo", "mark_sent": "finance", "send_back": "checker"}[move]
    with pytest.raises(DomainError) as refusal:
        act(story, move.removesuffix("_cfo"), getattr(story.cast, by), **MOVES[move])
    assert refusal.value.message == sentence


def test_a_certifier_signs_what_they_read_once_and_in_a_capacity_asked_for(story: Story) -> None:
    cast = story.cast
    lock(story)
    with pytest.raises(DomainError, match="What you read is not what is locked now"):
        act(story, "certify", cast.cfo, capacity="cfo", sha256="0" * 64)
    act(story, "certify", cast.cfo, capacity="cfo")
    with pytest.raises(DomainError, match="This step was taken already, on 15 January 2024"):
        act(story, "certify", cast.cfo, capacity="cfo")


def test_a_grant_may_ask_for_one_signature(story: Story) -> None:
    story.grant.lead_officer_certifies = False
    save(story.grant)
    lock(story)
    with pytest.raises(DomainError, match="does not ask for the PCC lead officer's signature"):
        act(story, "certify", story.cast.officer, capacity="lead")
    assert act(story, "certify", story.cast.cfo, capacity="cfo").status == "certified"


def test_a_step_names_a_role_held_on_that_day(story: Story) -> None:
    with pytest.raises(PermissionDenied, match="You held no role on 1 January 2019 that allows this"):
        act(story, "submit_for_check", story.cast.finance, today=date(2019, 1, 1))
    with pytest.raises(PermissionDenied, match="A person takes this step, not a command"):
        act(story, "submit_for_check", SETUP)


def test_a_stale_step_is_refused_and_told(story: Story) -> None:
    version = story.reload().version
    act(story, "submit_for_check", story.cast.finance)
    with pytest.raises(Stale) as refusal:
        returns.pass_check(
            return_id=story.quarterly_return.pk,
            version=version,
            sha256="0" * 64,
            by=story.cast.checker,
            today=TODAY,
        )
    assert refusal.value.current["status"] == "checking"


def test_the_check_passes_only_what_its_checker_read(story: Story) -> None:
    """An award may still change while the return is being checked."""
    act(story, "submit_for_check", story.cast.finance)
    content = selectors.shown(story.reload(), today=TODAY)[1]
    read = snapshots.digest_read(content)
    story.analyst.amount = Decimal("60001.00")
    save(story.analyst)
    with pytest.raises(DomainError) as refusal:
        act(story, "pass_check", story.cast.checker, sha256=read)
    assert refusal.value.message == "The figures changed since you read them. Read them again."
    assert not ReturnSnapshot.objects.exists()
    assert '"award":"60001.00"' in act(story, "pass_check", story.cast.checker).snapshot.canonical


def test_what_is_read_is_the_same_on_another_day(story: Story) -> None:
    read = [
        snapshots.digest_read(selectors.shown(story.reload(), today=day)[1])
        for day in (TODAY, date(2024, 1, 16))
    ]
    assert read[0] == read[1]


def test_two_writers_of_one_text_both_keep_their_words(story: Story) -> None:
    narrative = story.quarterly_return.narratives.first()
    write = {"narrative_id": narrative.pk, "version": narrative.version, "by": story.cast.finance}
    returns.write_narrative(text="First.", **write)
    with pytest.raises(Stale) as refusal:
        returns.write_narrative(text="Second.", **write)
    assert refusal.value.current["text"] == "First."
    act(story, "submit_for_check", story.cast.finance)
    with pytest.raises(DomainError, match="The return is with finance for checking"):
        returns.write_narrative(text="Third.", **(write | {"version": 99}))


@pytest.mark.parametrize("day", [date(2024, 1, 14), date(2024, 1, 16)])
def test_it_is_sent_between_certification_and_today(story: Story, day: date) -> None:
    certify(story)
    with pytest.raises(DomainError) as refusal:
        act(story, "mark_sent", story.cast.finance, sent_on=day, note="By e-mail.")
    assert (refusal.value.field, refusal.value.message) == (
        "sent_on",
        "It was certified today, on 15 January 2024: enter that day.",
    )
    with pytest.raises(DomainError, match="Say how it was sent"):
        act(story, "mark_sent", story.cast.finance, sent_on=TODAY, channel="")


def test_partners_comment_until_certification_and_only_for_themselves(story: Story) -> None:
    cast, pk = story.cast, story.quarterly_return.pk
    return_comments.comment(
        return_id=pk, partner=cast.woking, text="We agree.", by=cast.woking_rep, today=TODAY
    )
    with pytest.raises(DomainError, match="You have made this comment already"):
        return_comments.comment(
            return_id=pk, partner=cast.woking, text="We agree.", by=cast.woking_rep, today=TODAY
        )
    with pytest.raises(DomainError, match="Write your comment"):
        return_comments.comment(return_id=pk, partner=cast.woking, text=" ", by=cast.woking_rep, today=TODAY)
    with pytest.raises(PermissionDenied):
        return_comments.comment(
            return_id=pk, partner=cast.police, text="No.", by=cast.woking_rep, today=TODAY
        )
    appoint(cast.outsider, Role.REPRESENTATIVE, cast.their_police)
    with pytest.raises(PermissionDenied, match="This return belongs to another partnership"):
        return_comments.comment(
            return_id=pk, partner=cast.their_police, text="No.", by=cast.outsider, today=TODAY
        )
    certify(story)
    with pytest.raises(DomainError, match="The return is certified and never changes"):
        return_comments.comment(
            return_id=pk, partner=cast.woking, text="Late.", by=cast.woking_rep, today=TODAY
        )
    assert list(ReturnComment.objects.values_list("text", flat=True)) == ["We agree."]


def test_a_new_version_replaces_the_old_and_opens_the_quarter(story: Story) -> None:
    cast = story.cast
    old = certify(story)
    with pytest.raises(ReasonRequired, match="Say what the new version corrects"):
        returns.new_edition(return_id=old.pk, version=old.version, reason="", by=cast.finance)
    new = returns.new_edition(
        return_id=old.pk, version=old.version, reason="Woking's invoice was counted twice.", by=cast.finance
    )
    assert (new.edition, new.status, new.corrects) == (2, "preparing", "Woking's invoice was counted twice.")
    assert [n.text for n in new.narratives.all()] == [
        "Milestones are on course.",
        "Interventions are on course.",
        "Risks are on course.",
    ]
    old.refresh_from_db()
    assert old.superseded_at is not None
    with pytest.raises(DomainError, match="This version was replaced"):
        return_funder.mark_sent(
            return_id=old.pk,
            version=old.version,
            sent_on=TODAY,
            channel="email",
            by=cast.finance,
            today=TODAY,
        )
    change_claim(story.mentoring, "1050.25")
    story.quarterly_return = new
    again = certify(story)
    total = json.loads(again.snapshot.canonical)["total"]["actual"]
    assert total == "20650.25"  # 19,600.00 + 1,050.25
    assert json.loads(old.snapshot.canonical)["total"]["actual"] == "21700.50"


def test_the_snapshot_says_it_all_without_a_persons_name(story: Story) -> None:
    story.agreed.restricted = True
    save(story.agreed)
    snapshot = lock(story).snapshot
    content = json.loads(snapshot.canonical)
    assert content["cover"]["figures_as_on"] == "2024-01-15"
    assert content["total"] == {
        "actual": "21700.50",
        "allocation": "341768.35",
        "awarded": "64200.00",
        "forecast": "64200.00",
        "missing": 0,
        "variance": "£277,568.35 under",
        "year_to_date": "41700.50",
    }
    line = content["cost_types"][0]["lines"][0]
    assert [(each["reference"], each["title"], each["taken_on"]) for each in line["decisions"]] == [
        ("EXEC/2023/02", "", "2023-06-14"),
        ("12/2023", "Serious Violence Duty spending 2023/24", "2023-06-30"),
    ]
    assert [name for name in map(str, story.cast.members.values()) if name in snapshot.canonical] == []


def test_certification_asks_for_each_file_once(story: Story) -> None:
    with pytest.raises(DomainError, match="The files are made once the return is certified"):
        request_files(return_id=story.quarterly_return.pk, by=story.cast.finance)
    certified = certify(story)
    asked = set(Document.objects.all())
    assert {(each.kind, each.subject, each.requested_by) for each in asked} == {
        (kind, certified.snapshot_id, story.cast.officer)
        for kind in (
            *("quarterly-return", "quarterly-return-xlsx", "quarterly-return-ods", "quarterly-return-csv"),
        )
    }
    assert set(request_files(return_id=certified.pk, by=story.cast.woking_rep)) == asked
    with pytest.raises(PermissionDenied):
        request_files(return_id=certified.pk, by=story.cast.outsider)


@pytest.mark.django_db(transaction=True)
def test_the_pdf_is_refused_where_the_content_is_not_what_was_certified(
    story: Story, owner_connection: psycopg.Connection
) -> None:
    """The owner of the database alone can damage the content, by taking its triggers away."""
    certify(story)
    asked = Document.objects.get(kind="quarterly-return")
    built = funding_documents.build(asked)
    assert (built.filename, built.content[:5]) == ("surrey-2023-24-q3-v1.pdf", b"%PDF-")
    owner_connection.execute("ALTER TABLE funding_returnsnapshot DISABLE TRIGGER USER")
    owner_connection.execute("UPDATE funding_returnsnapshot SET canonical = canonical || ' '")
    owner_connection.execute("ALTER TABLE funding_returnsnapshot ENABLE TRIGGER USER")
    with pytest.raises(CannotBuild, match="The stored return differs from what was certified"):
        funding_documents.build(asked)
