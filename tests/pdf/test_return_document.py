"""The PDF of a return, made from contents of every length: conforming, complete, the same every time."""

import re
import subprocess
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from io import BytesIO
from typing import Any

import page as page_validation
import pikepdf
import pytest

from funding import documents
from funding.rules import snapshots
from funding.rules.sections import Kind, Section
from tests.pdf import sample_return as sample


def pages_of(content: dict[str, Any]) -> bytes:
    return documents.pdf(sample.frozen(content))


def leaves(pdf: bytes) -> list[str]:
    """The text of each page, as a person would copy it."""
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return [re.sub(r"\s+", " ", leaf) for leaf in found.stdout.decode().split("\f")[:-1]]


def text_of(pdf: bytes) -> str:
    return " ".join(leaves(pdf))


def failures(pdf: bytes) -> list[str]:
    """What PDF/A-3a and PDF/UA-1 have against the file."""
    return [
        f"{failure.rule_id} {failure.message}"
        for profile in page_validation.ValidationProfile
        if profile.name in {"PDF_A_3A", "PDF_UA_1"}
        for failure in page_validation.validate_pdf_bytes(pdf, profile=profile).failures
    ]


@pytest.mark.parametrize(
    "build",
    [sample.empty, partial(sample.several, 1), sample.ordinary, partial(sample.several, 40), sample.long],
)
def test_a_return_of_any_length_meets_both_standards(build: Callable[[], dict[str, Any]]) -> None:
    assert failures(pages_of(build())) == []


@pytest.mark.slow
def test_six_hundred_awards_are_listed_and_meet_both_standards() -> None:
    pdf = pages_of(sample.several(600))
    assert failures(pdf) == []
    text = text_of(pdf)
    assert [number for number in range(1, 601) if text.count(f"SV/2023/{number:02d} ") < 2] == []
    assert "too many to list" not in text
    assert f"Page 1 of {len(leaves(pdf))}" in text


def test_of_more_awards_the_sums_are_listed_and_the_pdf_says_where_the_rows_are() -> None:
    content = sample.several(601)
    pdf = pages_of(content)
    text = text_of(pdf)
    assert failures(pdf) == []
    assert len(leaves(pdf)) == 5
    assert (
        "The 601 awards are too many to list here one by one. Each has its row in surrey-2023-24-q3-v1.csv,"
        " which is attached to this file, and in the sheet “Awards” of surrey-2023-24-q3-v1.xlsx"
    ) in text
    assert "SV/2023/01" not in text.split("What the checks found")[0]
    # the longest bar is the largest amount, and its amount stands beside it
    assert "Non-labour, forecast for the year £1,980,234.24" in text
    # 601 awards of £4,938.24, £1,234.56 a quarter and three quarters reported
    assert "Total £2,967,882.24 £741,970.56 £2,225,911.68 £2,967,882.24" in text
    with pikepdf.open(BytesIO(pdf)) as opened:
        table = opened.attachments["surrey-2023-24-q3-v1.csv"].get_file().read_bytes().decode()
    assert table.count("SV/2023/") == 601


def test_the_document_says_what_was_certified() -> None:
    text = text_of(pages_of(sample.ordinary()))
    for sentence in (
        "Quarterly return, 2023/24 quarter 3",
        "1 October to 31 December 2023 · Serious Violence Duty grant · to the Home Office",
        "Illustrative figures.",
        "Certified 24 January 2024, Chief finance officer; 29 January 2024, PCC lead officer",
        # labour: 19,600.00 + 31,250.75; 39,600.00 + 31,250.75; 59,600.00 + 48,000.00
        "£222,555.91 £50,850.75 £70,850.75 £107,600.00 £114,955.91",
        "Total £341,768.35 £52,985.31 £75,454.43 £133,038.24 £208,730.11",
        "The post was vacant for six days in October.",
        "Estimate: its ledger",
        "Does not run",
        "The delivery plan was adopted in October",
        "Nothing was written under this heading.",
        "Delivery plan September 2023 Met late 12 October 2023",
        "12/2023, PCC decision notice, 30 June 2023",
        "Priority 4. Focused prevention",
        "SV/2023/06 (Evaluation) is left out: it still needs a decision notice of the PCC",
    ):
        assert sentence in text, sentence


def test_the_document_says_what_was_said_about_it() -> None:
    pdf = pages_of(sample.talked_about())
    assert failures(pdf) == []
    text = text_of(pdf)
    for sentence in (
        "The preparer: Known, and in hand.",
        "Partners were asked from 15 January 2024 to 29 January 2024. At first they were asked until"
        " 24 January 2024; the PCC finance officer gave more time on 22 January 2024: The councils met on"
        " 25 January.",
        "Nothing was said by Surrey Probation Service.",
        "The evenings were cut by storms.",
        "It is in the narrative now.",
        "What differs from version 1",
        "SV/2023/03 This quarter £4,500.00 £0.00 £4,500.00 less",
    ):
        assert sentence in text, sentence


def test_each_page_carries_reference_number_and_marking() -> None:
    content = sample.ordinary()
    reference = f"surrey-2023-24-q3-v1 · {snapshots.digest(snapshots.canonical(content))[:12]}"
    pages = leaves(pages_of(content))
    assert len(pages) == 5
    for number, leaf in enumerate(pages, 1):
        assert reference in leaf
        assert f"Page {number} of 5" in leaf
        assert "OFFICIAL" in leaf


def test_the_certified_content_is_attached_and_matches_the_printed_hash() -> None:
    content = sample.ordinary()
    pdf = pages_of(content)
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert sorted(opened.attachments) == ["surrey-2023-24-q3-v1.csv", "surrey-2023-24-q3-v1.json"]
        assert [str(each.AFRelationship) for each in opened.Root.AF] == ["/Data", "/Data"]
        table = opened.attachments["surrey-2023-24-q3-v1.csv"].get_file().read_bytes()
        attached = opened.attachments["surrey-2023-24-q3-v1.json"].get_file().read_bytes()
    assert snapshots.read(attached.decode()) == content
    assert sha256(attached).hexdigest() in text_of(pdf)
    assert table == documents.csv(sample.frozen(content))


def test_the_same_content_gives_the_same_bytes() -> None:
    assert pages_of(sample.ordinary()) == pages_of(sample.ordinary())


def test_forty_awards_with_long_reasons_are_all_there() -> None:
    text = text_of(pages_of(sample.long()))
    assert [number for number in range(1, 41) if f"SV/2023/{number:02d}" not in text] == []
    assert text.count("references took longer than expected") == 40 * 4 + 5 * 3 * 3 * 4 + 4


HEADINGS = (
    "Summary",
    "Awards",
    "Whom interventions",
    "Milestones",
    "Interventions",
    "People reached",
    "Risks",
    "Signatures",
)
HEADINGS_BEGIN = (
    *("By cost type", "Spent and forecast,", "Labour (", "Non-labour (", "Reasons for", "Milestones of"),
    *("As they stood", "The decisions", "From what is", "What the checks", "Each step", "Award  ", "Step  "),
)
LEAST = 6  # lines on a page, its running head and foot apart


def bodies(pdf: bytes) -> list[list[str]]:
    """The lines of each page without its running head and foot."""
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    lines = [
        [line.strip() for line in leaf.splitlines() if line.strip()]
        for leaf in found.stdout.decode().split("\f")[:-1]
    ]
    return [leaf[bool(number) : -1] for number, leaf in enumerate(lines)]


@pytest.mark.parametrize("awards", [1, 5, 12, 25, 40])
def test_no_page_breaks_badly(awards: int) -> None:
    """No page almost empty, no heading at its foot, no sum without rows; last lines follow the signatures.

    With 5 and with 25 awards the signatures just fill a page.
    """
    pdf = pages_of(sample.several(awards))
    pages = bodies(pdf)
    assert [number for number, page in enumerate(pages, 1) if len(page) < LEAST] == []
    assert [page[-1] for page in pages if page[-1] in HEADINGS or page[-1].startswith(HEADINGS_BEGIN)] == []
    assert "Signatures" in pages[-1]
    assert pages[-1][-1].startswith("Quarterly return, 2023/24 quarter 3, reference surrey-2023-24-q3-v1")
    for leaf in leaves(pdf)[1:]:
        above_first_sum = re.split(r" (?:Non-l|L)abour £", leaf)[0]
        if above_first_sum != leaf and "Awards" not in above_first_sum:
            assert above_first_sum.count("SV/2023/") >= 2, leaf


def test_the_sections_stand_in_the_order_of_the_grant_and_what_it_leaves_out_is_not_there() -> None:
    asked = [
        Section("findings", Kind.FINDINGS, "Checks"),
        Section("risks", Kind.TEXT, "Risks"),
        Section("reached", Kind.REACHED),
        Section("awards", Kind.AWARDS),
        Section("voices", Kind.TEXT, "Voices"),
    ]
    told = snapshots.ReachFacts(
        *("Mentoring", "A charity", "fewer than 5", "12"),
        measured="Sessions held: 40",
        narrative="Six began in May.",
    )
    content = sample.content([sample.award(1)], {"Risks": "None."}, [], laid_out=asked, reached=[told])
    pdf = pages_of(content)
    text = text_of(pdf)
    headings = ["Summary", "Checks", "Risks", "Whom interventions reached", "Awards", "Voices", "Signatures"]
    found = [text.find(f" {each} ") for each in headings]
    assert min(found[1:]) > 0
    assert found == sorted(found)
    assert "Mentoring, A charity fewer than 5 12 Six began in May. – Sessions held: 40" in text
    assert "Milestones of the agreement" not in text
    assert "Rests on" not in text
    assert failures(pdf) == []


def test_an_empty_return_says_so_in_every_part() -> None:
    text = text_of(pages_of(sample.empty()))
    for sentence in (
        "No award of this cost type has been decided for 2023/24.",
        "Every award spent what was forecast, as its partner reported.",
        "No intervention told whom it reached.",
        "No milestone is set.",
        "No award has been decided for 2023/24.",
        "The checks found nothing to explain.",
    ):
        assert sentence in text, sentence
    assert "Illustrative figures" not in text
