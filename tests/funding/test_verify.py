"""Anybody asks whether a return is genuine, and learns that alone."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from funding import documents
from funding.models import QuarterlyReturn
from funding.rules import verifying
from funding.rules.outputs import KINDS
from funding.services import returns
from svd_portal.kit.models import Document, SealCertificate
from svd_portal.kit.services.documents import CannotBuild
from svd_portal.kit.services.seals import TOGETHER
from tests.cast import TODAY, Cast
from tests.funding.pages import words
from tests.funding.return_story import Story, act, begin, certify, complete, lock

CURRENT = "This code is that of a certified return, and it is current"
NONE = "No certified return has this code"


@pytest.fixture(autouse=True)
def business_date(settings: Any, tmp_path: Any) -> None:
    settings.BUSINESS_DATE = TODAY.isoformat()
    settings.DATA_DIR = tmp_path


@pytest.fixture
def story(cast: Cast) -> Story:
    return complete(begin(cast))


def code_of(found: QuarterlyReturn) -> str:
    return verifying.code_of(found.snapshot.sha256)


def by_code(code: str) -> str:
    answer = Client().get("/verify/", {"code": code})
    assert answer.status_code == 200
    return words(answer)


def by_file(content: bytes, name: str = "return.pdf") -> str:
    answer = Client().post("/verify/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 200
    return words(answer)


def pdf_of(found: QuarterlyReturn) -> bytes:
    """As the worker builds it."""
    whose = {"subject": found.snapshot_id, "partnership_id": found.partnership_id}
    return documents.build(Document(kind=KINDS["pdf"], **whose)).content


def replace(story: Story, old: QuarterlyReturn) -> None:
    """A second version, prepared as far as it goes without a certificate."""
    new = returns.new_edition(
        return_id=old.pk, version=old.version, reason="An invoice was counted twice.", by=story.cast.finance
    )
    story.quarterly_return = new


def test_a_code_tells_what_the_return_is_and_no_figure(story: Story) -> None:
    text = by_code(code_of(certify(story)))
    assert CURRENT in text
    assert "Quarterly return, 2023/24 quarter 3" in text
    assert "1 October to 31 December 2023 · Serious Violence Duty grant · to the Home Office" in text
    assert "Surrey" in text
    assert "£" not in text


@pytest.mark.parametrize("change", [str.upper, lambda code: code.replace("-", ""), lambda code: f" {code} "])
def test_a_code_is_known_however_it_is_typed(story: Story, change: Any) -> None:
    assert CURRENT in by_code(change(code_of(certify(story))))


def test_the_whole_hash_does_as_well(story: Story) -> None:
    assert CURRENT in by_code(certify(story).snapshot.sha256)


@pytest.mark.parametrize("typed", ["801d", "801d-6d1c-d787-847c-8acz", "x" * 100, "%" * 20])
def test_what_is_no_code_is_said_beside_the_field_and_kept(db: None, typed: str) -> None:
    answer = Client().post("/verify/", {"code": typed})
    page = answer.content.decode()
    assert "Type the whole code: 20 digits and letters from a to f, in five groups of four." in page
    assert f'value="{typed}"' in page
    assert "<title>Error: Check a return" in page


def test_nothing_and_both_are_asked_for_again(db: None) -> None:
    assert "Choose a file, or type its code below." in words(Client().post("/verify/", {}))
    both = {"code": "0" * 20, "file": SimpleUploadedFile("x.pdf", b"x")}
    assert "Give the file or the code, not both." in words(Client().post("/verify/", both))
    empty = {"file": SimpleUploadedFile("x.pdf", b"")}
    assert "The file is empty. Choose another file." in words(Client().post("/verify/", empty))


def test_a_return_that_is_not_certified_has_no_code(story: Story) -> None:
    locked = lock(story)
    assert NONE in by_code(code_of(locked))
    assert NONE in by_code("0" * 20)
    act(story, "send_back", story.cast.checker, reason="A figure is wrong.")
    assert NONE in by_code(code_of(locked))


def test_a_file_made_here_is_genuine_and_current(story: Story) -> None:
    content = pdf_of(certify(story))
    assert SealCertificate.objects.count() == 1
    text = by_file(content)
    assert "Genuine and current" in text
    assert "Quarterly return, 2023/24 quarter 3" in text
    assert "£" not in text


def test_a_file_is_genuine_whatever_key_seals_now(story: Story, tmp_path: Any) -> None:
    content = pdf_of(certify(story))
    (tmp_path / "seal.pem").unlink()
    pdf_of(story.quarterly_return)
    assert SealCertificate.objects.count() == 2
    assert "Genuine and current" in by_file(content)


def test_a_later_version_replaces_it_once_certified_not_before(story: Story) -> None:
    old = certify(story)
    content, code = pdf_of(old), code_of(old)
    replace(story, old)
    assert CURRENT in by_code(code)
    assert "Genuine and current" in by_file(content)
    certify(story)
    for text in (by_code(code), by_file(content)):
        assert "Genuine, and replaced" in text
        assert "Version 2 of this return was certified later and stands instead of this one." in text
    assert CURRENT in by_code(code_of(story.quarterly_return))


def test_what_is_not_genuine_is_said_to_be_so_and_why(story: Story) -> None:
    content = pdf_of(certify(story))
    changed = content + b"\n% more"
    assert "Not genuine" in by_file(changed)
    assert "Not genuine: this cannot be read as a sealed PDF" in by_file(b"Not a PDF.")
    plain = documents.pdf(documents.read(story.quarterly_return.snapshot))
    assert "Not genuine: no seal" in by_file(plain)

    assert "Quarterly return, 2023/24" not in by_file(plain)


def test_a_sealed_file_without_its_return_is_told_apart(story: Story) -> None:
    locked = lock(story)
    content = documents.sealed(documents.pdf(documents.read(locked.snapshot)))
    assert "Sealed here, but not on record" in by_file(content)


def test_a_key_that_cannot_be_read_is_a_sentence_for_whoever_asked(story: Story, settings: Any) -> None:
    settings.SEAL_FILE = str(settings.DATA_DIR / "nowhere.pem")
    with pytest.raises(CannotBuild, match=r"^The key of the seal cannot be read\. Tell your admin"):
        pdf_of(certify(story))


def test_only_a_few_files_are_looked_at_together(db: None) -> None:
    for number in range(TOGETHER):
        assert cache.add(f"seal-look-{number}", True, 60)
    file = SimpleUploadedFile("x.pdf", b"%PDF-1.7")
    answer = Client().post("/verify/", {"file": file})
    assert answer.status_code == 503
    assert "Other files are being checked. Wait a moment, then press Check again." in words(answer)
    cache.delete("seal-look-0")
    assert "Not genuine" in by_file(b"%PDF-1.7")
    assert cache.add("seal-look-0", True, 60)


def test_nobody_tries_without_end(db: None) -> None:
    client = Client(REMOTE_ADDR="203.0.113.9")
    answers = [client.post("/verify/", {"code": "0" * 20}).status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]


def test_the_number_of_questions_is_the_same_for_one_return_and_three(
    story: Story, django_assert_num_queries: Any
) -> None:
    code = code_of(certify(story))
    with django_assert_num_queries(3):
        Client().get("/verify/", {"code": code})
    replace(story, story.quarterly_return)
    certify(story)
    with django_assert_num_queries(3):
        Client().get("/verify/", {"code": code})
