"""Draft minutes before their members: circulated, commented on, answered, approved at a later meeting."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client

from governance.models import Approval, Circulation, CommentAnswer, Meeting, MinutesComment
from governance.selectors.members import members_of
from governance.services import attendance, circulation, meetings
from partners.roles import Role
from svd_portal.kit.errors import DomainError, Stale
from tests.cast import appoint
from tests.governance.scene import TEN, TODAY, Scene, at, text

CLOSES = TODAY + timedelta(days=7)
SECRET = "Name the family less"


def circulate(scene: Scene, closes_on: date = CLOSES, **given: Any) -> Circulation:
    if scene.fresh().status == "planned":
        scene.hold()
    facts = {"meeting_id": scene.meeting.pk, "today": TODAY, "by": scene.cast.lead} | given
    return circulation.circulate(closes_on=closes_on, **facts)


def comment(scene: Scene, words: str = "It was the Deputy Chief Constable", **given: Any) -> MinutesComment:
    facts = {"meeting_id": scene.meeting.pk, "today": TODAY, "by": scene.cast.police_rep} | given
    return circulation.comment(text=words, **facts)


def answer(asked: MinutesComment, scene: Scene, accepted: bool = True, **given: Any) -> CommentAnswer:
    facts = {"text": "Put right", "today": TODAY, "by": scene.cast.lead} | given
    return circulation.answer(comment_id=asked.pk, accepted=accepted, **facts)


def following(scene: Scene, days: int = 0, hours: int = 3) -> Meeting:
    """A later meeting of the Executive."""
    starts = TEN + timedelta(days=days, hours=hours)
    return meetings.call(body_id=scene.cast.executive.pk, starts_at=starts, by=scene.cast.lead)


def agree(scene: Scene, **given: Any) -> Meeting:
    facts = {"meeting_id": scene.meeting.pk, "version": scene.fresh().version, "today": TODAY}
    return meetings.agree_minutes(**facts | {"by": scene.cast.lead} | given)


def test_a_draft_is_circulated_until_a_day_and_again(scene: Scene) -> None:
    with pytest.raises(DomainError, match="Record the meeting as held first"):
        circulation.circulate(meeting_id=scene.meeting.pk, closes_on=CLOSES, today=TODAY, by=scene.cast.lead)
    with pytest.raises(DomainError) as refused:
        circulate(scene, TODAY - timedelta(days=1))
    assert refused.value.field == "closes_on"
    key = uuid4()
    assert circulate(scene, key=key) == circulate(scene, key=key)
    circulate(scene, CLOSES + timedelta(days=7))
    assert list(Circulation.objects.values_list("circulated_on", "closes_on")) == [
        (TODAY, CLOSES),
        (TODAY, CLOSES + timedelta(days=7)),
    ]


def test_who_writes_the_minutes_circulates_them_and_answers(scene: Scene) -> None:
    circulate(scene)
    asked = comment(scene)
    for part, by in (scene.cast.members | {"outsider": scene.cast.outsider}).items():
        if part not in ("lead", "chair"):
            with pytest.raises(PermissionDenied):
                circulate(scene, by=by)
            with pytest.raises(PermissionDenied):
                answer(asked, scene, by=by)
    assert circulate(scene, by=scene.cast.chair).by == scene.cast.chair
    assert answer(asked, scene, by=scene.cast.chair).by == scene.cast.chair


def test_those_who_belong_to_the_body_or_came_comment(scene: Scene) -> None:
    """A seat, a deputy's, a role on the body, having come; those who write the minutes; and nobody else."""
    attendance.add_guest(meeting_id=scene.meeting.pk, name_or_role="Analyst", today=TODAY, by=scene.cast.lead)
    circulate(scene)
    may = {"lead", "chair", "police_rep", "woking_rep", "officer", "observer"}
    for part, by in (scene.cast.members | {"outsider": scene.cast.outsider}).items():
        if part in may:
            assert comment(scene, part, by=by).by == by
        else:
            with pytest.raises(PermissionDenied):
                comment(scene, part, by=by)
    appoint(scene.cast.cfo, Role.MEMBER, scene.cast.executive, last_day=TODAY - timedelta(days=1))
    with pytest.raises(PermissionDenied):
        comment(scene, "too late", by=scene.cast.cfo)
    assert {str(each) for each in members_of(scene.meeting, TODAY)} == {
        f"{part.replace('_', ' ').title()} (surrey)" for part in may - {"lead"}
    }


def test_comments_end_with_the_closing_day(scene: Scene) -> None:
    with pytest.raises(DomainError, match="Record the meeting as held first"):
        comment(scene)
    scene.hold()
    with pytest.raises(DomainError, match="were not circulated"):
        comment(scene)
    circulate(scene)
    assert comment(scene, today=CLOSES).made_on == CLOSES
    with pytest.raises(DomainError, match="Comments closed on 22 January 2024"):
        comment(scene, today=CLOSES + timedelta(days=1))
    circulate(scene, CLOSES + timedelta(days=9))
    assert comment(scene, today=CLOSES + timedelta(days=1)).circulation.closes_on == date(2024, 1, 31)


def test_a_comment_is_about_an_item_of_the_meeting_that_its_reader_may_read(scene: Scene) -> None:
    secret = scene.secret()
    circulate(scene)
    with pytest.raises(DomainError, match="not on the agenda any more"):
        comment(scene, item_id=uuid4())
    for by in (scene.cast.police_rep, scene.cast.observer):
        with pytest.raises(PermissionDenied):
            comment(scene, SECRET, item_id=secret.pk, by=by)
    assert comment(scene, SECRET, item_id=secret.pk, by=scene.cast.chair).item == secret
    with pytest.raises(DomainError) as refused:
        comment(scene, " ")
    assert refused.value.field == "text"


def test_only_who_writes_the_minutes_passes_a_comment_on(scene: Scene) -> None:
    circulate(scene)
    passed = comment(scene, source="Surrey Police, by e-mail", by=scene.cast.lead)
    assert passed.said_by == "Surrey Police, by e-mail"
    assert comment(scene, source="The Chief Constable").said_by == "Police Rep (surrey)"


def test_a_comment_is_answered_once_in_words(scene: Scene) -> None:
    circulate(scene)
    asked = comment(scene)
    for accepted, sentence in ((True, "Say what was changed"), (False, "Say why nothing is changed")):
        with pytest.raises(DomainError, match=sentence):
            answer(asked, scene, accepted, text=" ")
    assert answer(asked, scene, False, text="The recording says so").accepted is False
    with pytest.raises(DomainError, match="answered already"):
        answer(asked, scene)


def test_postgresql_keeps_what_was_asked_and_answered(scene: Scene) -> None:
    circulate(scene)
    asked = comment(scene)
    answer(asked, scene)
    for table in ("circulation", "minutescomment", "commentanswer"):
        for statement in ("UPDATE governance_{} SET by_id = NULL", "DELETE FROM governance_{}"):
            with pytest.raises(Exception, match=r"permission denied|Cannot"), transaction.atomic():
                connection.cursor().execute(statement.format(table))
    agree(scene, agreed_on=TODAY)
    with pytest.raises(IntegrityError, match="a correction needs a reason"), transaction.atomic():
        MinutesComment.objects.create(
            partnership=scene.cast.surrey,
            meeting=scene.meeting,
            circulation=asked.circulation,
            text="x",
            made_on=TODAY,
        )
    with pytest.raises(DomainError, match="agreed already"):
        comment(scene)


def test_unanswered_comments_are_named_and_come_first(scene: Scene) -> None:
    circulate(scene)
    first = comment(scene, item_id=scene.item.pk)
    second = comment(scene, by=scene.cast.chair)
    with pytest.raises(DomainError) as refused:
        agree(scene, agreed_on=TODAY)
    assert refused.value.message == (
        "2 comments wait for an answer. Answer them first: "
        "Police Rep (surrey) on “Delivery plan”; Chair (surrey) on “The whole minutes”."
    )
    for asked in (first, second):
        answer(asked, scene)
    assert agree(scene, agreed_on=TODAY).status == "agreed"


def test_saying_nothing_holds_nothing_up(scene: Scene) -> None:
    circulate(scene)
    assert agree(scene, agreed_on=TODAY).status == "agreed"


def test_minutes_are_approved_at_a_later_meeting_of_the_body(scene: Scene) -> None:
    later, coming = following(scene), following(scene, days=9)
    earlier = following(scene, days=-30)
    scene.hold()
    for wrong in (coming, earlier, scene.meeting):
        with pytest.raises(DomainError) as refused:
            agree(scene, at_id=wrong.pk)
        assert refused.value.field == "at"
    agreed = agree(scene, at_id=later.pk)
    approval = Approval.objects.get()
    assert (agreed.agreed_on, approval.at, approval.item.kind) == (TODAY, later, "minutes")
    assert str(approval) == "Surrey Serious Violence Reduction Executive, 15 January 2024"


def test_minutes_are_approved_in_correspondence(scene: Scene) -> None:
    scene.hold()
    with pytest.raises(DomainError) as refused:
        agree(scene, in_correspondence=True)
    assert refused.value.field == "agreed_on"
    agree(scene, in_correspondence=True, agreed_on=TODAY, how="By e-mail")
    approval = Approval.objects.get()
    assert (approval.at, approval.how, str(approval)) == (None, "By e-mail", "In correspondence")


def test_minutes_agreed_without_saying_where_have_no_approval(scene: Scene) -> None:
    scene.agree()
    assert Approval.objects.count() == 0


def test_whoever_agrees_second_is_told_so_and_a_stale_edit_too(scene: Scene) -> None:
    held = scene.hold()
    with pytest.raises(Stale):
        agree(scene, agreed_on=TODAY, version=held.version - 1)
    agree(scene, agreed_on=TODAY)
    with pytest.raises(DomainError, match="agreed already"):
        agree(scene, agreed_on=TODAY, version=held.version)


def test_every_draft_is_offered_for_approval_at_a_later_meeting(scene: Scene, lead: Client) -> None:
    first, second = scene.hold(), following(scene, hours=1)
    meetings.record_held(meeting_id=second.pk, version=second.version, today=TODAY, by=scene.cast.lead)
    page = text(lead.get(at("meeting", following(scene, hours=2).pk)))
    for draft in (first, second):
        assert at("agree_minutes", draft.pk) in page
    assert page.count("Approve them here") == 2


# Pages


def test_a_member_comments_beside_an_item_and_reads_the_answer(scene: Scene, signed_in: Any) -> None:
    lead, police = signed_in(scene.cast.lead), signed_in(scene.cast.police_rep)
    scene.hold()
    closes = {"closes_on_day": "22", "closes_on_month": "1", "closes_on_year": "2024", "note": "Look at 4"}
    done = lead.post(at("circulate", scene.meeting.pk), closes, follow=True)
    assert "A draft, circulated for corrections on 15 January 2024." in text(done)
    assert "Comments until 22 January 2024." in text(done)
    assert "Minutes to check" in text(police.get("/surrey/"))
    page = text(police.get(at("minutes", scene.meeting.pk)))
    assert "Comment on this item" in page
    assert f'<label class="govuk-label" for="comment-{scene.item.pk}-text">' in page
    assert "Whose comment it is" not in page
    assert "said nothing" not in page
    said = {"item": str(scene.item.pk), "text": "Say that we agreed"}
    page = text(police.post(at("comment_on_minutes", scene.meeting.pk), said, follow=True))
    assert "Say that we agreed" in page
    assert "Waits for an answer" in page
    assert "Minutes to check" not in text(police.get("/surrey/"))
    assert "Police Rep (surrey): Delivery plan" in text(lead.get("/surrey/"))
    assert "4 members said nothing so far" in text(lead.get(at("minutes", scene.meeting.pk)))
    asked = MinutesComment.objects.get()
    form = text(lead.get(at("answer_comment", asked.pk)))
    assert f"{at('meeting', scene.meeting.pk)}?open={scene.item.pk}#item-{scene.item.pk}" in form
    given = {"accepted": "no", "text": "It was only noted"}
    lead.post(at("answer_comment", asked.pk), given)
    page = text(police.get(at("minutes", scene.meeting.pk)))
    assert "Not accepted" in page
    assert "It was only noted" in page
    assert "Comments on minutes to answer" not in text(lead.get("/surrey/"))


def test_what_is_refused_keeps_what_was_typed(scene: Scene, signed_in: Any, settings: Any) -> None:
    circulate(scene)
    police: Client = signed_in(scene.cast.police_rep)
    settings.BUSINESS_DATE = "2024-01-23"
    page = police.post(at("comment_on_minutes", scene.meeting.pk), {"text": "One more thing"})
    assert page.status_code == 422
    assert "Comments closed on 22 January 2024." in text(page)
    assert "One more thing" in text(page)
    shown = text(police.get(at("minutes", scene.meeting.pk)))
    assert "Comments closed on 22 January 2024." in shown
    assert "Comment on this item" not in shown


@pytest.mark.parametrize("name", ["circulate", "comment_on_minutes", "answer_comment", "agree_minutes"])
def test_who_may_open_the_forms(scene: Scene, signed_in: Any, name: str) -> None:
    circulate(scene)
    subject = comment(scene).pk if name == "answer_comment" else scene.meeting.pk
    may = {"lead", "chair"}
    if name == "comment_on_minutes":
        may |= {"police_rep", "woking_rep", "officer", "observer"}
    for part, who in scene.cast.members.items():
        assert signed_in(who).get(at(name, subject)).status_code == (200 if part in may else 403), part
    assert signed_in(scene.cast.outsider).get(at(name, subject)).status_code == 404


def test_a_comment_on_a_restricted_item_is_its_readers_alone(scene: Scene, signed_in: Any) -> None:
    secret = scene.secret()
    circulate(scene)
    asked = comment(scene, SECRET, item_id=secret.pk, by=scene.cast.chair)
    comment(scene, "An open word")
    for who, reads in ((scene.cast.lead, True), (scene.cast.auditor, True), (scene.cast.police_rep, False)):
        browser = signed_in(who)
        page = text(browser.get(at("minutes", scene.meeting.pk)))
        assert (SECRET in page) is reads
        assert ("2 comments, of which 2 wait for an answer" in page) is reads
        assert ("1 comment, of which 1 waits for an answer" in page) is not reads
        found = MinutesComment.objects.for_user(who, scene.cast.surrey).count()
        assert found == (2 if reads else 1)
    assert signed_in(scene.cast.police_rep).get(at("answer_comment", asked.pk)).status_code == 404
    answer(asked, scene)
    answer(MinutesComment.objects.get(text="An open word"), scene)
    agree(scene, agreed_on=TODAY)
    assert SECRET not in text(signed_in(scene.cast.police_rep).get(at("minutes", scene.meeting.pk)))


def test_the_approval_links_both_ways_and_lists_the_corrections(scene: Scene, lead: Client) -> None:
    later = following(scene)
    circulate(scene)
    asked = comment(scene, item_id=scene.item.pk)
    page = text(lead.get(at("agree_minutes", scene.meeting.pk)))
    assert "Comments wait for an answer" in page
    assert "At the meeting of 15 January 2024" in page
    refused = lead.post(
        at("agree_minutes", scene.meeting.pk), {"at": str(later.pk), "version": scene.fresh().version}
    )
    assert refused.status_code == 422
    assert "A comment waits for an answer." in text(refused)
    assert "Members may still comment" in page
    answer(asked, scene, text="The deputy is named")
    assert "Approve them here" in text(lead.get(at("meeting", later.pk)))
    assert "Subject to these corrections" in text(lead.get(at("agree_minutes", scene.meeting.pk)))
    lead.post(at("agree_minutes", scene.meeting.pk), {"at": str(later.pk), "version": scene.fresh().version})
    minutes = text(lead.get(at("minutes", scene.meeting.pk)))
    item = later.items.get(kind="minutes")
    assert f"{at('minutes', later.pk)}#item-{item.pk}" in minutes
    assert "Corrections they were approved subject to" in minutes
    assert "The deputy is named" in minutes
    for name in ("meeting", "minutes"):
        there = text(lead.get(at(name, later.pk)))
        assert "Approved here:" in there
        assert at("minutes", scene.meeting.pk) in there
        assert "Approve them here" not in there


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("part", "queries"), [("lead", 22), ("police_rep", 22)])
def test_the_page_takes_the_same_queries_for_one_comment_and_for_three(  # noqa: PLR0917
    scene: Scene, signed_in: Any, django_assert_num_queries: Any, part: str, queries: int, rows: int
) -> None:
    circulate(scene)
    for number in range(rows):
        asked = comment(scene, str(number), item_id=scene.item.pk)
        if number:
            answer(asked, scene)
    browser: Client = signed_in(getattr(scene.cast, part))
    browser.get(at("minutes", scene.meeting.pk))
    with django_assert_num_queries(queries):
        browser.get(at("minutes", scene.meeting.pk))


def test_a_comment_is_on_its_own_meeting(scene: Scene) -> None:
    circulate(scene)
    of_another = meetings.call(
        body_id=scene.cast.executive.pk, starts_at=TEN + timedelta(days=30), by=scene.cast.lead
    )
    others = {
        "circulation": Circulation.objects.create(
            partnership=scene.cast.surrey, meeting=of_another, circulated_on=TODAY, closes_on=TODAY
        ),
        "item": of_another.items.standing().first(),
    }
    own = {"meeting": scene.meeting, "circulation": scene.meeting.circulations.get(), "item": scene.item}
    for name, other in others.items():
        with pytest.raises(IntegrityError, match="a comment is on the minutes"), transaction.atomic():
            MinutesComment.objects.create(
                partnership=scene.cast.surrey, text="x", made_on=TODAY, **own | {name: other}
            )
    assert MinutesComment.objects.create(partnership=scene.cast.surrey, text="x", made_on=TODAY, **own)
