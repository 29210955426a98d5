"""Generated plans, awards, claims and returns."""

from __future__ import annotations

from datetime import date

import psycopg

from funding.models import (
    Allocation,
    AllocationEntry,
    Award,
    AwardDecision,
    Claim,
    Evidence,
    Grant,
    QuarterlyReturn,
    ReturnNarrative,
    ReturnSection,
    ReturnSnapshot,
    ReturnStep,
)
from funding.rules import snapshots
from funding.rules.costs import CostType, Purpose
from funding.selectors import returns as selectors
from milestones.models import DeliveryAction, DeliveryUpdate, Milestone, Priority, Product
from svd_portal.kit.models.documents import StoredFile
from svd_portal.kit.quarters import FinancialYear, Quarter
from tests.bench.filling import Filler, untriggered
from tests.bench.governing import TEXT
from tests.bench.sizes import AWARDS, Size

HEADINGS = 4
OPEN_GRANTS = 2
"""Grants whose last quarter is still being prepared: what waits does not grow with what is kept."""
_PURPOSES = "ARRAY[" + ", ".join(f"'{purpose}'" for purpose in Purpose) + "]"
_COST_TYPES = "ARRAY[" + ", ".join(f"'{purpose.cost_type}'" for purpose in Purpose) + "]"


class Spending:
    """What one partnership plans and spends, up to `today`."""

    def __init__(self, filler: Filler, size: Size, today: date) -> None:
        self.filler, self.size = filler, size
        self.reporting = _quarter_before(today)
        self.first_year = FinancialYear.of(today).start - size.years

    def plan(self) -> None:
        """Products, milestones, priorities and the delivery plan."""
        filler, size, key = self.filler, self.size, self.filler.key
        filler.fill(Product, "product", 4, kind="'strategy'", title="'Strategy'", edition="'Version ' || n")
        filler.fill(
            Milestone,
            "milestone",
            size.milestones,
            title="'Milestone ' || n",
            due="current_date + (n - 20) * 20",
            achieved_on="CASE WHEN n < 20 THEN current_date + (n - 20) * 20 - 3 END",
            product_id=key("product", "1 + n % 4"),
            evidence=TEXT,
        )
        filler.fill(Priority, "priority", 4, number="n", title="'Priority ' || n", need=TEXT)
        filler.fill(
            DeliveryAction,
            "delivery",
            40,
            priority_id=key("priority", "1 + n % 4"),
            reference="'DP' || lpad(n::text, 2, '0')",
            objective="'Objective ' || n",
            title="'Delivery action ' || n",
            outcome=TEXT,
            measure=TEXT,
            lead_partner_id=key("partner", f"1 + n % {size.partners}"),
            due="current_date + n * 5",
            rag="'green'",
        )
        filler.fill(
            DeliveryUpdate,
            "delivery-update",
            160,
            action_id=key("delivery", "1 + n % 40"),
            rag="'green'",
            text=TEXT,
            reported_on="current_date",
            by_id=key("person", f"1 + n % {size.people}"),
        )

    def awards(self) -> None:
        """Grants, their allocations, and awards that rest on a decision and a notice."""
        filler, size, key = self.filler, self.size, self.filler.key
        filler.fill(
            Grant,
            "grant",
            size.grants,
            title="'Grant ' || lpad(n::text, 3, '0')",
            funder_id=key("organisation", "1"),
            recipient_id=key("organisation", "2"),
            agreement_signed_on="DATE '2012-04-01'",
            lead_officer_certifies="true",
        )
        filler.fill(
            ReturnSection,
            "heading",
            size.grants * HEADINGS,
            grant_id=key("grant", f"1 + (n - 1) / {HEADINGS}"),
            position=f"1 + (n - 1) % {HEADINGS}",
            heading=f"'Heading ' || (1 + (n - 1) % {HEADINGS})",
        )
        year = f"({self.first_year} + (n - 1) / {size.grants * AWARDS})"
        filler.fill(
            Award,
            "award",
            size.awards,
            grant_id=key("grant", f"1 + (n - 1) / {AWARDS} % {size.grants}"),
            reference="'SV/' || lpad(n::text, 6, '0')",
            financial_year=year,
            title="'Project ' || n",
            purpose=f"({_PURPOSES})[1 + n % 9]",
            cost_type=f"({_COST_TYPES})[1 + n % 9]",
            recipient_id=key("organisation", f"1 + n % {size.partners}"),
            partner_id=key("partner", f"1 + n % {size.partners}"),
            amount="4000 + (n % 40) * 250",
            first_day=f"make_date({year}, 4, 1)",
            last_day=f"make_date({year} + 1, 3, 31)",
            delivery_action_id=key("delivery", "1 + n % 40"),
            reasons=TEXT,
            created_at=f"LEAST(make_date({year}, 4, 1) + interval '1 minute' * n, now() - interval '21 days')",
        )
        self._allocate()
        for kind, total in (("decision", size.decisions), ("notice", size.notices)):
            filler.fill(
                AwardDecision,
                f"award-{kind}",
                size.awards,
                award_id=key("award", "n"),
                decision_id=key(kind, f"1 + (n - 1) % {total}"),
            )

    def _allocate(self) -> None:
        key = self.filler.key
        awarded = (
            "(SELECT grant_id, financial_year, cost_type, sum(amount) AS amount FROM funding_award"
            f" WHERE partnership_id = '{self.filler.partnership}' GROUP BY 1, 2, 3) AS awarded,"
            " LATERAL (SELECT grant_id || awarded.cost_type || awarded.financial_year AS n) AS named"
        )
        columns = ("grant_id", "financial_year", "cost_type", "amount")
        self.filler.fill(
            Allocation,
            "allocation",
            awarded,
            id=key("allocation", "n"),
            **{c: f"awarded.{c}" for c in columns},
        )
        self.filler.fill(
            AllocationEntry,
            "allocation-entry",
            f"(SELECT id AS n, amount FROM funding_allocation WHERE partnership_id = '{self.filler.partnership}')"
            " AS given",
            allocation_id="given.n",
            amount="given.amount",
            given_on="DATE '2012-04-01'",
        )

    def claims(self) -> None:
        """Every ended quarter reported, but for a few awards in the last; evidence with one in ten."""
        filler, size, key = self.filler, self.size, self.filler.key
        last = self.reporting.year.start * 4 + self.reporting.number
        open_grants = f"a.grant_id IN ({', '.join(key('grant', str(n)) for n in range(1, OPEN_GRANTS + 1))})"
        source = (
            f"(SELECT row_number() OVER (ORDER BY a.financial_year, q, a.reference) AS n, a.*, q FROM funding_award a,"
            f" generate_series(1, 4) AS q WHERE a.partnership_id = '{filler.partnership}'"
            f" AND (a.financial_year * 4 + q < {last} OR (a.financial_year * 4 + q = {last}"
            f" AND NOT ({open_grants} AND right(a.reference, 1) = '7')))) AS due"
        )
        quarter_end = "(make_date(financial_year, 4, 1) + make_interval(months => 3 * q))"
        filler.fill(
            Claim,
            "claim",
            source,
            award_id="due.id",
            financial_year="financial_year",
            quarter="q",
            amount="round(amount * (20 + n % 5) / 100, 2)",
            forecast_next="CASE WHEN q < 4 THEN round(amount * 20 / 100, 2) ELSE 0 END",
            forecast="CASE WHEN q < 4 THEN round(amount * 20 / 100, 2) * (4 - q) ELSE 0 END",
            reason="'A post was filled later than planned.'",
            reported_by_id=key("person", f"1 + n % {size.people}"),
            reported_at=f"LEAST({quarter_end} + interval '1 minute' * (n % 20000), now() - interval '1 hour')",
            created_at=f"LEAST({quarter_end} + interval '1 minute' * (n % 20000), now() - interval '1 hour')",
        )
        files = f"(SELECT n * 10 AS n FROM generate_series(1, {size.awards * 2 // 5 - size.partners}) AS n) AS tenth"
        filler.fill(
            StoredFile,
            "file",
            files,
            name="'evidence.pdf'",
            content_type="'application/pdf'",
            size="1000",
            sha256="md5(n::text) || md5(n::text)",
            path=f"'{size.slug}/' || n",
        )
        files += f" JOIN funding_claim c ON c.id = {key('claim', 'n')}"
        filler.fill(Evidence, "evidence", files, claim_id=key("claim", "n"), file_id=key("file", "n"))

    def returns(self) -> None:
        """A return for each grant and quarter: all sent, but for the last of two grants."""
        filler, size, key = self.filler, self.size, self.filler.key
        last = self.reporting.year.start * 4 + self.reporting.number - (self.first_year * 4 + 1)
        period = f"({self.first_year * 4} + (n - 1) / {size.grants})"
        sent = f"(n <= {last * size.grants} OR (n - 1) % {size.grants} >= {OPEN_GRANTS})"
        number = f"generate_series(1, {(last + 1) * size.grants}) AS n"
        ended = f"make_date({period} / 4, 4, 1) + make_interval(months => 3 * ({period} % 4 + 1))"
        filler.fill(
            QuarterlyReturn,
            "return",
            number,
            grant_id=key("grant", f"1 + (n - 1) % {size.grants}"),
            financial_year=f"{period} / 4",
            quarter=f"{period} % 4 + 1",
            due=f"({ended} + interval '30 days')::date",
            created_at=ended,
        )
        filler.fill(
            ReturnNarrative,
            "narrative",
            f"{number}, generate_series(1, {HEADINGS}) AS h",
            id=key("narrative", "n * 10 + h"),
            quarterly_return_id=key("return", "n"),
            section_id=key("heading", f"((n - 1) % {size.grants}) * {HEADINGS} + h"),
            text=TEXT,
        )
        self._send(f"{number} WHERE {sent}", last)

    def _send(self, sent: str, last: int) -> None:
        """Snapshots of the newest sent returns are the portal's own; older ones borrow their text."""
        filler, size, key = self.filler, self.size, self.filler.key
        texts = [self._content(n) for n in range((last - 1) * size.grants + 1, last * size.grants + 1)]
        with filler.owner.transaction():
            filler.owner.execute(
                "CREATE TEMPORARY TABLE content (g int, canonical text, sha256 text) ON COMMIT DROP"
            )
            rows = [(g, text, snapshots.digest(text)) for g, text in enumerate(texts)]
            with filler.owner.cursor() as cursor, cursor.copy("COPY content FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            filler.fill(
                ReturnSnapshot,
                "snapshot",
                sent.replace(" WHERE", f" JOIN content ON g = (n - 1) % {size.grants} WHERE"),
                quarterly_return_id=key("return", "n"),
                round="1",
                canonical="content.canonical",
                sha256="content.sha256",
            )
        for number, step in enumerate(("prepared", "checked", "certified_cfo", "certified_lead", "sent"), 1):
            filler.fill(
                ReturnStep,
                f"step-{step}",
                sent,
                quarterly_return_id=key("return", "n"),
                round="1",
                step=f"'{step}'",
                snapshot_id=key("snapshot", "n"),
                by_id=key("person", str(1 if step == "sent" else number)),
                role="'An officer'",
                taken_on="current_date - 30",
                created_at=f"now() - interval '30 days' + interval '{number} hours'",
            )
        with untriggered(filler.owner, "funding_quarterlyreturn"):
            filler.owner.execute(
                "UPDATE funding_quarterlyreturn r SET status = 'sent', snapshot_id = s.id FROM funding_returnsnapshot s"
                " WHERE s.quarterly_return_id = r.id AND r.partnership_id = %s",
                [filler.partnership],
            )

    def _content(self, number: int) -> str:
        found = QuarterlyReturn.objects.get(pk=_key(self.filler, "return", number))
        known = selectors.facts(found)
        return snapshots.canonical(selectors.content(found, known=known, today=self.reporting.last_day))


def _key(filler: Filler, kind: str, number: int) -> object:
    from tests.bench.filling import key

    return key(filler.slug, kind, number)


def _quarter_before(today: date) -> Quarter:
    """The last quarter that has ended."""
    current = Quarter.of(today)
    if current.number > 1:
        return Quarter(current.year, current.number - 1)
    return Quarter(FinancialYear(current.year.start - 1), 4)


def check(owner: psycopg.Connection) -> None:
    """What the triggers would have refused, asked of all rows at once.

    Raises:
        AssertionError: claims exceed an award, or awards an allocation.
    """
    over_award = """
        SELECT count(*) FROM (SELECT a.id FROM funding_award a JOIN funding_claim c ON c.award_id = a.id
            GROUP BY a.id HAVING sum(c.amount) > a.amount OR bool_or(c.financial_year <> a.financial_year)) AS wrong
    """
    over_allocation = """
        SELECT count(*) FROM funding_award a LEFT JOIN funding_allocation l ON l.grant_id = a.grant_id
            AND l.financial_year = a.financial_year AND l.cost_type = a.cost_type WHERE l.id IS NULL
    """
    for question in (over_award, over_allocation):
        row = owner.execute(question).fetchone()
        assert row == (0,), f"The generated figures do not add up: {question}"


TRACKED = (
    Product, Milestone, Priority, DeliveryAction, Grant, ReturnSection, Allocation, Award, AwardDecision, Claim,
    Evidence, QuarterlyReturn, ReturnNarrative,
)  # fmt: skip
assert {each.value for each in CostType} == {"labour", "non_labour"}
