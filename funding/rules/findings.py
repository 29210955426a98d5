"""What a quarterly return still lacks, and what its reader should know. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from funding.rules.authority import AGREEMENT, JOINT, PORTAL, SECTIONS
from funding.rules.claims import DIFFERENCE_EXPLAINED_FROM
from funding.rules.ledger import Reconciliation
from funding.rules.returns import AwardFacts, CostTypeFigures, Figures, Line
from svd_portal.kit.format import plural, short_money
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.rules.findings import Finding, Severity


def findings(
    *,
    figures: Figures,
    awards: Iterable[AwardFacts],
    narrative: Mapping[str, str],
    explain_from: Decimal = DIFFERENCE_EXPLAINED_FROM,
    ledger: Reconciliation | None = None,
) -> tuple[Finding, ...]:
    """Everything found about a return, the blocking first.

    Args:
        awards: all awards of the year that are not withdrawn, the undecided included.
        narrative: text by heading.
        explain_from: the smallest difference from a forecast that needs a reason.
        ledger: how the quarter stands to the finance system's extract; None without one.
    """
    found = [
        *_missing(figures),
        *_undecided(awards),
        *_sums(figures),
        *_differences(figures, explain_from),
        *_estimates(figures),
        *_not_accepted(figures),
        *_adjustments(figures),
        *_ledger(ledger),
        *_narrative(narrative),
        *_unspent(figures),
        *_evidence(figures),
    ]
    order = list(Severity)
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


def blocking(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in found if finding.severity == Severity.BLOCKING)


def warnings(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in found if finding.severity == Severity.WARNING)


def unexplained(found: Iterable[Finding], said: Mapping[str, str]) -> tuple[Finding, ...]:
    """Warnings that still need a sentence by the preparer.

    Args:
        said: the sentences there are, by the words of the warning: other words ask for another sentence.
    """
    return tuple(finding for finding in warnings(found) if not said.get(finding.sentence, "").strip())


def _missing(figures: Figures) -> Iterator[Finding]:
    for line in figures.lines:
        if line.actual is None:
            yield Finding(
                "missing_report",
                Severity.BLOCKING,
                f"{line.award.partner} has not reported its spend on {line.award.name}. "
                "Ask for it, enter it with its source, or enter a labelled estimate.",
                AGREEMENT,
            )


def _undecided(awards: Iterable[AwardFacts]) -> Iterator[Finding]:
    for award in awards:
        if award.awarded:
            continue
        if award.reports:
            yield Finding(
                "spend_without_decision",
                Severity.BLOCKING,
                f"Spend is reported on {award.name} without a {_lacking(award)}. Link it to the award.",
                JOINT,
            )
        else:
            yield Finding(
                "not_yet_decided",
                Severity.INFORMATION,
                f"{award.name} is left out: it still needs a {_lacking(award)}, and nothing was spent on it.",
                JOINT,
            )


def _lacking(award: AwardFacts) -> str:
    wanted = (("decision of the partnership", award.agreed), ("decision notice of the PCC", award.noticed))
    return " and a ".join(what for what, there in wanted if not there)


def _sums(figures: Figures) -> Iterator[Finding]:
    for line in figures.lines:
        if line.forecast > line.award.amount:
            yield _over_award(line)
    for group in figures.cost_types:
        yield from _over_allocation(group)


def _over_award(line: Line) -> Finding:
    spent = line.year_to_date > line.award.amount
    over = short_money((line.year_to_date if spent else line.forecast) - line.award.amount)
    if spent:
        sentence = f"Spending on {line.award.name} is {over} over the award. Correct the report or the award."
        return Finding("over_award", Severity.BLOCKING, sentence, AGREEMENT)
    sentence = f"The forecast for {line.award.name} is {over} over the award; more cannot be claimed."
    return Finding("forecast_over_award", Severity.WARNING, sentence, AGREEMENT)


def _over_allocation(group: CostTypeFigures) -> Iterator[Finding]:
    """The gravest of three: what was spent, what is forecast, what was awarded."""
    limit = "no more than the allocation can be claimed"
    for rule, severity, amount, what, so in (
        ("over_allocation", Severity.BLOCKING, group.year_to_date, "spending this year is", limit),
        ("forecast_over_allocation", Severity.WARNING, group.forecast, "the forecast for the year is", limit),
        (
            "awards_over_allocation",
            Severity.WARNING,
            group.awarded,
            "awards are",
            "the year is over-committed",
        ),
    ):
        if amount > group.allocation:
            over = short_money(amount - group.allocation)
            sentence = f"{group.cost_type.meaning}: {what} {over} over the allocation; {so}.{_why(group)}"
            yield Finding(rule, severity, sentence, AGREEMENT)
            return


def _why(group: CostTypeFigures) -> str:
    """The reasons given for awarding more than is allocated, where more is."""
    said = [(line.award.reference, line.award.over_reason) for line in group.lines if line.award.over_reason]
    if group.awarded <= group.allocation or not said:
        return ""
    reasons = "; ".join(f"{reference}: {reason.rstrip('. ')}" for reference, reason in said)
    return f" Reason given: {reasons}."


def _differences(figures: Figures, explain_from: Decimal) -> Iterator[Finding]:
    for line in figures.lines:
        if line.report is None or line.expected is None or line.report.reason:
            continue
        if abs(line.report.amount - line.expected) >= explain_from:
            yield Finding(
                "unexplained_difference",
                Severity.WARNING,
                f"{line.award.name}: {line.difference} last quarter's forecast for this one;"
                " no reason given.",
                AGREEMENT,
            )


def _estimates(figures: Figures) -> Iterator[Finding]:
    for line in figures.lines:
        if line.report and line.report.basis == "estimate":
            yield Finding(
                "estimate",
                Severity.WARNING,
                f"{line.award.name}: an estimate of {short_money(line.report.amount)},"
                f" {line.report.source.rstrip('. ')}.",
                PORTAL,
            )


def _not_accepted(figures: Figures) -> Iterator[Finding]:
    waiting = [line for line in figures.lines if line.report and not line.report.accepted]
    if waiting:
        references = ", ".join(line.award.reference for line in waiting)
        yield Finding(
            "not_accepted",
            Severity.WARNING,
            f"Finance has not accepted {plural(len(waiting), 'report')} of spend this quarter: {references}.",
            PORTAL,
        )


def _adjustments(figures: Figures) -> Iterator[Finding]:
    for line in figures.lines:
        if line.report and line.report.adjustment:
            more = "more" if line.report.adjustment > 0 else "less"
            yield Finding(
                "puts_right",
                Severity.INFORMATION,
                f"{line.award.name}: {short_money(abs(line.report.adjustment))} {more} is counted"
                " in this quarter to put earlier quarters right.",
                AGREEMENT,
            )


def _ledger(ledger: Reconciliation | None) -> Iterator[Finding]:
    if ledger and not ledger.reconciled:
        sentence = f"Ledger of the quarter: {ledger.sentence}"
        yield Finding("ledger_unexplained", Severity.WARNING, sentence, PORTAL)


def _narrative(narrative: Mapping[str, str]) -> Iterator[Finding]:
    for heading, text in narrative.items():
        if not text.strip():
            yield Finding(
                "empty_narrative", Severity.WARNING, f"Nothing is written under “{heading}”.", SECTIONS
            )


def _unspent(figures: Figures) -> Iterator[Finding]:
    year = figures.quarter.year
    for group in figures.cost_types:
        unspent = group.allocation - group.forecast
        if unspent > 0:
            over = figures.quarter == year.quarters[-1]
            sentence = (
                f"{group.cost_type.meaning}: {short_money(unspent)} of the allocation "
                f"{'was not' if over else 'is not forecast to be'} spent. It cannot be carried over into "
                f"{FinancialYear(year.start + 1)}{'' if over else f'; a decision may move it within {year}'}."
            )
            yield Finding("unspent", Severity.INFORMATION, sentence, AGREEMENT)


def _evidence(figures: Figures) -> Iterator[Finding]:
    bare = [line for line in figures.lines if line.report and line.report.amount and not line.report.evidence]
    if bare:
        references = ", ".join(line.award.reference for line in bare)
        yield Finding(
            "no_evidence",
            Severity.INFORMATION,
            f"{plural(len(bare), 'report')} of spend this quarter {'has' if len(bare) == 1 else 'have'} "
            f"no evidence file: {references}.",
            PORTAL,
        )
