import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from funding.models import Evidence
from funding.services.evidence import attach_evidence, withdraw_evidence
from svd_portal.kit.errors import DomainError, ReasonRequired
from tests.funding import makers
from tests.funding.makers import PARTS, Q3, award, quarterly_return, report, upload


@pytest.fixture
def claim(cast, money):
    return report(award(money, cast.woking), cast.woking_rep, Q3)


def attach(claim, by, *uploads):
    return attach_evidence(claim_id=claim.pk, uploads=uploads or (upload(),), by=by)


def test_a_file_is_kept_with_its_claim(cast, claim):
    (evidence,) = attach(claim, cast.woking_rep)
    assert (evidence.claim, evidence.file.name, evidence.file.size) == (claim, "payroll.pdf", len(makers.PDF))
    assert evidence.file.uploaded_by == cast.woking_rep


def test_evidence_comes_with_the_report_itself(cast, money):
    made = report(
        award(money, cast.woking, reference="SV/2023/09"), cast.woking_rep, uploads=[upload("invoice.pdf")]
    )
    assert [evidence.file.name for evidence in made.evidence.all()] == ["invoice.pdf"]


def test_the_same_file_sent_twice_is_kept_once(cast, claim):
    attach(claim, cast.woking_rep)
    assert attach(claim, cast.woking_rep) == []
    assert attach(claim, cast.woking_rep, upload("other.pdf"))[0].file.name == "other.pdf"
    assert Evidence.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("payroll.exe", b"MZ", "file_kind"),
        ("payroll.pdf", b"", "file_empty"),
        ("payroll.pdf", b"just text", "file_content"),
        ("payroll.pdf", b"%PDF-1.7" + b"x" * (20 * 1024 * 1024), "file_size"),
    ],
)
def test_wrong_empty_and_large_files_are_refused(name, content, code):
    with pytest.raises(ValidationError) as refusal:
        upload(name, content)
    assert refusal.value.code == code


def test_withdrawing_says_why_and_keeps_the_file_on_record(cast, claim):
    (evidence,) = attach(claim, cast.woking_rep)
    with pytest.raises(ReasonRequired):
        withdraw_evidence(evidence_id=evidence.pk, reason="", by=cast.woking_rep)
    withdraw_evidence(evidence_id=evidence.pk, reason="Wrong month", by=cast.woking_rep)
    evidence.refresh_from_db()
    assert evidence.withdrawn is True
    assert evidence.history.first().history_change_reason == "Wrong month"


def test_after_the_quarter_is_locked_files_are_added_and_never_withdrawn(cast, money, claim):
    (evidence,) = attach(claim, cast.woking_rep)
    quarterly_return(money, Q3, status="checking")
    assert len(attach(claim, cast.woking_rep, upload("late.pdf"))) == 1
    with pytest.raises(DomainError, match="The figures of 2023/24 quarter 3 are locked"):
        withdraw_evidence(evidence_id=evidence.pk, reason="Wrong month", by=cast.woking_rep)


@pytest.mark.parametrize("part", PARTS)
def test_who_adds_and_withdraws_files(cast, claim, part):
    by = getattr(cast, part)
    (evidence,) = attach(claim, cast.woking_rep)
    done = set()
    for name, attempt in {
        "attach": lambda: attach(claim, by, upload("more.pdf")),
        "withdraw": lambda: withdraw_evidence(evidence_id=evidence.pk, reason="Wrong", by=by),
    }.items():
        try:
            attempt()
        except PermissionDenied:
            continue
        done.add(name)
    assert done == ({"attach", "withdraw"} if part in {"woking_rep", "finance"} else set())
