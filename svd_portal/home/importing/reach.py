"""The files that say which services were commissioned and whom they reached."""

from funding.models import (
    Intervention,
    InterventionArea,
    InterventionAward,
    Measure,
    MeasureResult,
    Result,
)
from svd_portal.home.importing.cells import COUNT, DATE, FIGURE, QUARTER, YEAR, YES
from svd_portal.home.importing.grant import GIVEN_YEAR
from svd_portal.home.importing.keys import ILLUSTRATIVE, by
from svd_portal.home.importing.tables import Column, Parts, Reference, Table
from svd_portal.kit.quarters import FinancialYear

SERVICE = Column("intervention", Reference("interventions"), needed=True, help="its title")


def _result_label(result: Result) -> str:
    return f"{result.intervention.title} / {FinancialYear(result.financial_year)} / {result.quarter}"


INTERVENTIONS = Table(
    "interventions",
    Intervention,
    (
        Column("title", needed=True),
        Column("provider", Reference("organisations"), needed=True),
        Column("partner", Reference("partners"), needed=True, help="who reports whom it reached"),
        Column("priority", Reference("priorities"), help="its number"),
        Column("cohort", help="whom it is for"),
        Column("first_day", DATE, needed=True),
        Column("last_day", DATE),
        Column("other_funders", help="who pays besides the awards"),
        Column("outputs", help="what is expected of it"),
        Column("outcomes", help="what should change by it"),
        ILLUSTRATIVE,
    ),
    key=by("title", "first_day"),
    label=lambda intervention: str(intervention.title),
    parts=(
        Parts("areas", "areas", InterventionArea, "intervention", "area", help="where it works"),
        Parts("awards", "awards", InterventionAward, "intervention", "award", help="which pay for it"),
    ),
    help="Services that were commissioned. An award pays for one, so that its spend is counted once.",
)
MEASURES = Table(
    "intervention_measures",
    Measure,
    (
        SERVICE,
        Column("name", needed=True),
        Column("people", YES, help="yes where it counts people: small numbers are withheld then"),
        Column("expected", help="such as 40 a quarter"),
    ),
    key=by("intervention_id", "name"),
    label=lambda measure: f"{measure.intervention.title} / {measure.name}",
    related=("intervention",),
    help="What an intervention counts of itself.",
)
RESULTS = Table(
    "intervention_results",
    Result,
    (
        SERVICE,
        GIVEN_YEAR,
        Column("quarter", QUARTER, needed=True),
        Column("under_25", COUNT, help="people under 25 reached; empty where nobody counted, which is not 0"),
        Column("professionals", COUNT),
        Column("narrative", help="what happened; nothing that tells who anybody is"),
        ILLUSTRATIVE,
    ),
    key=by("intervention_id", "financial_year", "quarter"),
    label=_result_label,
    related=("intervention",),
    help="Whom an intervention reached in a quarter. Pages withhold small numbers.",
)
FIGURES = Table(
    "intervention_figures",
    MeasureResult,
    (
        Column("intervention", Reference("interventions"), needed=True, stored=False),
        Column("year", YEAR, needed=True, stored=False),
        Column(
            "quarter",
            Reference("intervention_results", within=("intervention", "year")),
            needed=True,
            field="result",
        ),
        Column("measure", Reference("intervention_measures", within=("intervention",)), needed=True),
        Column("value", FIGURE, help="empty where it was not counted"),
    ),
    key=by("result_id", "measure_id"),
    help="What an intervention counted of itself in a quarter.",
)
