"""What PostgreSQL itself refuses around awards and returns, whoever connects and however.

Awards and allocations cover what was claimed from them.
A return begins empty, takes its steps in order, holds its own snapshot and no other, and once certified only
becomes sent, or is replaced. Its children follow it, new rows included.
"""

import pgtrigger

FROZEN = "SV001"
"""The error code a service turns into a sentence."""


def _refuse(sentence: str) -> str:
    return f"RAISE EXCEPTION '{sentence}' USING ERRCODE = '{FROZEN}';"


_RETURN = f"""
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'preparing' OR NEW.superseded_at IS NOT NULL THEN
            {_refuse("a return begins by being prepared")}
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status IN ('certified', 'sent') AND (
        NEW.snapshot_id IS DISTINCT FROM OLD.snapshot_id OR NEW.round <> OLD.round
        OR NEW.grant_id <> OLD.grant_id OR NEW.financial_year <> OLD.financial_year
        OR NEW.quarter <> OLD.quarter OR NEW.edition <> OLD.edition
        OR NEW.due <> OLD.due OR NEW.illustrative <> OLD.illustrative OR NEW.corrects <> OLD.corrects
        OR (OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS DISTINCT FROM OLD.superseded_at)
        OR NEW.status NOT IN (OLD.status, 'sent')
    ) THEN
        {_refuse("a certified return is never changed")}
    END IF;
    IF OLD.status NOT IN ('certified', 'sent') AND NEW.superseded_at IS NOT NULL THEN
        {_refuse("only a certified return is replaced")}
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('preparing', 'checking'), ('checking', 'locked'), ('locked', 'certified'), ('certified', 'sent'),
        ('checking', 'preparing'), ('locked', 'preparing')
    ) THEN
        {_refuse("a return takes its steps in order")}
    END IF;
    IF NEW.snapshot_id IS DISTINCT FROM OLD.snapshot_id AND NEW.snapshot_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM funding_returnsnapshot s
        WHERE s.id = NEW.snapshot_id AND s.quarterly_return_id = NEW.id AND s.round = NEW.round
    ) THEN
        {_refuse("a return holds its own snapshot")}
    END IF;
    IF NEW.status <> OLD.status AND NEW.status IN ('checking', 'locked') AND NOT EXISTS (
        SELECT 1 FROM funding_returnstep s WHERE s.quarterly_return_id = NEW.id AND s.round = NEW.round
            AND s.step = CASE NEW.status WHEN 'checking' THEN 'prepared' ELSE 'checked' END
    ) THEN
        {_refuse("each step of a return is taken by a person")}
    END IF;
    IF NEW.status = 'certified' AND OLD.status <> 'certified' AND EXISTS (
        SELECT 1 FROM funding_returnsnapshot f,
            jsonb_array_elements_text(f.canonical::jsonb -> 'cover' -> 'certifiers' || '["cfo"]') AS wanted
        WHERE f.id = NEW.snapshot_id AND NOT EXISTS (
            SELECT 1 FROM funding_returnstep s WHERE s.quarterly_return_id = NEW.id
                AND s.snapshot_id = NEW.snapshot_id AND s.step = 'certified_' || wanted
        )
    ) THEN
        {_refuse("a return is certified by signature")}
    END IF;
    RETURN NEW;
"""
_PARENT = """
    SELECT r.status, r.round INTO state, current_round
        FROM funding_quarterlyreturn r WHERE r.id = NEW.quarterly_return_id FOR SHARE;
"""
_NARRATIVE = f"""
    {_PARENT}
    IF TG_OP = 'UPDATE' AND NEW.quarterly_return_id <> OLD.quarterly_return_id THEN
        {_refuse("a narrative never moves to another return")}
    END IF;
    IF state <> 'preparing' THEN
        {_refuse("the narrative of a locked return is never changed")}
    END IF;
    RETURN NEW;
"""
_SNAPSHOT = f"""
    {_PARENT}
    IF state <> 'checking' OR NEW.round <> current_round THEN
        {_refuse("content is frozen by the finance check")}
    END IF;
    IF NEW.sha256 <> encode(sha256(convert_to(NEW.canonical, 'UTF8')), 'hex') THEN
        {_refuse("the hash is not the hash of the content")}
    END IF;
    RETURN NEW;
"""
_STEP = f"""
    {_PARENT}
    IF NEW.round <> current_round OR (state, NEW.step) NOT IN (
        ('preparing', 'prepared'), ('checking', 'checked'), ('locked', 'certified_cfo'),
        ('locked', 'certified_lead'), ('checking', 'sent_back'), ('locked', 'sent_back'),
        ('certified', 'sent')
    ) THEN
        {_refuse("this step is not open to the return")}
    END IF;
    RETURN NEW;
"""
_COMMENT = f"""
    {_PARENT}
    IF state NOT IN ('preparing', 'checking', 'locked') THEN
        {_refuse("a certified return takes no comment")}
    END IF;
    RETURN NEW;
"""


_AWARD = f"""
    SELECT sum(amount) INTO spent FROM funding_claim WHERE award_id = NEW.id;
    IF spent IS NOT NULL AND (
        NEW.amount < spent OR NEW.withdrawn_reason <> '' OR NEW.grant_id <> OLD.grant_id
        OR NEW.financial_year <> OLD.financial_year OR NEW.cost_type <> OLD.cost_type
    ) THEN
        {_refuse("an award keeps its place and covers what was claimed from it")}
    END IF;
    RETURN NEW;
"""
_ALLOCATION = f"""
    SELECT sum(c.amount) INTO spent FROM funding_claim c JOIN funding_award a ON a.id = c.award_id
        WHERE a.grant_id = OLD.grant_id AND a.financial_year = OLD.financial_year
          AND a.cost_type = OLD.cost_type;
    IF spent IS NOT NULL AND (
        NEW.amount < spent OR NEW.grant_id <> OLD.grant_id
        OR NEW.financial_year <> OLD.financial_year OR NEW.cost_type <> OLD.cost_type
    ) THEN
        {_refuse("an allocation keeps its place and covers what was claimed from it")}
    END IF;
    RETURN NEW;
"""


def _trigger(
    name: str, operation: pgtrigger.Operation, func: str, *, of_child: bool = True
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        declare=[("state", "text"), ("current_round", "integer")] if of_child else [],
        func=func,
    )


CERTIFIED_IS_FINAL = _trigger(
    "certified_is_final", pgtrigger.Insert | pgtrigger.Update, _RETURN, of_child=False
)
NARRATIVE = _trigger("frozen_with_return", pgtrigger.Insert | pgtrigger.Update, _NARRATIVE)
SNAPSHOT = _trigger("frozen_by_check", pgtrigger.Insert, _SNAPSHOT)
STEP = _trigger("step_in_order", pgtrigger.Insert, _STEP)
AWARD, ALLOCATION = (
    pgtrigger.Trigger(
        name="covers_its_claims",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        declare=[("spent", "numeric")],
        func=func,
    )
    for func in (_AWARD, _ALLOCATION)
)
COMMENT = _trigger("comment_while_open", pgtrigger.Insert, _COMMENT)
