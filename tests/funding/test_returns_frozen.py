"""From certification PostgreSQL itself refuses a change, to the portal's own role, by raw SQL."""

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction

from funding.rules import snapshots
from funding.services import returns
from tests.cast import TODAY, Cast
from tests.funding.return_story import Story, act, begin, certify, complete, lock, query, sent


@pytest.fixture
def story(cast: Cast) -> Story:
    return complete(begin(cast))


def run(statement: str) -> int:
    """How many rows a statement of the portal's own database role changed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def refusal(statement: str) -> str:
    with pytest.raises(DatabaseError) as refused:
        run(statement)
    return str(refused.value).splitlines()[0]


FINAL = "a certified return is never changed"
PLACE = "a return stays that of its quarter, and its version"
LOCKED = "the figures of this quarter are locked"
MOVED = "a claim never moves to another award or quarter"


def denied(table: str) -> str:
    return f"permission denied for table funding_{table}"


STATEMENTS = {
    "UPDATE funding_quarterlyreturn SET status = 'preparing', snapshot_id = NULL": FINAL,
    "UPDATE funding_quarterlyreturn SET snapshot_id = NULL, status = 'checking'": FINAL,
    "UPDATE funding_quarterlyreturn SET round = 2": "a round begins when a return is sent back",
    "UPDATE funding_quarterlyreturn SET quarter = 4": PLACE,
    "UPDATE funding_quarterlyreturn SET edition = 7": PLACE,
    "UPDATE funding_quarterlyreturn SET due = '2024-03-01'": FINAL,
    "UPDATE funding_quarterlyreturn SET illustrative = true": FINAL,
    "DELETE FROM funding_quarterlyreturn": denied("quarterlyreturn"),
    "UPDATE funding_claim SET amount = 1.00 WHERE quarter = 3": LOCKED,
    "UPDATE funding_claim SET reason = 'Another.' WHERE quarter = 3": LOCKED,
    "UPDATE funding_claim SET quarter = 4 WHERE quarter = 3": MOVED,
    "UPDATE funding_claim SET quarter = 3 WHERE quarter = 2": MOVED,
    "DELETE FROM funding_claim": denied("claim"),
    "UPDATE funding_returnnarrative SET text = 'Other.'": "the narrative of a locked return is never changed",
    "DELETE FROM funding_returnnarrative": denied("returnnarrative"),
    "UPDATE funding_returnsnapshot SET canonical = '{}'": denied("returnsnapshot"),
    "DELETE FROM funding_returnsnapshot": denied("returnsnapshot"),
    "TRUNCATE funding_returnsnapshot CASCADE": denied("returnsnapshot"),
    "UPDATE funding_returnstep SET by_id = gen_random_uuid()": denied("returnstep"),
    "DELETE FROM funding_returnstep": denied("returnstep"),
    "UPDATE funding_returncomment SET text = 'x'": denied("returncomment"),
    "DELETE FROM funding_quarterlyreturnhistory": denied("quarterlyreturnhistory"),
}


def test_every_way_to_change_a_certified_return_is_refused(story: Story) -> None:
    certify(story)
    assert {statement: refusal(statement) for statement in STATEMENTS} == STATEMENTS


def test_a_claim_cannot_be_added_to_a_locked_quarter(story: Story) -> None:
    certify(story)
    statement = (
        "INSERT INTO funding_claim (id, version, created_at, partnership_id, award_id, financial_year,"
        " quarter, amount, forecast, forecast_next, reason, basis, source, reported_at)"
        " SELECT gen_random_uuid(), 1, now(), partnership_id, id, 2023, 3, 1, 0, 0, '', 'partner', '', now()"
        " FROM funding_award LIMIT 1"
    )
    assert refusal(statement) == LOCKED


def test_a_return_being_prepared_keeps_its_quarter_its_version_and_its_round(story: Story) -> None:
    assert {
        each: refusal(f"UPDATE funding_quarterlyreturn SET {each}")
        for each in ("quarter = 4", "edition = 2", "financial_year = 2022", "round = 2")
    } == {
        **dict.fromkeys(("quarter = 4", "edition = 2", "financial_year = 2022"), PLACE),
        "round = 2": "a round begins when a return is sent back",
    }


def test_a_section_stays_what_it_is(story: Story) -> None:
    refused = "a section stays what it is"
    assert refusal("UPDATE funding_returnsection SET kind = 'reached' WHERE position = 1") == refused
    unknown = (
        "INSERT INTO funding_returnsection (id, version, created_at, partnership_id, grant_id, position,"
        " kind, heading, prompt, left_out) SELECT gen_random_uuid(), 1, now(), partnership_id, id, 9,"
        " 'bogus', 'x', '', false FROM funding_grant"
    )
    assert "return_section_of_a_kind" in refusal(unknown)


def test_other_quarters_stay_open(story: Story) -> None:
    certify(story)
    assert run("UPDATE funding_claim SET reason = 'Seen.' WHERE quarter = 2") == 1


def test_before_certification_a_return_can_be_opened_again_and_then_changed(story: Story) -> None:
    lock(story)
    statement = "UPDATE funding_claim SET amount = 2000.00 WHERE quarter = 3 AND amount = 2100.50"
    assert refusal(statement) == LOCKED
    act(story, "send_back", story.cast.cfo, reason="One figure is wrong.")
    assert run(statement) == 1


def test_a_sent_and_a_replaced_return_are_as_final(story: Story) -> None:
    certify(story)
    done = act(story, "mark_sent", story.cast.finance, sent_on=TODAY, note="By e-mail.")
    certified_again = "UPDATE funding_quarterlyreturn SET status = 'certified' WHERE edition = 1"
    assert refusal(certified_again) == FINAL
    returns.new_edition(return_id=done.pk, version=done.version, reason="A slip.", by=story.cast.finance)
    assert refusal(certified_again) == FINAL
    assert refusal("UPDATE funding_quarterlyreturn SET superseded_at = NULL WHERE edition = 1") == FINAL
    moved = (
        "UPDATE funding_returnnarrative n SET quarterly_return_id = r.id FROM funding_quarterlyreturn r"
        " WHERE r.edition = 2 AND n.quarterly_return_id <> r.id"
    )
    assert refusal(moved) == "a narrative never moves to another return"


def test_nobody_can_ask_the_triggers_to_stand_aside(story: Story) -> None:
    certify(story)
    every = ",".join(trigger.get_pgid(model) for model, trigger in pgtrigger.registered())
    with transaction.atomic():
        run(f"SELECT set_config('pgtrigger.ignore', '{{{every}}}', true)")
        assert refusal("UPDATE funding_claim SET amount = 1.00 WHERE quarter = 3") == LOCKED
        assert refusal("UPDATE funding_returnnarrative SET text = 'x'").startswith("the narrative")


def test_a_return_marked_as_replaced_still_locks_its_quarter(story: Story) -> None:
    certify(story)
    with transaction.atomic():
        run("UPDATE funding_quarterlyreturn SET superseded_at = now()")
        assert refusal("UPDATE funding_claim SET amount = 1.00 WHERE quarter = 3") == LOCKED
        transaction.set_rollback(True)


AT_THE_END = "SET CONSTRAINTS ALL IMMEDIATE"
BEGIN_AGAIN = (
    "INSERT INTO funding_quarterlyreturn (id, version, created_at, partnership_id, grant_id, financial_year,"
    " quarter, edition, due, status, round, corrects, illustrative) SELECT gen_random_uuid(), 1, now(),"
    " partnership_id, grant_id, financial_year, {quarter}, {edition}, due, 'preparing', 1, 'A slip.', false"
    " FROM funding_quarterlyreturn"
)


@pytest.mark.parametrize("stands", ["certified", "sent", "queried"])
def test_a_finished_return_is_replaced_by_a_version_alone(story: Story, stands: str) -> None:
    certify(story) if stands == "certified" else sent(story)
    if stands == "queried":
        query(story)
    done = story.reload()
    assert done.status == stands
    marked = "UPDATE funding_quarterlyreturn SET superseded_at = now()"
    assert refusal(f"{marked}; {AT_THE_END}") == "a return is replaced by a later version"
    returns.new_edition(return_id=done.pk, version=done.version, reason="A slip.", by=story.cast.finance)
    assert run(AT_THE_END) == -1


def test_a_version_follows_a_certified_one(story: Story) -> None:
    follows = "a new version of a return follows a certified one"
    lock(story)
    assert refusal(BEGIN_AGAIN.format(quarter="quarter", edition=2)) == follows
    act(story, "send_back", story.cast.cfo, reason="One figure is wrong.")
    certify(story)
    assert refusal(BEGIN_AGAIN.format(quarter="quarter", edition=3)) == follows
    assert refusal(BEGIN_AGAIN.format(quarter=4, edition=2)) == follows


ORDER = "a return takes its steps in order"
OWN = "a return holds its own snapshot"
SIGNED = "a return is certified by signature"
BEGINS = "a return begins by being prepared"
INSERT_SENT = (
    "INSERT INTO funding_quarterlyreturn (id, version, created_at, partnership_id, grant_id, financial_year,"
    " quarter, edition, due, status, round, snapshot_id, corrects, illustrative)"
    " SELECT gen_random_uuid(), 1, now(), partnership_id, grant_id, financial_year, 4, 1, due, 'sent', 1,"
    " snapshot_id, '', false FROM funding_quarterlyreturn"
)


def test_a_return_is_not_signed_by_a_statement(story: Story) -> None:
    locked = lock(story)
    assert refusal("UPDATE funding_quarterlyreturn SET status = 'sent'") == ORDER
    assert (
        refusal("UPDATE funding_quarterlyreturn SET status = 'certified'")
        == "a return is certified by signature"
    )
    assert refusal(INSERT_SENT) == BEGINS
    act(story, "send_back", story.cast.cfo, reason="One figure is wrong.")
    act(story, "submit_for_check", story.cast.finance)
    stolen = f"UPDATE funding_quarterlyreturn SET status = 'locked', snapshot_id = '{locked.snapshot_id}'"
    assert refusal(stolen) == OWN


FORGED = {
    "INSERT INTO funding_returnsnapshot (id, created_at, partnership_id, quarterly_return_id, round,"
    " canonical, sha256) SELECT gen_random_uuid(), now(), partnership_id, id, 99, 'x', repeat('0', 64)"
    " FROM funding_quarterlyreturn": "content is frozen by the finance check",
    "INSERT INTO funding_returnstep (id, created_at, partnership_id, quarterly_return_id, round, step,"
    " snapshot_id, by_id, role, taken_on, note, channel, reference) SELECT gen_random_uuid(), now(),"
    " r.partnership_id, r.id, r.round, 'sent_back', r.snapshot_id, u.id, 'x', now(), 'forged', '', ''"
    " FROM funding_quarterlyreturn r, partners_user u LIMIT 1": "this step is not open to the return",
    "INSERT INTO funding_returncomment (id, created_at, partnership_id, quarterly_return_id, partner_id,"
    " text, by_id) SELECT gen_random_uuid(), now(), r.partnership_id, r.id, p.id, 'late', u.id"
    " FROM funding_quarterlyreturn r JOIN partners_partner p ON p.partnership_id = r.partnership_id,"
    " partners_user u LIMIT 1": "a certified return takes no comment",
}


def test_a_certified_return_takes_no_new_children(story: Story) -> None:
    certify(story)
    assert {statement: refusal(statement) for statement in FORGED} == FORGED


def test_a_snapshot_carries_its_own_hash(story: Story) -> None:
    act(story, "submit_for_check", story.cast.finance)
    forged = next(iter(FORGED)).replace("99, 'x'", "round, 'x'")
    assert refusal(forged) == "the hash is not the hash of the content"


def test_a_snapshot_says_who_certifies_it(story: Story) -> None:
    act(story, "submit_for_check", story.cast.finance)
    content = '{"cover": {}}'
    forged = (
        next(iter(FORGED))
        .replace("99, 'x'", f"round, '{content}'")
        .replace("repeat('0', 64)", f"'{snapshots.digest(content)}'")
    )
    assert refusal(forged) == "the content says who certifies it, as the grant does"


AWARD = "an award keeps its place and covers what was claimed from it"
ALLOCATION = "an allocation keeps its place and covers what was claimed from it"


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE funding_award SET amount = 0.01", AWARD),
        ("UPDATE funding_award SET financial_year = financial_year + 1", AWARD),
        ("UPDATE funding_award SET withdrawn_reason = 'x'", AWARD),
        ("UPDATE funding_allocation SET amount = 0", ALLOCATION),
        ("UPDATE funding_allocation SET financial_year = 2030", ALLOCATION),
    ],
)
def test_what_was_claimed_from_stays_and_covers_it(story: Story, statement: str, sentence: str) -> None:
    assert refusal(statement) == sentence
