"""Forms of grants, of dividing and of other money, sent oddly: odd figures, two presses, other words."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from funding.models import Allocation, AllocationEntry, Division, OtherMoney, Share
from funding.services import divisions as services
from svd_portal.kit.errors import DomainError
from tests.cast import signed_in
from tests.funding import makers
from tests.funding.makers import PDF, award
from tests.funding.pages import errors, look, send, words

D = Decimal
SHAPE = "Enter an amount in pounds and pence, like 1,234.56"
PENCE = "Enter pounds and pence only: no more than 2 numbers after the point"
BELOW = "Enter £0 or more; amounts below nothing are not used here"
LIMIT = "Check the amount: it must be £999,999,999,999.99 or less"
WEIGHT = "Enter a number above nothing, like 148,998 or 1.5, of no more than 4 decimal places"


@pytest.fixture
def labour(money):
    return Allocation.objects.get(cost_type="labour")


def divided(cast, allocations, *partners, key=None):
    """Divide equally, as a form does whose preview was looked at just now."""
    wanted = services.Wanted(services.Method.EQUALLY, tuple((each, D(1)) for each in partners))
    return services.divide(
        plans=[services.Plan(each, wanted) for each in allocations],
        as_seen=services.seen(allocations),
        divided_on=makers.TODAY,
        reason="So",
        key=key,
        by=cast.finance,
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        *((typed, SHAPE) for typed in ("£2,371.78.", "1e3", "(50.00)", "1,23.00", "NaN", "٣")),
        ("1.005", PENCE),
        ("-1", BELOW),
        ("9" * 40, LIMIT),
    ],
)
def test_odd_amounts_are_refused_in_the_same_words_everywhere(cast, money, labour, typed, said):
    grant = f"/surrey/funding/grants/{money.grant.pk}"
    key, box = str(uuid4()), f"figure_{cast.woking.pk.hex}"
    client = signed_in(cast.finance)
    for address, sent in (
        (f"{grant}/allocations/2024-25/labour/", {"amount": typed}),
        (f"{grant}/stated/2023-24/", {"amount": typed, "source": "Annex B"}),
        (f"/surrey/funding/allocations/{labour.pk}/divide/?by=amounts", {box: typed, "key": key}),
    ):
        assert errors(client.post(address, sent)) == [said]
    other = {"key": key, "funder": "Fund", "scheme": "Round", "year": "2023-24", "source": "Letter"}
    beside = f"/surrey/funding/awards/{award(money, cast.woking).pk}/other-money/"
    found = errors(client.post(beside, other | {"amount": typed}))
    assert found == ["Enter £0.01 or more" if said == BELOW else said]
    assert (Allocation.objects.count(), Division.objects.count(), OtherMoney.objects.count()) == (2, 0, 0)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        *((typed, WEIGHT) for typed in ("£2", "1e3", "(50)", "1,23", "NaN", "٣", "1.00005", "-1", "1_0")),
        ("9" * 11, "Enter 9,999,999,999.9999 or less"),
    ],
)
def test_odd_weights(cast, labour, typed, said):
    sent = {f"figure_{cast.woking.pk.hex}": typed, "place": "last", "key": str(uuid4())}
    where = f"/surrey/funding/allocations/{labour.pk}/divide/?by=weights"
    assert errors(send(cast.finance, where, **sent)) == [said]


@pytest.mark.parametrize(
    ("column", "typed", "said"),
    [
        ("amount", "1,23.00", "“1,23.00” is not an amount."),
        ("amount", "£2,371.78.", "“£2,371.78.” is not an amount."),
        ("amount", "(50.00)", "“(50.00)” is not an amount."),
        ("weight", "1e3", "“1e3” is not a weight."),
        ("weight", "999999999999", "A weight is 9,999,999,999.9999 or less."),
    ],
)
def test_odd_figures_of_a_sheet(cast, money, column, typed, said):
    rows = f'partner,year,cost type,{column}\nSurrey Police,2023/24,labour,"{typed}"'
    sent = {"rows": rows, "key": str(uuid4()), "place": "last"}
    answer = send(cast.finance, f"/surrey/funding/grants/{money.grant.pk}/divide/", **sent)
    assert errors(answer) == ["1 of 1 rows must be put right. Nothing is saved."]
    assert said in words(answer)


def test_a_form_that_divided_does_not_divide_otherwise(cast, money, labour):
    key, other = uuid4(), Allocation.objects.get(cost_type="non_labour")
    made = divided(cast, [labour], cast.woking, key=key)
    assert divided(cast, [labour], cast.woking, key=key) == made
    for allocations, partners in (
        ([labour], [cast.police]),
        ([labour], [cast.woking, cast.police]),
        ([labour, other], [cast.woking]),
    ):
        with pytest.raises(DomainError, match="This form was sent before"):
            divided(cast, allocations, *partners, key=key)
    assert (Division.objects.count(), Share.objects.get().partner) == (1, cast.woking)


def test_a_letter_without_a_change_is_refused_and_a_second_press_is_not(cast, labour):
    where = f"/surrey/funding/grants/{labour.grant_id}/allocations/2023-24/labour/"
    sent = {"amount": "222,556.91", "reason": "A pound more"}
    for _press in range(2):
        letter = SimpleUploadedFile("letter.pdf", PDF, "application/pdf")
        answer = send(cast.finance, where, **sent, version="1", document=letter)
        assert answer.status_code == 302
    assert AllocationEntry.objects.filter(allocation=labour).count() == 2
    letter = SimpleUploadedFile("letter.pdf", PDF, "application/pdf")
    assert errors(send(cast.finance, where, **sent, version="2", document=letter)) == [
        "The allocation is £222,556.91 already, so nothing would be entered. A letter is kept with a change."
    ]


def test_dividing_anew_asks_for_the_reason_before_the_parts_are_shown(cast, labour):
    divided(cast, [labour], cast.woking)
    sent = {"partners": [cast.police.pk], "place": "last", "key": str(uuid4())}
    where = f"/surrey/funding/allocations/{labour.pk}/divide/"
    assert errors(send(cast.finance, where, **sent)) == [
        "This allocation is divided already. Say why it is divided anew."
    ]
    assert "Look at the parts first" in words(send(cast.finance, where, **sent, reason="Counted again"))


def test_years_in_which_a_grant_runs_can_be_recorded(cast, money, settings):
    settings.DEMO, settings.BUSINESS_DATE = True, str(makers.TODAY)
    grant = money.grant
    grant.first_day, grant.last_day = date(2023, 2, 2), date(2041, 3, 31)
    makers.save(grant)
    page = look(cast.finance, f"/surrey/funding/grants/{grant.pk}/")
    assert "Record Labour, 2022/23" in page
    assert "Record Labour, 2032/33" in page
    assert "2033/34" not in page
    last = f"/surrey/funding/grants/{grant.pk}/allocations/2032-33/labour/"
    assert signed_in(cast.finance).get(last).status_code == 200
