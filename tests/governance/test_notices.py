"""Members are told by e-mail of what happens to a meeting: once, as each chose, with nothing sensitive."""

import subprocess
import sys
import time
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from governance.models import Notice
from governance.services import meetings, notices, reminders
from governance.tasks import remind_of_comments
from partners.models import NoticePreference, PartnerAppointment
from partners.services.notices import choose
from svd_portal.kit.models import OutgoingMail
from svd_portal.kit.services import mail as outbox
from tests.cast import assemble
from tests.governance.scene import TEN, TODAY, Scene, set_scene, text
from tests.governance.test_circulation import CLOSES, agree, circulate, comment
from tests.governance.test_reminders import action, chase

EVERYBODY = {"chair", "police_rep", "officer", "woking_rep", "observer"}
KINDS = set(NoticePreference.Kind.values)


def told() -> set[str]:
    return {letter.to[0].partition("@")[0] for letter in mail.outbox}


def call(scene: Scene, days: int = 9) -> Any:
    starts = TEN + timedelta(days=days)
    return meetings.call(body_id=scene.cast.executive.pk, starts_at=starts, today=TODAY, by=scene.cast.lead)


def move(scene: Scene, meeting: Any, **given: Any) -> Any:
    facts = {
        "starts_at": meeting.starts_at,
        "ends_at": None,
        "place": meeting.place,
        "marking": meeting.marking,
        "minutes_url": "",
    }
    return meetings.change(
        meeting_id=meeting.pk, version=meeting.version, today=TODAY, by=scene.cast.lead, **facts | given
    )


def test_members_are_told_of_a_meeting_and_whoever_called_it_is_not(scene: Scene) -> None:
    made = call(scene)
    assert told() == EVERYBODY
    letter = next(each for each in mail.outbox if each.to == ["woking_rep@surrey.example"])
    assert letter.subject == "Meeting called: Surrey Serious Violence Reduction Executive, 24 January 2024"
    assert str(letter.body).startswith(
        "Surrey Serious Violence Reduction Executive\n24 January 2024 at 10am\n\nA meeting is called."
    )
    assert f"/surrey/governance/meetings/{made.pk}/\n" in str(letter.body)
    assert "/accounts/you/notices/" in str(letter.body)


def test_a_meeting_that_lies_behind_is_nobody_s_news(scene: Scene) -> None:
    call(scene, days=-9)
    assert mail.outbox == []


def test_each_move_is_told_once_and_other_changes_are_not(scene: Scene) -> None:
    made = call(scene)
    mail.outbox.clear()
    made = move(scene, made, marking="official_sensitive")
    assert mail.outbox == []
    made = move(scene, made, place="Woking")
    assert told() == EVERYBODY
    assert notices.meeting_moved(made, today=TODAY, by=scene.cast.lead) == 0
    made = move(scene, made, place="Guildford")
    assert len(mail.outbox) == 2 * len(EVERYBODY)
    mail.outbox.clear()
    meetings.cancel(meeting_id=made.pk, version=made.version, reason="Snow", today=TODAY, by=scene.cast.lead)
    assert told() == EVERYBODY
    assert "Snow" not in str(mail.outbox[0].body)


def test_circulated_and_approved_minutes_are_told_without_a_word_of_them(scene: Scene) -> None:
    scene.secret("A named family")
    circulate(scene, note="Look at the named family")
    assert told() == EVERYBODY
    agree(scene, agreed_on=TODAY)
    assert len(mail.outbox) == 2 * len(EVERYBODY)
    for letter in mail.outbox:
        said = f"{letter.subject} {letter.body}"
        for word in ("family", "Delivery plan", "Police Rep", "Lead (surrey)"):
            assert word not in said
    assert "until 22 January 2024" in str(mail.outbox[0].body)


def test_who_is_silent_is_told_two_days_before_the_end(scene: Scene) -> None:
    circulate(scene)
    comment(scene)
    mail.outbox.clear()

    def run(days_before: int) -> int:
        day = CLOSES - timedelta(days=days_before)
        return notices.remind_of_closing(partnership=scene.cast.surrey, today=day)

    assert [run(3), run(2), run(2), run(1), run(-1)] == [0, 4, 0, 0, 0]
    assert told() == EVERYBODY - {"police_rep"}
    circulate(scene, CLOSES + timedelta(days=7))
    assert notices.remind_of_closing(partnership=scene.cast.surrey, today=CLOSES + timedelta(days=6)) == 5


def test_the_clock_asks_in_every_partnership(scene: Scene, settings: Any) -> None:
    circulate(scene)
    mail.outbox.clear()
    settings.BUSINESS_DATE = (CLOSES - timedelta(days=1)).isoformat()
    remind_of_comments()
    assert told() == EVERYBODY


def test_whose_role_has_ended_is_not_told(scene: Scene) -> None:
    """A seat alone gives no sight of the partnership."""
    role = PartnerAppointment.objects.get(user=scene.cast.woking_rep)
    role.last_day = TODAY - timedelta(days=1)
    role.save_by(scene.cast.lead)
    call(scene)
    assert "woking_rep" not in told()


@pytest.mark.parametrize(
    ("kind", "happen"),
    [
        ("meetings", call),
        ("minutes", circulate),
        ("approved", lambda scene: (scene.hold(), agree(scene, agreed_on=TODAY))),
        ("agendas", lambda scene: notices.agenda_published(scene.meeting, about="1", today=TODAY, by=None)),
    ],
)
def test_who_refused_a_kind_is_not_sent_it(scene: Scene, kind: str, happen: Any) -> None:
    choose(wanted=KINDS - {kind}, by=scene.cast.woking_rep)
    choose(wanted={kind}, by=scene.cast.chair)
    happen(scene)
    assert told() == EVERYBODY - {"woking_rep"}


def test_a_reminder_by_the_clock_may_be_refused_and_a_person_s_may_not(scene: Scene) -> None:
    each = action(scene, partner=scene.cast.woking)
    choose(wanted=KINDS - {"actions"}, by=scene.cast.woking_rep)
    assert reminders.remind_by_date(partnership=scene.cast.surrey, today=TODAY) == 0
    assert chase(scene, each) == 1
    choose(wanted=KINDS, by=scene.cast.woking_rep)
    assert reminders.remind_by_date(partnership=scene.cast.surrey, today=TODAY) == 1


def test_postgresql_keeps_one_notice_of_one_event(scene: Scene) -> None:
    call(scene)
    again = Notice.objects.first()
    assert again is not None
    with pytest.raises(IntegrityError, match="notice_once"), transaction.atomic():
        Notice.objects.create(
            partnership=again.partnership, meeting=again.meeting, to=again.to, event=again.event
        )


def test_a_person_chooses_their_e_mails(scene: Scene, signed_in: Any) -> None:
    woking: Client = signed_in(scene.cast.woking_rep)
    address = "/accounts/you/notices/"
    page = text(woking.get(address))
    assert page.count(" checked") == len(KINDS)
    assert "that is always sent" in page
    assert address in text(woking.get("/accounts/you/"))
    done = text(woking.post(address, {"wanted": ["minutes", "closing"]}, follow=True))
    assert "Your choice is saved." in done
    assert done.count(" checked") == 2
    assert woking.post(address, {"wanted": ["nonsense"]}).status_code == 422
    assert NoticePreference.objects.filter(user=scene.cast.woking_rep, wanted=True).count() == 2
    assert Client().get(address)["Location"] == f"/accounts/login/?next={address}"


BROKERLESS = """
import django; django.setup()
from datetime import date
from governance.models import Meeting
from governance.services import meetings
from partners.models import User
planned = Meeting.objects.get()
meetings.cancel(meeting_id=planned.pk, version=planned.version, reason="Snow", today=date(2024, 1, 15),
    by=User.objects.get(email="lead@surrey.example"))
"""


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_while_the_broker_is_down(service_environment: dict[str, str]) -> None:
    """Nobody listens at the broker's address: what is to be sent waits in the outbox, for the sweep."""
    set_scene(assemble())
    nobody = {"REDIS_URL": "redis://127.0.0.1:1/0", "DJANGO_SETTINGS_MODULE": "svd_portal.settings"}
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", BROKERLESS],
        env={**service_environment, **nobody, "SVD_DEMO": "1", "SVD_TODAY": "2024-01-15"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - start < 20
    assert "The broker did not take kit.send_mail" in done.stderr
    waiting = OutgoingMail.objects.filter(sent_at=None, failed_at=None)
    assert {row.to[0].partition("@")[0] for row in waiting} == EVERYBODY
    assert Notice.objects.count() == len(EVERYBODY)
    assert outbox.sweep(now=timezone.now() + timedelta(minutes=2)) == len(EVERYBODY)
