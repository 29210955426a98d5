"""What the downloads of decisions and actions hold beyond their pages, and hide as their pages do."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from governance.models import Decision
from governance.services import actions, agenda, decisions
from tests.cast import save
from tests.governance.scene import TODAY, Scene, SignedIn
from tests.support.sheets import csv_rows, queries_of_sheet, xlsx_rows

DECISIONS, ACTIONS = (reverse(f"governance:{name}", args=["surrey"]) for name in ("decisions", "actions"))
LONG = ("the delivery plan, with the changes asked for by the districts. " * 4).strip()


def notice(scene: Scene, number: str, of: Decision, **changes: Any) -> Decision:
    facts: dict[str, Any] = {
        "partnership": scene.cast.surrey,
        "number": number,
        "title": "Delivery plan",
        "text": "the plan as agreed.",
        "author_role": "Head of performance",
        "signed_on": TODAY,
        "recognises_id": of.pk,
        "today": TODAY,
        "by": scene.cast.officer,
        **changes,
    }
    return decisions.record_notice(**facts)


def outcome(scene: Scene, text: str, item: Any = None) -> Decision:
    item = item or scene.item
    return decisions.record_outcome(
        item_id=item.pk, verb="approved", text=text, today=TODAY, by=scene.cast.lead
    )


def test_a_sheet_of_decisions_has_the_whole_text_and_which_notice_recognises_it(
    scene: Scene, signed_in: SignedIn
) -> None:
    agreed = outcome(scene, LONG)
    notice(scene, "12/2024", agreed)
    gone = notice(scene, "13/2024", agreed)
    decisions.withdraw(decision_id=gone.pk, version=gone.version, reason="Given twice", by=scene.cast.officer)
    rows = xlsx_rows(signed_in(scene.cast.lead), f"{DECISIONS}?sort=reference")
    named = ("Reference", "Text", "Outcome", "Recognises", "Recognised by notice", "Who may read it")
    assert [tuple(row[name] for name in named) for row in rows] == [
        ("12/2024", "the plan as agreed.", "approved", "EXEC/2024/01", None, "All members"),
        ("13/2024", "the plan as agreed.", "withdrawn", "EXEC/2024/01", None, "All members"),
        ("EXEC/2024/01", LONG, "approved", None, "12/2024", "All members"),
    ]
    assert [row["Taken on"] for row in rows] == [date(2024, 1, 15)] * 3
    assert [row["Illustrative"] for row in rows] == ["No"] * 3


def test_a_sheet_of_decisions_names_no_notice_a_person_may_not_read(
    scene: Scene, signed_in: SignedIn
) -> None:
    secret = outcome(scene, "a family by name.", scene.secret())
    notice(scene, "14/2024", secret)
    sheet = csv_rows(signed_in(scene.cast.chair), f"{DECISIONS}?sort=reference")
    named = ("Reference", "Recognises", "Recognised by notice", "Who may read it")
    assert [tuple(row[name] for name in named) for row in sheet] == [
        ("14/2024", "EXEC/2024/R01", "", "Readers of restricted items"),
        ("EXEC/2024/R01", "", "14/2024", "Readers of restricted items"),
    ]
    assert csv_rows(signed_in(scene.cast.woking_rep), DECISIONS) == []


def test_a_sheet_does_not_tell_of_a_restricted_notice_beside_an_open_decision(
    scene: Scene, signed_in: SignedIn
) -> None:
    """No page records such a notice; should there be one, its number stays hidden."""
    agreed = outcome(scene, "the plan.")
    save(
        Decision(
            partnership=scene.cast.surrey,
            kind=Decision.Kind.NOTICE,
            reference="15/2024",
            body=scene.cast.executive,
            recognises=agreed,
            restricted=True,
            verb="approved",
            text="the plan as agreed.",
            taken_on=TODAY,
        )
    )
    [row] = csv_rows(signed_in(scene.cast.woking_rep), DECISIONS)
    assert (row["Reference"], row["Recognised by notice"]) == ("EXEC/2024/01", "")


def test_a_sheet_of_actions_says_from_where_whose_and_what_is_missing(
    scene: Scene, signed_in: SignedIn
) -> None:
    cast = scene.cast
    facts: dict[str, Any] = {"item_id": scene.item.pk, "by": cast.lead}
    actions.create(text="One", owner_partner_id=cast.woking.pk, owner_role="Community safety", **facts)
    actions.create(text="Two", owner_id=cast.police_rep.pk, due=TODAY, **facts)
    actions.create(text="Three", **facts)
    rows = xlsx_rows(signed_in(cast.woking_rep), f"{ACTIONS}?sort=reference")
    shared = {"Body": "Surrey Serious Violence Reduction Executive", "Meeting": date(2024, 1, 15)}
    assert rows == [
        shared
        | {
            "Reference": "EXEC/2024/A01",
            "What is to be done": "One",
            "Owner": "Community safety, Woking Borough Council",
            "Owner's organisation": "Woking Borough Council",
            "Owner's name or role": "Community safety",
            "Due": None,
            "RAG": "Gap",
            "Done on": None,
            "Done by": None,
            "Status": "No date",
            "Gaps": "No date",
        },
        shared
        | {
            "Reference": "EXEC/2024/A02",
            "What is to be done": "Two",
            "Owner": "Police Rep (surrey)",
            "Owner's organisation": None,
            "Owner's name or role": "Police Rep (surrey)",
            "Due": date(2024, 1, 15),
            "RAG": "Amber",
            "Done on": None,
            "Done by": None,
            "Status": "Open",
            "Gaps": None,
        },
        shared
        | {
            "Reference": "EXEC/2024/A03",
            "What is to be done": "Three",
            "Owner": "No owner",
            "Owner's organisation": None,
            "Owner's name or role": None,
            "Due": None,
            "RAG": "Gap",
            "Done on": None,
            "Done by": None,
            "Status": "No owner · No date",
            "Gaps": "No owner, No date",
        },
    ]


@pytest.mark.parametrize(("address", "expected"), [(DECISIONS, 10), (ACTIONS, 6)])
def test_a_sheet_takes_as_many_queries_for_three_rows_as_for_one(
    scene: Scene, signed_in: SignedIn, address: str, expected: int
) -> None:
    def add(number: int) -> None:
        by = scene.cast.lead
        item = agenda.add(meeting_id=scene.meeting.pk, title=f"Item {number}", by=by)
        notice(scene, f"{number}/2024", outcome(scene, "x", item))
        actions.create(item_id=item.pk, text="x", owner_partner_id=scene.cast.woking.pk, by=by)

    add(1)
    client = signed_in(scene.cast.woking_rep)
    assert queries_of_sheet(client, address) == expected
    add(2)
    add(3)
    assert len(csv_rows(client, address)) == (6 if address == DECISIONS else 3)
    assert queries_of_sheet(client, address) == expected
