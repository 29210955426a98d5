"""What is told of a series of meetings, and of papers that come late: one e-mail each, and nothing lost."""

import subprocess
import sys
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from governance.models import Meeting, Notice, Paper
from governance.selectors.series import state_of
from governance.services import paper_notices, papers, series
from governance.services.publication import publish_agenda
from governance.tasks import tell_of_papers
from partners.services.notices import choose
from svd_portal.kit.models import OutgoingMail
from svd_portal.kit.services import mail as outbox
from tests.cast import assemble
from tests.governance.scene import TODAY, Scene, at, set_scene
from tests.governance.series import APRIL, called, changed
from tests.governance.test_notices import EVERYBODY, KINDS, told

HOUR = timedelta(hours=1)


def letter(to: str = "woking_rep") -> Any:
    (found,) = [each for each in mail.outbox if each.to == [f"{to}@surrey.example"]]
    return found


def test_a_series_is_one_e_mail_with_every_date(scene: Scene) -> None:
    made = called(scene, today=TODAY)
    assert told() == EVERYBODY
    assert len(mail.outbox) == len(EVERYBODY)
    assert letter().subject == (
        "Series of meetings called: Surrey Serious Violence Reduction Executive, 9 April 2024 to 11 June 2024"
    )
    assert str(letter().body).startswith(
        "Surrey Serious Violence Reduction Executive\n9 April 2024 at 10am\n14 May 2024 at 10am\n"
        "11 June 2024 at 10am\n\nThese meetings are called."
    )
    assert f"{at('meeting', made[0].pk)}\n" in str(letter().body)
    assert {(n.event, n.meeting_id) for n in Notice.objects.all()} == {("series_called", made[0].pk)}


def test_days_of_a_series_that_lie_behind_are_nobody_s_news(scene: Scene) -> None:
    called(scene, [TODAY - timedelta(days=n) for n in (3, 2)], today=TODAY)
    assert mail.outbox == []
    called(scene, [TODAY - timedelta(days=1), TODAY + timedelta(days=9)], today=TODAY)
    assert letter().subject.endswith("Executive, 24 January 2024")


def test_a_series_that_changes_is_told_once_for_each_change(scene: Scene) -> None:
    _first, second, _third = called(scene)
    changed(scene, second, minutes=60, today=TODAY)
    assert mail.outbox == []
    changed(scene, Meeting.objects.get(pk=second.pk), starts=time(14), today=TODAY)
    assert len(mail.outbox) == len(EVERYBODY)
    assert "\n14 May 2024 at 2pm\n11 June 2024 at 2pm\n\nThe time or the place" in str(letter().body)
    mail.outbox.clear()
    changed(scene, Meeting.objects.get(pk=second.pk), place="Woking", today=TODAY)
    assert len(mail.outbox) == len(EVERYBODY)
    mail.outbox.clear()
    changed(scene, Meeting.objects.get(pk=second.pk), today=TODAY)
    assert mail.outbox == []


def test_a_series_that_is_cancelled_is_told_once_and_not_why(scene: Scene) -> None:
    _first, second, _third = called(scene)
    choose(wanted=KINDS - {"meetings"}, by=scene.cast.chair)
    series.cancel_following(
        meeting_id=second.pk, version=state_of(second), reason="Snow", today=TODAY, by=scene.cast.lead
    )
    assert told() == EVERYBODY - {"chair"}
    assert len(mail.outbox) == len(EVERYBODY) - 1
    assert letter().subject.startswith("Series of meetings cancelled: ")
    assert "Snow" not in str(letter().body)


def test_the_pages_tell_members(scene: Scene, signed_in: Any) -> None:
    lead: Client = signed_in(scene.cast.lead)
    days = {
        f"d{n}-day_{part}": getattr(day, part)
        for n, day in enumerate(APRIL)
        for part in ("day", "month", "year")
    }
    plan = {"body": scene.cast.executive.pk, "starts": "10:00", "minutes": 90, "place": "Guildford"}
    plan |= {"marking": "official", "pattern": "weekday", "every": 1}
    answer = lead.post(at("series_days"), plan | days, follow=True)
    assert "3 meetings are called." in answer.content.decode()
    assert (told(), len(mail.outbox)) == (EVERYBODY, len(EVERYBODY))
    first = Meeting.objects.get(series_position=1)
    mail.outbox.clear()
    cancelled = {"version": state_of(first), "reason": "Elections"}
    done = lead.post(at("cancel_following", first.pk), cancelled, follow=True)
    assert "3 meetings are cancelled." in done.content.decode()
    assert (told(), len(mail.outbox)) == (EVERYBODY, len(EVERYBODY))


def published(scene: Scene) -> None:
    publish_agenda(
        meeting_id=scene.meeting.pk, version=scene.fresh().version, today=TODAY, by=scene.cast.lead
    )
    mail.outbox.clear()


def put(scene: Scene, title: str = "A named street", item: Any = None, by: Any = None) -> Paper:
    return papers.add(
        item_id=(item or scene.item).pk,
        title=title,
        url="https://example.org/x",
        today=TODAY,
        by=by or scene.cast.lead,
    )


def tell(scene: Scene, later: timedelta = HOUR, today: date = TODAY) -> int:
    return paper_notices.tell(partnership=scene.cast.surrey, today=today, now=timezone.now() + later)


def test_papers_after_the_agenda_make_one_e_mail_without_a_word_of_them(scene: Scene) -> None:
    put(scene, "Came before")
    assert tell(scene) == 0  # the agenda is a draft
    published(scene)
    assert tell(scene) == 0
    put(scene)
    put(scene, "Another")
    assert tell(scene, timedelta(minutes=9)) == 0  # more may follow
    assert tell(scene) == len(EVERYBODY)
    assert told() == EVERYBODY
    assert letter().subject == "Papers added: Surrey Serious Violence Reduction Executive, 15 January 2024"
    said = f"{letter().subject} {letter().body}"
    for word in ("street", "Another", "Delivery plan"):
        assert word not in said
    assert f"{at('minutes', scene.meeting.pk)}\n" in said
    assert tell(scene) == 0


def test_papers_are_gathered_for_two_hours(scene: Scene) -> None:
    published(scene)
    first = put(scene)
    assert tell(scene) == len(EVERYBODY)
    papers.add_version(
        paper_id=first.pk, title="x", changed="Figures", url="https://example.org/y", by=scene.cast.lead
    )
    put(scene, "Third")
    assert tell(scene) == 0
    assert tell(scene, 2 * HOUR) == len(EVERYBODY)
    assert tell(scene, 4 * HOUR) == 0
    assert len(mail.outbox) == 2 * len(EVERYBODY)


def test_restricted_papers_are_told_to_their_readers_alone(scene: Scene) -> None:
    secret = scene.secret()
    published(scene)
    put(scene, item=secret)
    assert tell(scene) == 2
    assert told() == {"chair", "officer"}
    put(scene)
    assert tell(scene) == len(EVERYBODY) - 2  # these two were told a moment ago
    assert tell(scene, 3 * HOUR) == 2


def test_a_restricted_paper_is_told_though_the_agenda_is_published_again(scene: Scene) -> None:
    """What all read did not change, so the second publication told nobody."""
    secret = scene.secret()
    published(scene)
    put(scene, item=secret)
    published(scene)
    assert tell(scene) == 2


def test_a_publication_that_was_told_covers_its_papers(scene: Scene) -> None:
    published(scene)
    put(scene)
    published(scene)
    assert tell(scene) == 0


def test_a_publication_covers_its_papers_for_those_alone_whom_it_was_told(scene: Scene) -> None:
    choose(wanted=KINDS - {"agendas"}, by=scene.cast.observer)
    published(scene)
    put(scene)
    published(scene)
    assert tell(scene) == 1
    assert told() == {"observer"}
    put(scene, "Another")
    assert tell(scene, 3 * HOUR) == len(EVERYBODY)
    published(scene)
    assert tell(scene, 6 * HOUR) == 0


def test_papers_added_long_after_the_last_e_mail_are_waited_for_too(scene: Scene) -> None:
    published(scene)
    put(scene)
    assert tell(scene) == len(EVERYBODY)
    with time_machine.travel(timezone.now() + 3 * HOUR):
        put(scene, "Another")
        assert tell(scene, timedelta(minutes=9)) == 0  # more may follow
        assert tell(scene) == len(EVERYBODY)


def test_what_is_no_news_is_not_told(scene: Scene) -> None:
    published(scene)
    withdrawn = put(scene)
    papers.withdraw(paper_id=withdrawn.pk, by=scene.cast.lead)
    assert tell(scene) == 0
    added = put(scene, by=scene.cast.chair)
    papers.note_opened(paper=added, by=scene.cast.woking_rep)
    choose(wanted=KINDS - {"papers"}, by=scene.cast.observer)
    assert tell(scene) == 2
    assert told() == {"police_rep", "officer"}


def test_nobody_is_told_of_a_meeting_that_is_over(scene: Scene) -> None:
    published(scene)
    put(scene)
    assert tell(scene, today=TODAY + timedelta(days=1)) == 0
    scene.hold()
    assert tell(scene) == 0


def test_the_clock_asks_everywhere(scene: Scene, settings: Any) -> None:
    settings.BUSINESS_DATE = TODAY.isoformat()
    published(scene)
    put(scene)
    tell_of_papers()
    assert mail.outbox == []  # it was added just now
    assert tell(scene) == len(EVERYBODY)


BROKERLESS = """
import django; django.setup()
from datetime import date, time, timedelta
from django.utils import timezone
from governance.models import Body
from governance.services import paper_notices, series
from partners.models import Partnership, User
surrey, today = Partnership.objects.get(slug="surrey"), date(2024, 1, 15)
body = Body.objects.get(code="EXEC", partnership=surrey)
series.call(body_id=body.pk, days=[date(2024, 4, 9), date(2024, 5, 14)],
    starts=time(10), pattern="weekday", today=today, by=User.objects.get(email="lead@surrey.example"))
paper_notices.tell(partnership=surrey, today=today, now=timezone.now() + timedelta(hours=1))
"""


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_while_the_broker_is_down(service_environment: dict[str, str]) -> None:
    scene = set_scene(assemble())
    published(scene)
    put(scene)
    nobody = {"REDIS_URL": "redis://127.0.0.1:1/0", "DJANGO_SETTINGS_MODULE": "svd_portal.settings"}
    done = subprocess.run(
        [sys.executable, "-c", BROKERLESS],
        env={**service_environment, **nobody, "SVD_DEMO": "1", "SVD_TODAY": "2024-01-15"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    waiting = OutgoingMail.objects.filter(sent_at=None, failed_at=None)
    assert {(row.subject.partition(":")[0], row.to[0].partition("@")[0]) for row in waiting} == {
        (what, who) for what in ("Series of meetings called", "Papers added") for who in EVERYBODY
    }
    assert outbox.sweep(now=timezone.now() + timedelta(minutes=2)) == 2 * len(EVERYBODY)
    assert tell(scene, 3 * HOUR) == 0
