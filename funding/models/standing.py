"""What PostgreSQL itself keeps of reports: a standing is given by a step, and an accrual is reversed once.

Triggers are asked in the order of their names: that a quarter is locked (`within_award…`) is said first.
"""

import pgtrigger

_FIGURES = (
    *("amount", "accrual", "adjustment", "forecast_next", "forecast_after", "forecast"),
    *("basis", "source", "reason", "ledger_reference"),
)


def _row(name: str) -> str:
    return ", ".join(f"{name}.{column}" for column in _FIGURES)


_STANDING = f"""
    IF TG_OP = 'INSERT' THEN
        IF NEW.standing <> 'submitted' THEN
            RAISE EXCEPTION 'a report begins by being submitted' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.standing <> 'submitted' AND ({_row("NEW")}) IS DISTINCT FROM ({_row("OLD")}) THEN
        RAISE EXCEPTION 'a changed report is submitted again' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.standing <> OLD.standing AND NEW.standing <> 'submitted' AND NOT EXISTS (
        SELECT 1 FROM funding_claimstep s
        WHERE s.claim_id = NEW.id AND s.claim_version = OLD.version AND s.step = NEW.standing
    ) THEN
        RAISE EXCEPTION 'a standing is given by a step' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

STANDING = pgtrigger.Trigger(
    name="within_its_standing",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func=_STANDING,
)

ACCRUED = "SV011"
"""The error code that a service turns into a sentence."""

_ACCRUAL = f"""
    SELECT accrual INTO before FROM funding_claim WHERE award_id = NEW.award_id AND quarter = NEW.quarter - 1;
    IF NEW.reversed <> COALESCE(before, 0) THEN
        RAISE EXCEPTION 'a report reverses the accrual of the quarter before' USING ERRCODE = '{ACCRUED}';
    END IF;
    IF EXISTS (
        SELECT 1 FROM funding_claim
        WHERE award_id = NEW.award_id AND quarter = NEW.quarter + 1 AND reversed <> NEW.accrual
    ) THEN
        RAISE EXCEPTION 'the next quarter has reversed this accrual' USING ERRCODE = '{ACCRUED}';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.amount - NEW.adjustment <> OLD.amount - OLD.adjustment AND EXISTS (
        SELECT 1 FROM funding_adjustment a JOIN funding_claim c ON c.id = a.claim_id
        WHERE c.award_id = NEW.award_id AND a.quarter = NEW.quarter AND NOT a.withdrawn
    ) THEN
        RAISE EXCEPTION 'a later report has put this quarter right' USING ERRCODE = '{ACCRUED}';
    END IF;
    RETURN NEW;
"""

ACCRUAL = pgtrigger.Trigger(
    name="within_its_accruals",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    declare=[("before", "numeric")],
    func=_ACCRUAL,
)


def counts_adjustments(claim: str) -> pgtrigger.Trigger:
    """At the end of a transaction a report counts exactly what its adjustments come to."""
    return pgtrigger.Trigger(
        name="counts_its_adjustments",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        timing=pgtrigger.Deferred,
        func=f"""
            IF EXISTS (
                SELECT 1 FROM funding_claim c WHERE c.id = {claim} AND c.adjustment <> COALESCE((
                    SELECT sum(a.stands - a.said) FROM funding_adjustment a
                    WHERE a.claim_id = c.id AND NOT a.withdrawn), 0)
            ) THEN
                RAISE EXCEPTION 'a report counts what its adjustments come to' USING ERRCODE = '{ACCRUED}';
            END IF;
            RETURN NULL;
        """,
    )
