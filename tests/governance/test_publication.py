"""Agreed minutes published: what is withheld leaves a gap with its reason, restricted items leave nothing."""

import time
from datetime import timedelta
from io import BytesIO
from typing import Any

import docx
import page as page_validation
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client

from governance import publication_documents
from governance.models import Interest, MinutesPublication
from governance.rules.withholding import REASONS, block_of, cleaner, gap, plain, unfound, without_names
from governance.services import actions, decisions, interests
from governance.services import minutes_publication as publication
from governance.services.minutes_publication import Withheld
from svd_portal.kit.blocks import Bullets, Heading, Paragraph, Table, as_text, paragraphs
from svd_portal.kit.errors import DomainError
from svd_portal.kit.models import Document
from svd_portal.kit.rules.canonical import read
from tests.governance.scene import TODAY, Scene, at, text
from tests.governance.test_circulation import agree, answer, circulate, comment

SECRET = "A named family"


def publish(scene: Scene, withheld: Withheld | None = None, **given: Any) -> MinutesPublication:
    facts = {"meeting_id": scene.meeting.pk, "published_on": TODAY, "today": TODAY, "by": scene.cast.lead}
    return publication.publish(withheld=withheld or Withheld(), **facts | given)


def said(made: MinutesPublication) -> str:
    content = read(made.canonical)
    return as_text(content["title"], publication_documents.blocks_of(content))


def test_a_gap_says_its_reason() -> None:
    assert [gap(reason) for reason in REASONS][:2] == [
        "[withheld: danger to safety]",
        "[withheld: prejudice to prevention, detection or prosecution of crime]",
    ]
    assert gap("other", "commercial") == "[withheld: commercial]"


def test_names_go_wherever_they_stand_and_words_that_hold_them_stay() -> None:
    blocks = [
        Heading("Ann Lee"),
        Paragraph("ANN LEE spoke; Annabel listened", "Ann:"),
        Bullets(("by Ann",)),
        Table("Ann", ("Who",), (("Lee Ann",),)),
    ]
    assert without_names(blocks, cleaner(["Ann", " Ann Lee "], "[x]")) == [
        Heading("[x]"),
        Paragraph("[x] spoke; Annabel listened", "[x]:"),
        Bullets(("by [x]",)),
        Table("[x]", ("Who",), (("Lee [x]",),)),
    ]
    assert without_names(blocks, cleaner([" "], "[x]")) == blocks


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Jane Smith", "JANE  smith"),
        ("Jane  Smith", "Jane\u00a0Smith"),
        ("Jane Smith", "Jane\r\nSmith"),
        ("Siobhán O'Brien", "Siobha\u0301n O’Brien"),
        ("O’Brien", "O'Brien’s"),
        ("Anne-Marie Lee", "Anne‑Marie Lee"),
        ("Anne – Marie Lee", "Anne-\nMarie Lee"),
        ("Smith", "Sm\u00adith"),
        ("Jane Smith", "_Jane Smith_"),
        ("Jane Smith", "Jane\u200d S\u034fmith"),
        ("Griffin", "Griﬃn"),
    ],
)
def test_a_name_is_found_however_it_is_written(name: str, written: str) -> None:
    cleaned = cleaner([name], r"[\1]")(f"then {written} spoke")
    assert cleaned in (r"then [\1] spoke", r"then [\1]’s spoke", r"then _[\1]_ spoke")
    assert unfound([name], [f"then {written} spoke"], []) == []


def test_a_name_goes_on_in_the_next_line_of_a_text() -> None:
    blocks = [*paragraphs("We met Jane\nSmith at noon.\nAnd left."), Paragraph("Smith came", "1a")]
    assert without_names(blocks, cleaner(["Jane Smith"], "[x]")) == [
        Paragraph("We met [x] at noon."),
        Paragraph("And left."),
        Paragraph("Smith came", "1a"),
    ]
    assert unfound(["Jane Smith", "Bob", " "], [], blocks) == ["Bob"]


def test_names_of_hyphens_cost_nothing() -> None:
    begun = time.process_time()
    text = "line " + "   -   " * 400
    for name in ("-" * 40, "a" + "-" * 40 + "b", "- " * 20):
        assert cleaner([name], "[x]")(text) == text
    assert time.process_time() - begun < 1


def test_what_holds_no_name_stays_as_it_is_to_the_letter() -> None:
    odd = "Sm\u00adith, Siobha\u0301n"
    assert cleaner(["Bob"], "[x]")(odd) == odd


def test_names_go_from_the_place_and_the_title_too(scene: Scene) -> None:
    scene.agree()
    content = read(publish(scene, Withheld(names=("guildford", "15  January 2024"))).canonical)
    assert "Guildford" not in content["about"]
    assert content["about"] == "[withheld: personal data] at 10am, [withheld: personal data]"
    assert content["title"].endswith(", [withheld: personal data]")


def test_the_preview_says_which_name_stands_nowhere(scene: Scene, lead: Client) -> None:
    scene.point("Said by Jane  Smith")
    scene.secret("Bob & sons")
    scene.agree()
    given = {f"published_on_{part}": value for part, value in (("day", 15), ("month", 1), ("year", 2024))}
    given |= {"version": 0, "names_reason": "personal", "names": "jane smith\nBob & sons", "preview": "1"}
    page = text(lead.post(at("publish_minutes", scene.meeting.pk), given))
    assert "“Bob &amp; sons” stands nowhere in these minutes." in page
    assert "“jane smith”" not in page
    assert "Said by [withheld: personal data]" in page


def test_blocks_are_frozen_and_read_back() -> None:
    blocks = [
        Heading("H", 3),
        Paragraph("p", "l"),
        Bullets(("a",), True),
        Table("t", ("A", "B"), (("1", "2"),), (40, 60)),
    ]
    assert [block_of(plain(block)) for block in blocks] == blocks


def test_only_agreed_minutes_are_published(scene: Scene) -> None:
    scene.hold()
    with pytest.raises(DomainError, match="Only minutes that were agreed"):
        publish(scene)
    with pytest.raises(IntegrityError, match="only agreed minutes"), transaction.atomic():
        MinutesPublication.objects.create(
            partnership=scene.cast.surrey,
            meeting=scene.meeting,
            edition=1,
            published_on=TODAY,
            canonical="{}",
            sha256="0" * 64,
            choices={},
        )


def test_each_thing_withheld_leaves_its_gap(scene: Scene) -> None:
    by = scene.cast.lead
    asked = scene.recommend("the deal with Acme")
    made = decisions.record_outcome(item_id=scene.item.pk, recommendation_id=asked.pk, today=TODAY, by=by)
    point = scene.point("Said in trust")
    scene.point("And below it", point)
    act = actions.create(item_id=scene.item.pk, text="Visit number 12", owner_role="An officer", by=by)
    circulate(scene)
    answer(comment(scene, item_id=scene.item.pk), scene, text="No longer names Bob")
    agree(scene, agreed_on=TODAY)
    first = scene.meeting.items.standing().first()
    words = said(
        publish(
            scene,
            Withheld(
                {
                    str(made.pk): "other",
                    str(point.pk): "personal",
                    str(act.pk): "safety",
                    str(first.pk): "order",
                },
                names=("Chair",),
                words="commercial",
            ),
        )
    )
    for gone in ("Acme", "Said in trust", "And below it", "number 12", "An officer", "Apologies and", "Bob"):
        assert gone not in words
    for there in (
        "1. [withheld: good order in a school, prison or custody]".upper(),
        "1. [withheld: commercial]",
        "EXEC/2024/01: [withheld: commercial]",
        "1 [withheld: personal data]",
        "1a [withheld: personal data]",
        "- EXEC/2024/A01; What is to be done: [withheld: danger to safety]",
        "[withheld: personal data] (surrey)",
    ):
        assert there in words


def declare(scene: Scene, words: str, **given: Any) -> Interest:
    declared = interests.Declared(words, role="A councillor", **given)
    return interests.declare(meeting_id=scene.meeting.pk, declared=declared, by=scene.cast.lead)


def test_an_interest_is_withheld_alone_or_with_its_item(scene: Scene) -> None:
    kept, alone = declare(scene, "Sits on a board"), declare(scene, "Owns the shop")
    about = declare(scene, "Married to the bidder", item_id=scene.item.pk)
    scene.agree()
    before = publish(scene)
    whole = said(before)
    for each in (kept, alone, about):
        assert each.text in whole
    words = said(publish(scene, Withheld({str(alone.pk): "personal", str(scene.item.pk): "crime"})))
    assert "Sits on a board" in words
    assert "- [withheld: personal data]" in words
    assert "- [withheld: prejudice to prevention, detection or prosecution of crime]" in words
    for gone in ("Owns the shop", "Married to the bidder", "Delivery plan", "DELIVERY PLAN"):
        assert gone not in words
    before.refresh_from_db()
    assert said(before) == whole


def test_an_interest_stands_in_the_form_under_its_item(scene: Scene, lead: Client) -> None:
    open_one = declare(scene, "Owns the shop")
    secret = scene.secret(SECRET)
    hidden = declare(scene, "Knows them", item_id=secret.pk)
    scene.agree()
    page = text(lead.get(at("publish_minutes", scene.meeting.pk)))
    assert f'name="thing-{open_one.pk}"' in page
    assert "Interest declared by A councillor: Owns the shop" in page
    assert str(hidden.pk) not in page
    with pytest.raises(DomainError, match="changed meanwhile"):
        publish(scene, Withheld({str(hidden.pk): "personal"}))


def test_restricted_items_leave_neither_number_nor_title(scene: Scene) -> None:
    secret = scene.secret(SECRET)
    scene.agree()
    made = publish(scene)
    assert SECRET.lower() not in said(made).lower()
    assert "R1" not in made.canonical
    with pytest.raises(DomainError, match="changed meanwhile"):
        publish(scene, Withheld({str(secret.pk): "personal"}))


def test_what_cannot_be_published_so(scene: Scene) -> None:
    scene.agree()
    with pytest.raises(DomainError) as refused:
        publish(scene, Withheld(names=("Chair",), names_reason="other"))
    assert refused.value.field == "words"
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(DomainError) as refused:
            publish(scene, published_on=day)
        assert refused.value.field == "published_on"


def test_a_publication_never_changes_and_a_later_one_takes_its_place(scene: Scene, lead: Client) -> None:
    scene.agree()
    first, second = publish(scene), publish(scene, Withheld(names=("Guildford",)))
    assert (first.edition, second.edition) == (1, 2)
    with pytest.raises(Exception, match=r"permission denied|Cannot"), transaction.atomic():
        connection.cursor().execute("UPDATE governance_minutespublication SET edition = 3")
    assert "A later version stands in its place" in text(lead.get(at("published_minutes", first.pk)))
    assert "Replaced" not in text(lead.get(at("published_minutes", second.pk)))
    for name in ("meeting", "minutes"):
        assert at("published_minutes", second.pk) in text(lead.get(at(name, scene.meeting.pk)))
    assert "Minutes published" in text(lead.get(at("meetings")))
    exported = lead.get(at("meetings") + "?format=csv")
    assert exported.status_code == 200


def test_who_publishes_and_who_reads(scene: Scene, signed_in: Any) -> None:
    scene.agree()
    for part, who in scene.cast.members.items():
        status = signed_in(who).get(at("publish_minutes", scene.meeting.pk)).status_code
        assert status == (200 if part in ("lead", "chair") else 403), part
        if part not in ("lead", "chair"):
            with pytest.raises(PermissionDenied):
                publish(scene, by=who)
    made = publish(scene)
    for who in scene.cast.members.values():
        assert signed_in(who).get(at("published_minutes", made.pk)).status_code == 200
    for name in ("published_minutes", "published_word", "published_pdf"):
        assert signed_in(scene.cast.outsider).get(at(name, made.pk)).status_code == 404


def test_it_is_seen_before_it_is_published(scene: Scene, lead: Client) -> None:
    scene.agree()
    address = at("publish_minutes", scene.meeting.pk)
    given = {
        f"thing-{scene.item.pk}": "crime",
        "names": "",
        "names_reason": "personal",
        "words": "",
        "published_on_day": "15",
        "published_on_month": "1",
        "published_on_year": "2024",
        "url": "",
        "version": "0",
    }
    shown = lead.post(address, given | {"preview": "1"})
    assert shown.status_code == 200
    assert "5. [withheld: prejudice to prevention, detection or prosecution of crime]" in text(shown)
    assert MinutesPublication.objects.count() == 0
    page = text(lead.post(address, given, follow=True))
    assert "[withheld: prejudice" in page
    assert "The published minutes are kept as they are." in page
    assert '<option value="crime" selected>' in text(lead.get(address))
    wrong = lead.post(address, given | {"names": "Chair", "names_reason": "other", "preview": "1"})
    assert wrong.status_code == 422
    assert "Say what the other reason is." in text(wrong)


def test_files_come_from_what_was_frozen(scene: Scene, lead: Client) -> None:
    scene.agree()
    made = publish(scene, Withheld({str(scene.item.pk): "safety"}))
    answered = lead.get(at("published_word", made.pk))
    name = 'attachment; filename="surrey-exec-2024-01-15-published-minutes-1.docx"'
    assert answered["Content-Disposition"] == name
    document: Any = docx.Document(BytesIO(answered.content))
    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 1"]
    assert "5. [withheld: danger to safety]" in headings
    lead.post(at("make_published", made.pk))
    asked = Document.objects.get(kind="published-minutes")
    built = publication_documents.build(asked)
    assert built.filename == "surrey-exec-2024-01-15-published-minutes-1.pdf"
    profile = page_validation.ValidationProfile.PDF_UA_1
    assert list(page_validation.validate_pdf_bytes(built.content, profile=profile).failures) == []
    assert lead.get(at("published_state", made.pk)).json()["state"]
    assert lead.get(at("published_pdf", made.pk)).status_code == 404
