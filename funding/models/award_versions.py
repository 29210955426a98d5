"""What PostgreSQL itself keeps of an award's versions: its terms change with one, which history tells."""

import pgtrigger

from funding.models.frozen import refuse

VERSION = "SV041"
"""The error code of an award that changes beside its versions."""

_TERMS = (
    *("grant_id", "financial_year", "cost_type", "partner_id", "recipient_id", "amount"),
    *("first_day", "last_day", "ended_on", "amount_before"),
    *("supersedes_id", "took_over_on", "withdrawn_reason"),
)


def _terms(row: str) -> str:
    return "(" + ", ".join(f"{row}.{column}" for column in _TERMS) + ")"


_FOLLOWS = f"""
    IF TG_OP = 'INSERT' THEN
        IF NEW.version <> 1 THEN
            {refuse("an award begins with its first version", VERSION)}
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.version NOT IN (OLD.version, OLD.version + 1) THEN
        {refuse("each version of an award follows the one before", VERSION)}
    END IF;
    IF NEW.version = OLD.version AND {_terms("NEW")} IS DISTINCT FROM {_terms("OLD")} THEN
        {refuse("the terms of an award change by a version of it", VERSION)}
    END IF;
    RETURN NEW;
"""
# Looked at when the transaction ends: an award and its history are two statements.
_RECORDED = f"""
    IF NOT EXISTS (SELECT 1 FROM funding_awardhistory h WHERE h.id = NEW.id AND h.version = NEW.version
        AND {_terms("h")} IS NOT DISTINCT FROM {_terms("NEW")}
        AND (NEW.amount = OLD.amount OR btrim(coalesce(h.history_change_reason, '')) <> '' OR NOT EXISTS (
            SELECT 1 FROM funding_awarddecision l WHERE l.award_id = NEW.id AND NOT l.withdrawn)))
    THEN
        {refuse("history tells each version of an award, and why its amount changed once decided", VERSION)}
    END IF;
    RETURN NULL;
"""

FOLLOWS = pgtrigger.Trigger(
    name="within_its_versions",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func=_FOLLOWS,
)
RECORDED = pgtrigger.Trigger(
    name="recorded_in_history",
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    timing=pgtrigger.Deferred,
    func=_RECORDED,
)
