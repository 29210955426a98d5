"""The pages on which spend is reported, read and evidenced."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from funding.models import Claim, Evidence
from funding.presenters import report_address
from funding.services.evidence import attach_evidence
from tests.cast import TODAY, signed_in
from tests.funding import makers
from tests.funding.makers import Q2, Q3, award, quarterly_return, report, upload
from tests.funding.pages import errors, look, queries, send, words

D = Decimal


@pytest.fixture(autouse=True)
def business_date(settings, tmp_path):
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def ours(cast, money):
    """Woking's award, with £1,000 forecast for quarter 3."""
    made = award(money, cast.woking)
    report(made, cast.woking_rep, Q2, "500.00", forecast_next=D("1000.00"), forecast=D("2000.00"))
    return made


def page(made, quarter=Q3, basis=""):
    return report_address("surrey", made, quarter, basis)


def pdf(name="payroll.pdf", content=makers.PDF):
    return SimpleUploadedFile(name, content, "application/pdf")


# Reporting on one page


def test_the_list_says_what_waits_and_what_is_done(cast, ours):
    text = look(cast.woking_rep, "/surrey/funding/report/")
    assert "Report spend, October to December 2023" in text
    assert "SV/2023/01 Detached youth work" in text
    assert "£500.00 of £4,200.00 spent, year to date" in text
    report(ours, cast.woking_rep, Q3, "1000.00")
    text = look(cast.woking_rep, "/surrey/funding/report/")
    assert "Everything is reported for this quarter." in text
    assert "SV/2023/01 Detached youth work : £1,000.00" in text


def test_finance_sees_who_has_not_reported(cast, ours):
    text = look(cast.finance, "/surrey/funding/report/")
    assert "Partners who have not reported" in text
    assert "SV/2023/01 Detached youth work Woking Borough Council" in text


def test_the_page_shows_what_was_forecast(cast, ours):
    text = look(cast.woking_rep, page(ours))
    assert "Report spend, October to December 2023" in text
    assert "Last quarter £1,000 was forecast for it. £3,700 is left of the award." in text
    assert "Expected, January to March 2024 (the next quarter)" in text
    assert "rest of 2023/24" not in text
    assert "Nothing spent" in text


def test_a_quarter_is_reported_with_its_evidence(cast, ours):
    response = send(
        cast.woking_rep,
        page(ours),
        amount="£600.00",
        forecast_next="2,000",
        reason="A post was vacant.",
        evidence=pdf(),
    )
    claim = Claim.objects.get(quarter=3)
    assert response.headers["Location"] == f"/surrey/funding/claims/{claim.pk}/"
    assert (claim.amount, claim.forecast_next, claim.forecast) == (D("600.00"), D("2000.00"), D("2000.00"))
    assert claim.evidence.get().file.name == "payroll.pdf"
    text = look(cast.woking_rep, f"/surrey/funding/claims/{claim.pk}/")
    assert "Spent this quarter £600.00 £400 under" in text
    assert "A post was vacant." in text
    assert "payroll.pdf" in text


def test_a_difference_without_a_reason_keeps_everything_typed(cast, ours):
    response = send(cast.woking_rep, page(ours), amount="600", forecast_next="2000", reason="")
    assert errors(response) == ["£1,000 was forecast for this quarter; £600 is £400 under. Say why."]
    assert 'value="600"' in response.content.decode()
    assert not Claim.objects.filter(quarter=3).exists()


def test_several_faults_are_each_beside_their_field(cast, ours):
    response = send(cast.woking_rep, page(ours), amount="3700.01", forecast_next="0")
    assert errors(response) == [
        "£3,700.00 is left of this award: it is £4,200.00, and £500.00 is claimed for its other quarters. "
        "Report no more than is left.",
        "£1,000 was forecast for this quarter; £3,700.01 is £2,700.01 over. Say why.",
    ]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter an amount; 0 if there is nothing"),
        ("twelve", "Enter an amount in pounds and pence, like 1,234.56"),
        ("-1", "Enter £0 or more; amounts below nothing are not used here"),
        ("1.234", "Enter pounds and pence only: no more than 2 numbers after the point"),
        ("9" * 20, "Check the amount: it must be £999,999,999,999.99 or less"),
    ],
)
def test_amounts_typed_wrongly(cast, ours, typed, sentence):
    assert errors(send(cast.woking_rep, page(ours), amount=typed, forecast_next="0", reason="So")) == [
        sentence
    ]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (("run.exe", b"MZ"), "Choose a PDF, Word, Excel, OpenDocument, CSV, PNG or JPG file."),
        (("empty.pdf", b""), "The file is empty. Choose another file."),
    ],
)
def test_files_of_the_wrong_kind_save_nothing(cast, ours, file, sentence):
    response = send(cast.woking_rep, page(ours), amount="1000", forecast_next="0", evidence=pdf(*file))
    assert errors(response) == [sentence]
    assert not Claim.objects.filter(quarter=3).exists()


def test_nothing_spent_is_one_press_where_nothing_was_forecast(cast, money):
    made = award(money, cast.woking)
    send(cast.woking_rep, page(made), nothing="1")
    claim = Claim.objects.get()
    assert (claim.amount, claim.forecast_next, claim.forecast) == (D(0), D("4200.00"), D("4200.00"))


def test_a_first_report_keeps_what_it_explains_when_it_is_corrected(cast, money):
    made = award(money, cast.woking)
    sent = {"amount": "400", "forecast_next": "0", "reason": "It began in November."}
    send(cast.woking_rep, page(made), **sent)
    text = look(cast.woking_rep, page(made))
    assert "Anything to explain" in text
    assert "It began in November." in text
    assert Claim.objects.get().reason == "It began in November."


def test_nothing_spent_of_a_forecast_asks_only_why(cast, ours):
    response = send(cast.woking_rep, page(ours), nothing="1")
    assert errors(response) == ["£1,000 was forecast for this quarter; £0 is £1,000 under. Say why."]
    send(cast.woking_rep, page(ours), nothing="1", reason="The start slipped.")
    assert Claim.objects.get(quarter=3).reason == "The start slipped."


def test_a_form_sent_twice_is_one_report(cast, ours):
    for _press in range(2):
        response = send(cast.woking_rep, page(ours), amount="1000", forecast_next="0", evidence=pdf())
        assert response.status_code == 302
    assert (Claim.objects.filter(quarter=3).count(), Evidence.objects.count()) == (1, 1)


def test_of_two_people_reporting_the_second_sees_both_and_may_save_again(cast, ours):
    report(ours, cast.woking_rep, Q3, "1000.00")
    response = send(cast.woking_rep, page(ours), amount="900", forecast_next="0", reason="Less")
    text = words(response)
    assert "Someone changed this while you were editing" in text
    assert "Spent, October to December 2023 £1,000.00 £900.00" in text
    assert 'name="version" value="1"' in response.content.decode()
    send(cast.woking_rep, page(ours), amount="900", forecast_next="0", reason="Less", version="1")
    assert Claim.objects.get(quarter=3).amount == D("900.00")


def test_finance_enters_an_estimate_with_its_source(cast, ours):
    response = send(cast.finance, page(ours, basis="estimate"), amount="1000", forecast_next="0")
    assert errors(response) == ["Say where the figure came from: an e-mail, a ledger, a call."]
    send(cast.finance, page(ours, basis="estimate"), amount="1000", forecast_next="0", source="Ledger")
    claim = Claim.objects.get(quarter=3)
    assert (claim.basis, claim.source) == ("estimate", "Ledger")
    assert "Estimate" in look(cast.woking_rep, f"/surrey/funding/claims/{claim.pk}/")


def test_a_figure_typed_is_not_dropped_by_nothing_spent(cast, ours):
    response = send(cast.woking_rep, page(ours), amount="500", forecast_next="0", nothing="1")
    assert errors(response) == ["You entered £500 and pressed “Nothing spent”. Empty this box, or report it"]
    assert not Claim.objects.filter(quarter=3).exists()


def test_a_locked_quarter_shows_why_and_no_form(cast, money, ours):
    quarterly_return(money, Q3, status="checking")
    text = look(cast.woking_rep, page(ours))
    assert "are locked in the quarterly return. Until it is certified" in text
    assert "Nothing spent" not in text
    response = send(cast.woking_rep, page(ours), amount="1000", forecast_next="0")
    assert response.status_code == 422
    assert not Claim.objects.filter(quarter=3).exists()


# Who sees what

PARTS = {
    **dict.fromkeys("lead checker officer cfo auditor admin chair observer police_rep".split(), 403),
    **dict.fromkeys(["woking_rep", "finance"], 200),
    **dict.fromkeys(["outsider", "nobody"], 404),
}


@pytest.mark.parametrize(("part", "status"), PARTS.items())
def test_who_opens_the_report_page(cast, ours, part, status):
    client = signed_in(getattr(cast, part))
    assert client.get(page(ours)).status_code == status
    posted = client.post(page(ours), {"amount": "1000", "forecast_next": "0", "source": "Ledger"})
    assert posted.status_code == (302 if status == 200 else status)


def test_a_partner_cannot_speak_as_finance(cast, ours):
    send(cast.woking_rep, page(ours, basis="estimate"), amount="1000", forecast_next="0", source="A guess")
    assert Claim.objects.get(quarter=3).basis == "partner"


@pytest.mark.parametrize(
    "tail", ["2022-23/q3/", "2023-24/q5/", "2023-24/q/", "2023-25/q3/", "nonsense/q1/", "2023-24/33/"]
)
def test_addresses_that_name_no_quarter_of_the_award_are_not_found(cast, ours, tail):
    client = signed_in(cast.woking_rep)
    assert client.get(f"/surrey/funding/report/{ours.pk}/{tail}").status_code == 404


def test_an_award_that_does_not_run_says_so_and_one_that_does_not_exist_is_not_found(cast, money):
    client = signed_in(cast.woking_rep)
    made = award(money, cast.woking, first_day=Q3.first_day)
    for answer in (client.get(page(made, Q2), follow=True), client.post(page(made, Q2), follow=True)):
        assert answer.redirect_chain == [(f"/surrey/funding/awards/{made.pk}/", 302)]
        assert "SV/2023/01 does not run in July to September 2023, so nothing is reported for it." in words(
            answer
        )
    assert client.get(page(made).replace(str(made.pk), str(uuid4()))).status_code == 404


@pytest.mark.parametrize(
    ("part", "named", "status"),
    [
        *((part, True, 200) for part in "woking_rep finance checker officer cfo auditor".split()),
        *((part, False, 404) for part in "lead admin police_rep chair observer".split()),
    ],
)
def test_evidence_is_for_its_owner_the_pccs_office_and_an_auditor(cast, ours, part, named, status):
    claim = ours.claims.get(quarter=2)
    (evidence,) = attach_evidence(
        claim_id=claim.pk, uploads=[upload("secret-payroll.pdf")], by=cast.woking_rep
    )
    user = getattr(cast, part)
    text = look(user, f"/surrey/funding/claims/{claim.pk}/")
    assert ("secret-payroll.pdf" in text) is named
    assert ("1 evidence file. Evidence is for its owner" in text) is not named
    response = signed_in(user).get(f"/surrey/funding/evidence/{evidence.pk}/")
    assert response.status_code == status
    if named:
        assert b"".join(response.streaming_content) == makers.PDF
        assert response.headers["Content-Disposition"] == 'attachment; filename="secret-payroll.pdf"'
    for address in (f"/surrey/funding/awards/{ours.pk}/", "/surrey/funding/claims/"):
        assert "secret-payroll" not in look(user, address)


def test_a_file_that_was_changed_in_the_storage_is_not_handed_out(cast, ours, settings, tmp_path):
    default = settings.STORAGES["default"]
    options = default["OPTIONS"] | {"location": tmp_path}
    settings.STORAGES = settings.STORAGES | {"default": default | {"OPTIONS": options}}
    claim = ours.claims.get(quarter=2)
    (evidence,) = attach_evidence(claim_id=claim.pk, uploads=[upload()], by=cast.woking_rep)
    (tmp_path / evidence.file.path).write_bytes(makers.PDF + b"more")
    response = signed_in(cast.woking_rep).get(f"/surrey/funding/evidence/{evidence.pk}/")
    assert response.status_code == 500
    assert "The stored file is not the one that was recorded" in response.content.decode()
    assert makers.PDF not in response.content


def test_a_withdrawn_file_is_gone_from_view(cast, ours):
    claim = ours.claims.get(quarter=2)
    (evidence,) = attach_evidence(claim_id=claim.pk, uploads=[upload()], by=cast.woking_rep)
    address = f"/surrey/funding/evidence/{evidence.pk}/"
    assert errors(send(cast.woking_rep, f"{address}withdraw/", reason="")) == ["Fill in “Reason”"]
    assert send(cast.woking_rep, f"{address}withdraw/", reason="Wrong month").status_code == 302
    assert signed_in(cast.woking_rep).get(address).status_code == 404


def test_another_partners_file_cannot_be_withdrawn_by_its_address(cast, ours):
    claim = ours.claims.get(quarter=2)
    (evidence,) = attach_evidence(claim_id=claim.pk, uploads=[upload()], by=cast.woking_rep)
    address = f"/surrey/funding/evidence/{evidence.pk}/withdraw/"
    assert send(cast.police_rep, address, reason="Mine").status_code == 404
    posted = send(cast.police_rep, f"/surrey/funding/claims/{claim.pk}/evidence/", evidence=pdf())
    assert posted.status_code == 403


# Registers


def test_the_register_filters_and_sums_a_year(cast, money, ours):
    theirs = award(money, cast.police, reference="SV/2023/02")
    report(theirs, cast.police_rep, Q3, "70.00")
    text = look(cast.lead, "/surrey/funding/claims/?year=2023-24")
    assert "Spent, as filtered £570.00" in text
    text = look(cast.lead, f"/surrey/funding/claims/?year=2023-24&partner={cast.police.pk}")
    assert "Spent, as filtered £70.00" in text
    assert "1 row matches the filter" in text
    assert "SV/2023/01" not in text.split("Filter this list")[1].split("Apply filter")[1]


def test_an_empty_register_says_what_comes(cast, money):
    assert "Nothing is reported yet." in look(cast.lead, "/surrey/funding/claims/")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/surrey/funding/claims/", 6),
        ("/surrey/funding/claims/?year=2023-24", 7),
        ("/surrey/funding/report/", 5),
    ],
)
def test_as_many_queries_for_three_rows_as_for_one(cast, money, ours, address, expected):
    assert queries(cast.woking_rep, address) == expected
    for number in (2, 3):
        made = award(money, cast.woking, reference=f"SV/2023/0{number}")
        report(made, cast.woking_rep, Q2, "1.00")
    assert queries(cast.woking_rep, address) == expected
