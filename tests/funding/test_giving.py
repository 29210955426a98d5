"""Released awards by the 360Giving standard: the ten core fields, and as flattentool lays them out."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import flattentool
import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.rules import giving
from funding.services import publication as services
from tests.cast import TODAY, save
from tests.funding.publishing import NOVEMBER, PREFIX, decided, released, with_prefix

D = Decimal
CORE = ["id", "title", "description", "currency", "amountAwarded", "awardDate"]
ORGANISATIONS = ["recipientOrganization", "fundingOrganization"]


def _text(title: str) -> dict[str, str]:
    return {"type": "string", "title": title}


def _of_organisation(title: str) -> dict[str, Any]:
    fields = {"id": _text("Identifier"), "name": _text("Name")}
    return {
        "type": "array",
        "title": title,
        "rollUp": ["id", "name"],
        "items": {"type": "object", "properties": fields},
    }


SCHEMA = {
    "type": "object",
    "properties": {
        "id": _text("Identifier"),
        "title": _text("Title"),
        "description": _text("Description"),
        "currency": _text("Currency"),
        "amountAwarded": {"type": "number", "title": "Amount Awarded"},
        "awardDate": _text("Award Date"),
        "recipientOrganization": _of_organisation("Recipient Org"),
        "fundingOrganization": _of_organisation("Funding Org"),
        "plannedDates": {
            "type": "array",
            "title": "Planned Dates",
            "rollUp": ["startDate", "endDate"],
            "items": {
                "type": "object",
                "properties": {"startDate": _text("Start Date"), "endDate": _text("End Date")},
            },
        },
    },
}
"""The fields that are used of the standard, and their titles in a sheet."""


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY)


def grants(client) -> list[dict[str, Any]]:
    return json.loads(client.get("/public/surrey/awards/360giving.json").content)["grants"]


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def assert_core(grant: dict[str, Any]) -> None:
    """The ten core fields, each of its type, and the planned dates; nothing else."""
    assert list(grant) == [*CORE, *ORGANISATIONS, "plannedDates"]
    assert all(isinstance(grant[name], str) and grant[name] for name in CORE if name != "amountAwarded")
    assert type(grant["amountAwarded"]) in (int, float)
    assert grant["currency"] == "GBP"
    assert len(grant["title"]) <= 140
    for name in ORGANISATIONS:
        assert [list(each) for each in grant[name]] == [["id", "name"]]
        assert all(grant[name][0].values())
    assert [list(each) for each in grant["plannedDates"]] == [["startDate", "endDate"]]


def test_a_grant_has_exactly_the_core_fields(cast, money, client):
    with_prefix(cast)
    decided(cast, money, amount=D("4200.50"))
    released(cast)
    (grant,) = grants(client)
    assert_core(grant)
    key, convener = cast.woking.organisation_id, cast.surrey.convener
    assert grant == {
        "id": "360G-example-SV_2023_01",
        "title": "Detached youth work",
        "description": "Detached youth work: intervention, 1 April 2023 to 31 March 2024.",
        "currency": "GBP",
        "amountAwarded": 4200.5,
        "awardDate": "2023-10-17",
        "recipientOrganization": [{"id": f"{PREFIX}-ORG-{key}", "name": "Woking Borough Council"}],
        "fundingOrganization": [{"id": f"{PREFIX}-ORG-{convener.pk}", "name": convener.name}],
        "plannedDates": [{"startDate": "2023-04-01", "endDate": "2024-03-31"}],
    }


def test_an_organisation_bears_its_own_identifier(cast, money, client):
    organisation = cast.woking.organisation
    organisation.identifier = "GB-LAE-WOI"
    save(organisation)
    with_prefix(cast)
    decided(cast, money)
    released(cast)
    assert grants(client)[0]["recipientOrganization"][0]["id"] == "GB-LAE-WOI"


def test_without_a_prefix_there_is_no_file_and_nothing_is_made_up(cast, money, client):
    decided(cast, money)
    released(cast)
    for ending in ("json", "csv"):
        assert client.get(f"/public/surrey/awards/360giving.{ending}").status_code == 404
    assert b"360Giving" not in client.get("/public/surrey/awards/").content
    with_prefix(cast)
    assert client.get("/public/surrey/awards/360giving.json").status_code == 404
    decided(cast, money, NOVEMBER, reference="SV/2023/02")
    released(cast, NOVEMBER)
    assert [each["id"] for each in grants(client)] == [f"{PREFIX}-SV_2023_02"]


def test_a_month_without_awards_is_an_empty_file(cast, client):
    with_prefix(cast)
    released(cast)
    assert grants(client) == []
    assert rows(client.get("/public/surrey/awards/360giving.csv").content) == [list(giving.HEADINGS)]


def test_flattentool_lays_it_out_as_our_own_sheet(cast, money, client, tmp_path):
    with_prefix(cast)
    decided(cast, money, amount=D("4200.55"), conditions="")
    decided(cast, money, reference="SV/2023/02", amount=D("1000000.00"), title="T" * 140)
    decided(cast, money, NOVEMBER, reference="SV/2023/03", title="Äpfel, “quoted”\nand more")
    released(cast)
    released(cast, NOVEMBER)
    found = grants(client)
    assert len(found) == 3
    for grant in found:
        assert_core(grant)
    flat = flattened(tmp_path, found)
    ours = rows(client.get("/public/surrey/awards/360giving.csv").content)
    assert flat[0] == ours[0] == list(giving.HEADINGS)
    assert flat[1:] == ours[1:]


def flattened(folder: Path, found: list[dict[str, Any]]) -> list[list[str]]:
    """The grants as flattentool lays them out by the schema."""
    source, schema = folder / "grants.json", folder / "schema.json"
    source.write_text(json.dumps({"grants": found}))
    schema.write_text(json.dumps(SCHEMA))
    flattentool.flatten(
        str(source),
        schema=str(schema),
        output_name=str(folder / "flat"),
        output_format="csv",
        root_list_path="grants",
        main_sheet_name="grants",
        rollup=True,
        use_titles=True,
    )
    return rows((folder / "flat" / "grants.csv").read_bytes())


def test_an_award_published_again_stands_once_as_it_was_published_last(cast, money, client):
    with_prefix(cast)
    made = decided(cast, money)
    first = released(cast)
    made.amount = D("3000.00")
    save(made)
    released(cast, NOVEMBER)
    assert [each["amountAwarded"] for each in grants(client)] == [3000]
    entry = first.publication.entries.get()
    services.withdraw(release_id=first.pk, entry=entry.pk, reason="An error", today=TODAY, by=cast.finance)
    assert [each["amountAwarded"] for each in grants(client)] == [3000]


@given(st.decimals(min_value="0", max_value="999999999999.99", places=2))
def test_an_amount_reads_as_it_was_awarded(amount):
    written = json.dumps(giving._number(str(amount)))
    assert D(written) == amount
    assert "e" not in written


@given(st.text(min_size=1, max_size=40))
def test_an_identifier_holds_nothing_that_troubles_a_program(reference):
    found = giving.grant_identifier(PREFIX, reference)
    assert found.startswith(f"{PREFIX}-")
    assert found.isascii()
    assert not set(found) & set(" /\\\n")


@pytest.mark.parametrize("prefix", ["", "360G-surreypcc", "360G-a_B-9"])
def test_a_prefix(prefix):
    assert giving.check_prefix(prefix) == []


@pytest.mark.parametrize("prefix", ["surrey", "360G-", "360g-surrey", "360G-a b", "360G-a/b", "360G-ä"])
def test_no_prefix(prefix):
    assert [each.rule for each in giving.check_prefix(prefix)] == ["prefix"]
