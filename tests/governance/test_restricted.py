"""Restricted items: those outside do not learn that they exist, by title, number, count, gap or address."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.test import Client
from django.utils import timezone

from governance import documents
from governance.models import (
    Action,
    ActionUpdate,
    AgendaItem,
    Decision,
    KeyPoint,
    MinutesCorrection,
    Paper,
    Recommendation,
)
from governance.selectors import recent, waiting
from governance.services import actions, agenda, decisions, papers, points
from partners import access
from svd_portal.kit import files
from svd_portal.kit.errors import DomainError
from svd_portal.kit.models import Document
from svd_portal.kit.models.documents import DocumentState
from svd_portal.kit.services import documents as requests
from tests.governance.scene import TODAY, Scene, at

SECRET = "zebra"
MAY = {"lead", "officer", "auditor", "chair"}
"""Who may read restricted items of the Executive; all others of the cast may not."""


@dataclass
class Secret:
    item: AgendaItem
    decision: Decision
    action: Action
    paper: Paper
    point: KeyPoint
    recommendation: Recommendation
    update: ActionUpdate


@pytest.fixture
def secret(scene: Scene) -> Secret:
    """A restricted item between two open ones, with everything an item can have."""
    lead = scene.cast.lead
    open_decision = {"verb": "noted", "today": TODAY, "by": lead}
    decisions.record_outcome(item_id=scene.item.pk, text="open one", **open_decision)
    actions.create(item_id=scene.item.pk, text="Open action one", by=lead)
    item = scene.secret(f"{SECRET} title")
    recommendation = agenda.recommend(item_id=item.pk, verb="agreed", text=f"{SECRET} rec", by=lead)
    point = points.add(item_id=item.pk, text=f"{SECRET} point", by=lead)
    upload = files.validate_upload(File(BytesIO(b"a,b\n"), name=f"{SECRET}.csv"))
    paper = papers.add(item_id=item.pk, title=f"{SECRET} paper", upload=upload, by=lead)
    decision = decisions.record_outcome(
        item_id=item.pk, recommendation_id=recommendation.pk, today=TODAY, by=lead
    )
    action = actions.create(
        item_id=item.pk, text=f"{SECRET} action", owner_partner_id=scene.cast.woking.pk, by=lead
    )
    update = actions.report(action_id=action.pk, text=f"{SECRET} update", by=lead)
    after = agenda.add(meeting_id=scene.meeting.pk, title="After it", by=lead)
    decisions.record_outcome(item_id=after.pk, text="open two", **open_decision)
    actions.create(item_id=after.pk, text="Open action two", by=lead)
    return Secret(item, decision, action, paper, point, recommendation, update)


def test_restricted_records_have_numbers_of_their_own(secret: Secret) -> None:
    assert (secret.decision.reference, secret.action.reference) == ("EXEC/2024/R01", "EXEC/2024/RA01")
    open_ones = Decision.objects.filter(restricted=False).order_by("reference")
    assert [decision.reference for decision in open_ones] == ["EXEC/2024/01", "EXEC/2024/02"]
    open_actions = Action.objects.filter(restricted=False).order_by("reference")
    assert [action.reference for action in open_actions] == ["EXEC/2024/A01", "EXEC/2024/A02"]


def test_each_reader_s_rows(scene: Scene, secret: Secret) -> None:
    models = (AgendaItem, Decision, Action, Paper, KeyPoint, Recommendation, ActionUpdate)
    rows = {
        AgendaItem: secret.item,
        Decision: secret.decision,
        Action: secret.action,
        Paper: secret.paper,
        KeyPoint: secret.point,
        Recommendation: secret.recommendation,
        ActionUpdate: secret.update,
    }
    seen = {
        part: {
            model.__name__
            for model in models
            if model.objects.for_user(user, scene.cast.surrey).filter(pk=rows[model].pk).exists()
        }
        for part, user in (scene.cast.members | {"outsider": scene.cast.outsider}).items()
    }
    names = {model.__name__ for model in models}
    assert seen == {part: names if part in MAY else set() for part in seen}


@pytest.mark.parametrize("part", ["woking_rep", "police_rep", "finance", "observer", "admin"])
def test_no_page_tells_an_outsider(
    scene: Scene, secret: Secret, part: str, signed_in: Callable[[Any], Client]
) -> None:
    client = signed_in(getattr(scene.cast, part))
    meeting = scene.meeting.pk
    pages = [
        at("home"),
        at("bodies"),
        at("body", scene.cast.executive.pk),
        at("meetings"),
        at("meeting", meeting),
        at("minutes", meeting),
        at("decisions"),
        f"{at('decisions')}?format=csv",
        f"{at('decisions')}?text={SECRET}",
        at("actions"),
        f"{at('actions')}?format=csv",
        f"{at('actions')}?gaps=on",
    ]
    for page in pages:
        response = client.get(page)
        content = b"".join(response) if response.streaming else response.content
        text = content.decode().replace(f'value="{SECRET}"', "")
        assert response.status_code == 200, page
        assert SECRET not in text, page
        assert "estricted" not in text, page
        assert "/R01" not in text, page
        assert "/RA01" not in text, page


def test_no_number_is_missing_from_an_outsider_s_minutes(
    scene: Scene, secret: Secret, signed_in: Callable[[Any], Client]
) -> None:
    def numbers(user: Any) -> list[str]:
        page = signed_in(user).get(at("minutes", scene.meeting.pk)).content.decode()
        return re.findall(r'item__number">([^<]+)<', page)

    assert numbers(scene.cast.woking_rep) == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert numbers(scene.cast.lead) == ["1", "2", "3", "4", "5", "R1", "6", "7", "8"]


def test_counts_leave_restricted_ones_out(
    scene: Scene, secret: Secret, signed_in: Callable[[Any], Client]
) -> None:
    def figures(user: Any) -> list[str]:
        page = signed_in(user).get(at("home")).content.decode()
        return re.findall(r'stats__figure"><a [^>]+>(\d+)<', page)

    assert figures(scene.cast.woking_rep) == ["2", "0", "0", "2"]
    assert figures(scene.cast.chair) == ["3", "0", "0", "3"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_of_something_restricted_is_not_found(
    scene: Scene, secret: Secret, method: str, signed_in: Callable[[Any], Client]
) -> None:
    addresses = [
        at("decision", secret.decision.pk),
        at("action", secret.action.pk),
        at("paper_file", secret.paper.pk),
        at("change_item", secret.item.pk),
        at("move_item", secret.item.pk),
        at("add_point", secret.item.pk),
        at("record_outcome", secret.item.pk),
        at("change_point", secret.point.pk),
        at("withdraw_point", secret.point.pk),
        at("record_from_recommendation", secret.recommendation.pk),
        at("withdraw_decision", secret.decision.pk),
        at("change_outcome", secret.decision.pk),
        at("report_action", secret.action.pk),
        at("complete_action", secret.action.pk),
        at("minutes_pdf", scene.meeting.pk, "minutes-with-restricted-items"),
        at("make_minutes", scene.meeting.pk, "minutes-with-restricted-items"),
        at("minutes_state", scene.meeting.pk, "minutes-with-restricted-items"),
    ]
    reads_only = {addresses[0], addresses[1], addresses[2], addresses[14], addresses[16]}
    client = signed_in(scene.cast.woking_rep)
    for address in addresses:
        expected = 405 if method == "post" and address in reads_only else 404
        if method == "get" and address == addresses[15]:
            expected = 405
        assert getattr(client, method)(address).status_code == expected, address


def test_those_who_may_read_see_it_all(
    scene: Scene, secret: Secret, signed_in: Callable[[Any], Client]
) -> None:
    client = signed_in(scene.cast.chair)
    page = client.get(at("meeting", scene.meeting.pk)).content.decode()
    for words in ("title", "rec", "point", "paper", "action"):
        assert f"{SECRET} {words}" in page
    assert client.get(at("decision", secret.decision.pk)).status_code == 200
    download = client.get(at("paper_file", secret.paper.pk))
    assert (download.status_code, b"".join(download)) == (200, b"a,b\n")


def test_the_text_of_the_open_minutes_leaves_it_out(scene: Scene, secret: Secret) -> None:
    for with_restricted, expected in ((False, 0), (True, 1)):
        context = documents.context(scene.fresh(), with_restricted=with_restricted)
        titles = [view.item.title for view in context["items"]]
        assert titles.count(f"{SECRET} title") == expected


def test_who_may_have_which_document(scene: Scene, secret: Secret) -> None:
    facts = {"subject": scene.meeting.pk, "partnership_id": scene.cast.surrey.pk}
    for part, user in scene.cast.members.items():
        assert requests.request(kind=documents.OPEN, by=user, **facts).kind == documents.OPEN
        if part in MAY:
            assert requests.request(kind=documents.WHOLE, by=user, **facts).kind == documents.WHOLE
        else:
            with pytest.raises(PermissionDenied):
                requests.request(kind=documents.WHOLE, by=user, **facts)
    with pytest.raises(PermissionDenied):
        requests.request(kind=documents.OPEN, by=scene.cast.outsider, **facts)


def test_a_document_made_before_an_item_became_restricted_is_offered_no_more(scene: Scene) -> None:
    lead = scene.cast.lead
    facts = {"subject": scene.meeting.pk, "partnership_id": scene.cast.surrey.pk, "by": lead}
    document = requests.request(kind=documents.OPEN, **facts)
    failed = {"state": DocumentState.FAILED, "error": "No room", "finished_at": timezone.now()}
    Document.objects.filter(pk=document.pk).update(**failed)
    assert list(documents.safe(documents.OPEN, scene.meeting)) == [document]
    agenda.change(
        item_id=scene.item.pk,
        version=scene.item.version,
        title="Delivery plan",
        purpose="decide",
        presenter="",
        summary="",
        sent="",
        witnesses="",
        restricted=True,
        by=lead,
    )
    assert list(documents.safe(documents.OPEN, scene.meeting)) == []
    assert Document.objects.count() == 1
    on_its_way = requests.request(kind=documents.OPEN, **facts)  # looked at once more when it is finished
    assert list(documents.safe(documents.OPEN, scene.meeting)) == [on_its_way]


def test_a_correction_of_a_restricted_item_is_restricted(scene: Scene, secret: Secret) -> None:
    scene.agree()
    points.add(item_id=secret.item.pk, text="more", reason="Left out", by=scene.cast.lead)
    points.add(item_id=scene.item.pk, text="more", reason="Left out", by=scene.cast.lead)

    def whats(user: Any) -> list[str]:
        found = MinutesCorrection.objects.for_user(user, scene.cast.surrey)
        return sorted(found.values_list("what", flat=True))

    assert whats(scene.cast.woking_rep) == ["Key point added: Delivery plan"]
    assert whats(scene.cast.lead) == ["Key point added: Delivery plan", f"Key point added: {SECRET} title"]


def test_what_waits_and_what_is_new_leave_it_out(scene: Scene, secret: Secret) -> None:
    def titles(user: Any) -> list[str]:
        rights = access.rights(user, scene.cast.surrey)
        found = list(waiting.actions_for(user, scene.cast.surrey, rights))
        found += list(waiting.papers_for(user, scene.cast.surrey, rights, TODAY))
        found += list(recent.decisions(user, scene.cast.surrey, scene.cast.surrey.created_at))
        return [str(row) for row in found]

    assert titles(scene.cast.woking_rep) == ["EXEC/2024/02", "EXEC/2024/01"]
    assert titles(scene.cast.chair) == [f"{SECRET} paper", "EXEC/2024/02", "EXEC/2024/R01", "EXEC/2024/01"]


def test_a_notice_that_recognises_a_restricted_decision_is_restricted(scene: Scene, secret: Secret) -> None:
    facts: dict[str, Any] = {
        "partnership": scene.cast.surrey,
        "number": "12/2024",
        "title": "Notice",
        "text": "words",
        "author_role": "Head of performance",
        "signed_on": TODAY,
        "recognises_id": secret.decision.pk,
        "today": TODAY,
    }
    with pytest.raises(PermissionDenied):
        decisions.record_notice(**facts, by=scene.cast.finance)
    notice = decisions.record_notice(**facts, by=scene.cast.officer)
    assert (notice.restricted, notice.body) == (True, scene.cast.executive)
    assert (
        not Decision.objects.for_user(scene.cast.woking_rep, scene.cast.surrey).filter(pk=notice.pk).exists()
    )


def test_only_a_reader_of_restricted_items_may_restrict(scene: Scene) -> None:
    from partners.roles import Role
    from tests.cast import appoint

    with pytest.raises(PermissionDenied):
        agenda.add(meeting_id=scene.meeting.pk, title="X", restricted=True, by=scene.cast.woking_rep)
    appoint(scene.cast.woking_rep, Role.CHAIR, scene.cast.executive)
    made = agenda.add(meeting_id=scene.meeting.pk, title="X", restricted=True, by=scene.cast.woking_rep)
    assert made.restricted is True


def test_once_minutes_are_agreed_nobody_changes_who_reads_an_item(scene: Scene) -> None:
    """The list of corrections, which every member reads, would name what is being hidden."""
    scene.agree()
    item = AgendaItem.objects.filter(meeting=scene.meeting, decisions=None, actions=None).first()
    assert item is not None
    with pytest.raises(DomainError, match="These minutes are agreed") as refused:
        agenda.change(
            item_id=item.pk,
            version=item.version,
            title=item.title,
            purpose=item.purpose,
            presenter="",
            summary="",
            sent="",
            witnesses="",
            restricted=True,
            reason="Sensitive",
            by=scene.cast.lead,
        )
    assert refused.value.field == "restricted"
    assert MinutesCorrection.objects.count() == 0


def test_what_was_written_while_an_item_was_restricted_stays_with_its_readers(
    scene: Scene, signed_in: Callable[[Any], Client]
) -> None:
    lead = scene.cast.lead
    item = scene.secret("Placements")
    kept = points.add(item_id=item.pk, text=f"{SECRET} named", by=lead)
    gone = points.add(item_id=item.pk, text=f"{SECRET} withdrawn", by=lead)
    points.withdraw(point_id=gone.pk, by=lead)
    points.change(point_id=kept.pk, version=1, text="harmless", kind="point", spoken=points.Spoken(), by=lead)
    fresh = AgendaItem.objects.get(pk=item.pk)
    facts = {"title": fresh.title, "purpose": fresh.purpose} | dict.fromkeys(
        ("presenter", "summary", "sent", "witnesses"), ""
    )
    agenda.change(item_id=item.pk, version=fresh.version, restricted=False, **facts, by=lead)
    observer, reader = signed_in(scene.cast.observer), signed_in(lead)
    for point in (kept, gone):
        address = f"/surrey/history/governance.keypoint/{point.pk}/"
        assert SECRET not in observer.get(address).content.decode()
        assert SECRET in reader.get(address).content.decode()
    assert SECRET not in observer.get("/surrey/history/").content.decode()
