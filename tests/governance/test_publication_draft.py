"""What is to be withheld, chosen over days and by two clerks; nobody else learns of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from governance.models import MinutesPublication, PublicationDraft
from governance.services import meetings, points
from governance.services import minutes_publication as publication
from governance.services.minutes_publication import Withheld
from svd_portal.kit.errors import DomainError, Stale
from tests.cast import signed_in as browser_of
from tests.governance.scene import TODAY, Scene, at, text
from tests.governance.test_publication import said

NAME = "Zebra Family"
WRITERS = {"lead", "chair"}
UNTOUCHED = "You did not change this: theirs stands below."


def keep(scene: Scene, withheld: Withheld | None = None, version: int = 0, **given: Any) -> PublicationDraft:
    facts = {"meeting_id": scene.meeting.pk, "today": TODAY, "by": scene.cast.lead, "version": version}
    return publication.keep(withheld=withheld or Withheld(), **facts | given)


def publish(scene: Scene, withheld: Withheld, version: int, **given: Any) -> MinutesPublication:
    facts = {"meeting_id": scene.meeting.pk, "published_on": TODAY, "today": TODAY, "by": scene.cast.lead}
    return publication.publish(withheld=withheld, version=version, **facts | given)


def filled(version: int, day: date | None = TODAY, **given: Any) -> dict[str, Any]:
    parts = {"day": day.day, "month": day.month, "year": day.year} if day else {}
    return {
        "version": version,
        "names": "",
        "names_reason": "personal",
        "words": "",
        "url": "",
        **{f"published_on_{part}": number for part, number in parts.items()},
        **given,
    }


def test_one_clerk_begins_another_goes_on_and_publishes(scene: Scene, signed_in: Any) -> None:
    scene.agree()
    address = at("publish_minutes", scene.meeting.pk)
    lead, chair = signed_in(scene.cast.lead), signed_in(scene.cast.chair)
    chosen = {f"thing-{scene.item.pk}": "crime", "names": f" {NAME}\r\n\r\nGuildford ", "keep": "1"}
    page = text(lead.post(address, filled(0, day=None, **chosen), follow=True))
    assert "The choices are kept. Nothing is published yet; go on here whenever you like." in page
    assert MinutesPublication.objects.count() == 0

    minutes = text(chair.get(at("minutes", scene.meeting.pk)))
    assert "Kept on 15 January 2024 by Lead (surrey)" in minutes
    assert f'<a href="{address}">Go on with it</a>' in minutes
    page = text(chair.get(address))
    assert '<option value="crime" selected>' in page
    assert f"{NAME}\nGuildford</textarea>" in page
    assert 'name="version" value="1"' in page

    chair.post(address, filled(1, **{f"thing-{scene.item.pk}": "crime", "names": "Guildford"}))
    words = said(MinutesPublication.objects.get())
    assert "5. [withheld: prejudice to prevention, detection or prosecution of crime]" in words.lower()
    assert "Guildford" not in words
    draft = PublicationDraft.objects.get()
    assert (draft.pending, draft.version, draft.kept_by) == (False, 2, scene.cast.chair)
    assert "Go on with it" not in text(lead.get(at("minutes", scene.meeting.pk)))
    assert '<option value="crime" selected>' in text(lead.get(address))


def test_the_second_of_two_clerks_sees_both_texts_and_loses_nothing(scene: Scene, signed_in: Any) -> None:
    scene.agree()
    first = scene.meeting.items.standing().first()
    address = at("publish_minutes", scene.meeting.pk)
    keep(scene, Withheld({str(first.pk): "order"}, names=(NAME,)), by=scene.cast.chair)
    mine = {f"thing-{scene.item.pk}": "safety", "names": "Guildford", "words": "commercial"}
    lead = signed_in(scene.cast.lead)
    for press in ("keep", "publish"):
        answer = lead.post(address, filled(0, **mine, **{press: "1"}))
        page = text(answer)
        assert answer.status_code == 422
        assert "Someone changed this while you were editing" in page
        for theirs, yours in (
            ("Withhold: good order in a school, prison or custody", UNTOUCHED),
            ("Publish", "Withhold: danger to safety"),
            (NAME, "Guildford"),
        ):
            assert f"<td>{theirs}</td><td>{yours}</td>" in page
        for chosen in ("order", "safety"):
            assert f'<option value="{chosen}" selected>' in page
        assert ">Guildford</textarea>" in page.replace("\n", "")
        assert 'value="commercial"' in page
        assert 'name="version" value="1"' in page
    assert PublicationDraft.objects.get().names == NAME
    assert MinutesPublication.objects.count() == 0
    again = mine | {f"thing-{first.pk}": "order", "names": f"Guildford\n{NAME}"}
    lead.post(address, filled(1, **again, keep="1"))
    draft = PublicationDraft.objects.get()
    assert (draft.version, draft.names.splitlines()) == (2, ["Guildford", NAME])
    assert draft.things == {str(scene.item.pk): "safety", str(first.pk): "order"}


def test_who_touched_nothing_takes_over_what_the_other_withholds(scene: Scene, signed_in: Any) -> None:
    scene.agree()
    first = scene.meeting.items.standing().first()
    address = at("publish_minutes", scene.meeting.pk)
    things = {str(first.pk): "order"}
    keep(scene, Withheld(things))
    keep(
        scene, Withheld(things | {str(scene.item.pk): "crime"}, names=(NAME,)), version=1, by=scene.cast.chair
    )
    read = {f"thing-{first.pk}": "order"}
    page = text(signed_in(scene.cast.lead).post(address, filled(1, **read)))
    assert page.count(f"<td>{UNTOUCHED}</td>") == 2
    assert '<option value="crime" selected>' in page
    assert f">{NAME}</textarea>" in page.replace("\n", "")
    assert 'name="version" value="2"' in page
    assert MinutesPublication.objects.count() == 0


def test_whoever_published_meanwhile_is_seen_too(scene: Scene) -> None:
    scene.agree()
    publish(scene, Withheld(names=(NAME,)), version=0)
    with pytest.raises(Stale) as refused:
        publish(scene, Withheld(), version=0)
    assert (refused.value.current["names"], refused.value.version) == (NAME, 1)
    with pytest.raises(Stale):
        keep(scene, version=0)
    assert MinutesPublication.objects.count() == 1


def test_two_presses_publish_once(scene: Scene, lead: Client) -> None:
    scene.agree()
    key = "0b6cf6ab-6a4f-4d58-9c5e-0f2b8f3ad001"
    for _press in range(2):
        answer = lead.post(at("publish_minutes", scene.meeting.pk), filled(0, key=key))
        assert answer.status_code == 302
    assert MinutesPublication.objects.count() == 1
    assert PublicationDraft.objects.get().version == 1


def test_the_form_sent_again_with_other_choices_publishes_them(scene: Scene, lead: Client) -> None:
    scene.agree()
    key = "0b6cf6ab-6a4f-4d58-9c5e-0f2b8f3ad001"
    address, more = at("publish_minutes", scene.meeting.pk), {f"thing-{scene.item.pk}": "crime"}
    # Back to the form, which still says version 0, twice; the last choice was made before.
    for choices in ({}, {"names": "Guildford"}, {"names": "Guildford"}, more, {}, {}):
        answer = lead.post(address, filled(0, key=key, **choices))
        assert answer.status_code == 302
    made = list(MinutesPublication.objects.order_by("edition"))
    assert [(each.choices["things"], each.choices["names"]) for each in made] == [
        ({}, []),
        ({}, ["Guildford"]),
        ({str(scene.item.pk): "crime"}, []),
        ({}, []),
    ]
    assert answer.url == at("published_minutes", made[-1].pk)
    assert ["DELIVERY PLAN" in said(each) for each in made] == [True, True, False, True]


def test_the_form_sent_again_after_somebody_else_shows_what_they_chose(scene: Scene, lead: Client) -> None:
    scene.agree()
    key = "0b6cf6ab-6a4f-4d58-9c5e-0f2b8f3ad001"
    address = at("publish_minutes", scene.meeting.pk)
    lead.post(address, filled(0, key=key))
    keep(scene, Withheld(names=(NAME,)), version=1, by=scene.cast.chair)
    again = lead.post(address, filled(0, key=key, words="commercial"))
    assert again.status_code == 422
    assert NAME in text(again)
    assert 'value="commercial"' in text(again)
    assert MinutesPublication.objects.count() == 1
    lead.post(address, filled(2, key=key, names=NAME, words="commercial"))
    assert MinutesPublication.objects.get(edition=2).choices["names"] == [NAME]


def test_what_is_not_whole_yet_is_kept_and_not_published(scene: Scene) -> None:
    scene.agree()
    half = Withheld(names=(NAME,), names_reason="other")
    kept = keep(scene, half)
    with pytest.raises(DomainError, match="Say what the other reason is"):
        publish(scene, half, version=1)
    kept.refresh_from_db()
    assert (kept.version, kept.pending) == (1, True)


def test_a_date_is_asked_to_publish_and_not_to_keep(scene: Scene, lead: Client) -> None:
    scene.agree()
    address = at("publish_minutes", scene.meeting.pk)
    assert lead.post(address, filled(0, day=None)).status_code == 422
    assert lead.post(address, filled(0, day=None, keep="1")).status_code == 302
    wrong = lead.post(address, filled(1, url="no address", keep="1"))
    assert wrong.status_code == 422
    assert 'value="no address"' in text(wrong)


def test_what_came_or_changed_since_is_pointed_out(scene: Scene, lead: Client) -> None:
    scene.hold()
    point = scene.point("Said then")
    held = scene.fresh()
    meetings.agree_minutes(
        meeting_id=held.pk, version=held.version, agreed_on=TODAY, today=TODAY, by=scene.cast.lead
    )
    keep(scene)
    address = at("publish_minutes", scene.meeting.pk)
    new = "New or changed since the choices were kept."
    assert new not in text(lead.get(address))
    by = {"by": scene.cast.lead, "reason": "Misheard"}
    points.change(point_id=point.pk, version=1, text="Said so", kind="point", spoken=points.Spoken(), **by)
    points.add(item_id=scene.item.pk, text="Left out", **by)
    assert text(lead.get(address)).count(new) == 2
    keep(scene, version=1)
    assert new not in text(lead.get(address))


def test_what_is_gone_from_the_minutes_cannot_be_kept(scene: Scene) -> None:
    secret = scene.secret()
    with pytest.raises(DomainError, match="Only minutes that were agreed"):
        keep(scene)
    scene.agree()
    with pytest.raises(DomainError, match="changed meanwhile"):
        keep(scene, Withheld({str(secret.pk): "personal"}))


@pytest.mark.parametrize("state", ["draft", "published"])
def test_nobody_else_sees_the_choices(scene: Scene, state: str) -> None:
    """Neither the page nor the record of changes, its names or its count; nor once it was published."""
    scene.agree()
    draft = keep(scene, Withheld({str(scene.item.pk): "crime"}, names=(NAME,)))
    if state == "published":
        publish(scene, Withheld(names=(NAME,)), version=1)
    cast = scene.cast
    people = cast.members | {"outsider": cast.outsider, "nobody": cast.nobody}
    history = f"/surrey/history/governance.publicationdraft/{draft.pk}/"
    pages = [
        at("minutes", scene.meeting.pk),
        at("meeting", scene.meeting.pk),
        history,
        "/surrey/history/",
        "/surrey/",
    ]
    pages += [f"/surrey/search/?q={NAME.replace(' ', '+')}", at("publish_minutes", scene.meeting.pk)]
    rows, told, marked, opened, statuses = set(), set(), set(), set(), {}
    for part, user in people.items():
        if PublicationDraft.objects.for_user(user, cast.surrey).exists():
            rows.add(part)
        client = browser_of(user)
        answers = {page: client.get(page) for page in pages}
        shown = {page: text(each).replace(NAME.replace(" ", "+"), "") for page, each in answers.items()}
        # What was asked for stands on the page of the search in any case; nothing must be found.
        searched = shown.pop(pages[-2])
        if any(NAME in words for words in shown.values()) or 'class="results"' in searched:
            told.add(part)
        if "Draft for publication" in shown[pages[0]]:
            marked.add(part)
        if "Draft for publication" in shown["/surrey/history/"]:
            opened.add(part)
        statuses[part] = (answers[history].status_code, answers[pages[-1]].status_code)
    assert rows == WRITERS
    assert told == WRITERS
    assert marked == (WRITERS if state == "draft" else set())
    assert opened == {"lead"}  # the chair does not read the whole record of changes
    assert {part for part, found in statuses.items() if found[0] == 200} == WRITERS
    assert {part for part, found in statuses.items() if found[1] == 200} == WRITERS
    assert {found for part, found in statuses.items() if part not in WRITERS} == {(404, 403), (404, 404)}


def test_who_may_keep_a_draft(scene: Scene) -> None:
    scene.agree()
    may = set()
    for part, user in (scene.cast.members | {"outsider": scene.cast.outsider}).items():
        try:
            keep(scene, version=len(may), by=user)
            may.add(part)
        except PermissionDenied:
            pass
    assert may == WRITERS


@pytest.mark.parametrize("kept", [1, 3])
def test_as_many_queries_for_one_part_withheld_as_for_three(
    scene: Scene, lead: Client, django_assert_num_queries: Any, kept: int
) -> None:
    scene.agree()
    some = list(scene.meeting.items.standing()[:kept])
    keep(scene, Withheld({str(item.pk): "crime" for item in some}))
    lead.get(at("publish_minutes", scene.meeting.pk))
    with django_assert_num_queries(13):
        lead.get(at("publish_minutes", scene.meeting.pk))


def test_a_day_passes_and_the_day_of_publication_is_today_again(scene: Scene, settings: Any) -> None:
    scene.agree()
    keep(scene)
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY + timedelta(days=3))
    page = text(browser_of(scene.cast.lead).get(at("publish_minutes", scene.meeting.pk)))
    assert 'value="18"' in page
    assert "Kept on 15 January 2024 by Lead (surrey)." in page
