"""What PostgreSQL itself refuses around awards and returns, whoever connects and however.

Awards and allocations cover what was claimed from them, and there is no spend without its decisions.
A return begins empty, takes its steps in order, holds its own snapshot and no other, and once certified only
becomes sent, or is replaced. Its children follow it, new rows included.
"""

import pgtrigger

from funding.rules.stages import DECIDERS
from governance.rules.verbs import ASSENTING
from partners.roles import Permission, roles_with

FROZEN = "SV001"
"""The error code a service turns into a sentence."""


def refuse(sentence: str, code: str = FROZEN) -> str:
    return f"RAISE EXCEPTION '{sentence}' USING ERRCODE = '{code}';"


FINISHED = "'certified', 'sent', 'queried', 'accepted'"
UNTIL = """greatest(w.closes_on,
    (SELECT max(x.closes_on) FROM funding_commentextension x WHERE x.window_id = w.id))"""
"""The last day of a window `w`."""
# Comments are waited for until the window closes, or all have spoken; else a step says why they are not.
_UNHEARD = f"""(
    NOT EXISTS (SELECT 1 FROM funding_returnstep s WHERE s.quarterly_return_id = NEW.id
        AND s.round = NEW.round AND s.step = 'comments_skipped')
    AND CASE OLD.status
        WHEN 'preparing' THEN (SELECT g.asks_comments FROM funding_grant g WHERE g.id = NEW.grant_id)
        ELSE EXISTS (SELECT 1 FROM funding_commentwindow w JOIN funding_commentrequest q ON q.window_id = w.id
            WHERE w.quarterly_return_id = NEW.id AND w.round = NEW.round
                AND NOT EXISTS (SELECT 1 FROM funding_returncomment c
                    WHERE c.window_id = w.id AND c.partner_id = q.partner_id)
                AND (NOT EXISTS (SELECT 1 FROM funding_commentsilence z
                        WHERE z.window_id = w.id AND z.partner_id = q.partner_id)
                    OR NOT EXISTS (SELECT 1 FROM funding_returnstep s WHERE s.quarterly_return_id = NEW.id
                        AND s.round = NEW.round AND s.step = 'prepared' AND s.taken_on > {UNTIL})))
    END
)"""
_RETURN = f"""
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'preparing' OR NEW.superseded_at IS NOT NULL THEN
            {refuse("a return begins by being prepared")}
        END IF;
        IF NEW.edition > 1 AND NOT EXISTS (
            SELECT 1 FROM funding_quarterlyreturn r WHERE r.grant_id = NEW.grant_id
                AND r.financial_year = NEW.financial_year AND r.quarter = NEW.quarter
                AND r.edition = NEW.edition - 1 AND r.status IN ({FINISHED})
        ) THEN
            {refuse("a new version of a return follows a certified one")}
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.round <> OLD.round
        AND (OLD.status = 'preparing' OR NEW.status <> 'preparing' OR NEW.round <> OLD.round + 1)
    THEN
        {refuse("a round begins when a return is sent back")}
    END IF;
    IF OLD.status IN ({FINISHED}) AND (
        NEW.snapshot_id IS DISTINCT FROM OLD.snapshot_id
        OR NEW.due <> OLD.due OR NEW.illustrative <> OLD.illustrative OR NEW.corrects <> OLD.corrects
        OR (OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS DISTINCT FROM OLD.superseded_at)
        OR NEW.status NOT IN ({FINISHED}) OR (NEW.status = 'certified' AND OLD.status <> 'certified')
    ) THEN
        {refuse("a certified return is never changed")}
    END IF;
    IF OLD.status NOT IN ({FINISHED}) AND NEW.superseded_at IS NOT NULL THEN
        {refuse("only a certified return is replaced")}
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('preparing', 'commenting'), ('preparing', 'checking'), ('commenting', 'checking'),
        ('checking', 'locked'), ('locked', 'certified'), ('certified', 'sent'), ('sent', 'queried'),
        ('queried', 'sent'), ('sent', 'accepted'),
        ('commenting', 'preparing'), ('checking', 'preparing'), ('locked', 'preparing')
    ) THEN
        {refuse("a return takes its steps in order")}
    END IF;
    IF NEW.snapshot_id IS DISTINCT FROM OLD.snapshot_id AND NEW.snapshot_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM funding_returnsnapshot s
        WHERE s.id = NEW.snapshot_id AND s.quarterly_return_id = NEW.id AND s.round = NEW.round
    ) THEN
        {refuse("a return holds its own snapshot")}
    END IF;
    IF (OLD.status, NEW.status) IN (('sent', 'queried'), ('queried', 'sent')) THEN
        IF EXISTS (SELECT 1 FROM funding_funderquery q
            WHERE q.quarterly_return_id = NEW.id AND q.answered_on IS NULL) <> (NEW.status = 'queried') THEN
            {refuse("a return is queried while a query is not answered")}
        END IF;
    ELSIF NEW.status <> OLD.status AND NEW.status NOT IN ('preparing', 'certified') AND NOT EXISTS (
        SELECT 1 FROM funding_returnstep s WHERE s.quarterly_return_id = NEW.id AND s.round = NEW.round
            AND s.step = CASE NEW.status WHEN 'commenting' THEN 'comments_asked'
                WHEN 'checking' THEN 'prepared' WHEN 'locked' THEN 'checked' ELSE NEW.status END
    ) THEN
        {refuse("each step of a return is taken by a person")}
    END IF;
    IF NEW.status = 'commenting' AND NOT EXISTS (
        SELECT 1 FROM funding_commentwindow w JOIN funding_commentrequest q ON q.window_id = w.id
            WHERE w.quarterly_return_id = NEW.id AND w.round = NEW.round
    ) THEN
        {refuse("partners are asked until a day")}
    END IF;
    IF NEW.status = 'checking' AND OLD.status <> 'checking' AND {_UNHEARD} THEN
        {refuse("partners comment before the finance check, or it is said why not")}
    END IF;
    IF NEW.status = 'certified' AND OLD.status <> 'certified' AND EXISTS (
        SELECT 1 FROM funding_returnsnapshot f,
            jsonb_array_elements_text(
                coalesce(f.canonical::jsonb -> 'cover' -> 'certifiers', '[]') || '["cfo"]'
            ) AS wanted
        WHERE f.id = NEW.snapshot_id AND NOT EXISTS (
            SELECT 1 FROM funding_returnstep s WHERE s.quarterly_return_id = NEW.id
                AND s.snapshot_id = NEW.snapshot_id AND s.step = 'certified_' || wanted
        )
    ) THEN
        {refuse("a return is certified by signature")}
    END IF;
    RETURN NEW;
"""
# Looked at when the transaction ends: it is marked before the version that replaces it is begun.
_REPLACED = f"""
    IF NOT EXISTS (
        SELECT 1 FROM funding_quarterlyreturn r WHERE r.grant_id = NEW.grant_id
            AND r.financial_year = NEW.financial_year AND r.quarter = NEW.quarter
            AND r.edition = NEW.edition + 1
    ) THEN
        {refuse("a return is replaced by a later version")}
    END IF;
    RETURN NULL;
"""
PARENT = """
    SELECT r.status, r.round INTO state, current_round
        FROM funding_quarterlyreturn r WHERE r.id = NEW.quarterly_return_id FOR SHARE;
"""
_NARRATIVE = f"""
    {PARENT}
    IF TG_OP = 'UPDATE' AND NEW.quarterly_return_id <> OLD.quarterly_return_id THEN
        {refuse("a narrative never moves to another return")}
    END IF;
    IF state <> 'preparing' THEN
        {refuse("the narrative of a locked return is never changed")}
    END IF;
    RETURN NEW;
"""
_SNAPSHOT = f"""
    {PARENT}
    IF state <> 'checking' OR NEW.round <> current_round THEN
        {refuse("content is frozen by the finance check")}
    END IF;
    IF NEW.sha256 <> encode(sha256(convert_to(NEW.canonical, 'UTF8')), 'hex') THEN
        {refuse("the hash is not the hash of the content")}
    END IF;
    SELECT * INTO parent FROM funding_quarterlyreturn WHERE id = NEW.quarterly_return_id;
    IF (NEW.canonical::jsonb -> 'cover' -> 'certifiers') IS DISTINCT FROM (
        SELECT CASE WHEN g.lead_officer_certifies THEN '["cfo", "lead"]' ELSE '["cfo"]' END::jsonb
        FROM funding_grant g WHERE g.id = parent.grant_id
    ) THEN
        {refuse("the content says who certifies it, as the grant does")}
    END IF;
    IF (NEW.canonical::jsonb -> 'total' ->> 'actual')::numeric IS DISTINCT FROM (
        SELECT coalesce(sum(c.amount), 0) FROM funding_claim c JOIN funding_award a ON a.id = c.award_id
        WHERE (a.grant_id, c.financial_year, c.quarter)
            = (parent.grant_id, parent.financial_year, parent.quarter)
    ) THEN
        {refuse("the content sums the spend that is reported")}
    END IF;
    IF jsonb_typeof(NEW.canonical::jsonb -> 'findings') IS DISTINCT FROM 'array' OR EXISTS (
        SELECT 1 FROM jsonb_array_elements(NEW.canonical::jsonb -> 'findings') AS f
        WHERE f ->> 'severity' = 'blocking'
            OR (f ->> 'severity' = 'warning' AND coalesce(f ->> 'explanation', '') = '')
    ) THEN
        {refuse("nothing that blocks is certified away, and a warning has its sentence")}
    END IF;
    RETURN NEW;
"""


def held(day: str) -> str:
    """Appointments `a` that a row's own person held in its partnership on a day of it."""
    return f"""partners_partnershipappointment a
        WHERE a.user_id = NEW.by_id AND a.partnership_id = NEW.partnership_id AND a.withdrawn_at IS NULL
            AND a.first_day <= NEW.{day} AND (a.last_day IS NULL OR a.last_day >= NEW.{day})"""


def roles_for(permission: Permission) -> str:
    return ", ".join(f"'{role.value}'" for role in roles_with(permission))


# Whoever takes a step holds a role that day which brings the right to it; a deputy's has both its days.
_MAY = {
    step: roles_for(permission)
    for step, permission in (
        ("checked", Permission.PARTNERSHIP_CHECK_RETURN),
        ("certified_cfo", Permission.PARTNERSHIP_CERTIFY_AS_CFO),
        ("certified_lead", Permission.PARTNERSHIP_CERTIFY_AS_LEAD_OFFICER),
        ("prepared", Permission.PARTNERSHIP_MANAGE_FUNDING),
    )
}
_STEP = f"""
    {PARENT}
    IF NEW.round <> current_round OR (state, NEW.step) NOT IN (
        ('preparing', 'comments_asked'), ('preparing', 'comments_skipped'),
        ('commenting', 'comments_skipped'), ('preparing', 'prepared'), ('commenting', 'prepared'),
        ('checking', 'checked'), ('locked', 'certified_cfo'), ('locked', 'certified_lead'),
        ('commenting', 'sent_back'), ('checking', 'sent_back'), ('locked', 'sent_back'),
        ('certified', 'sent'), ('sent', 'accepted')
    ) THEN
        {refuse("this step is not open to the return")}
    END IF;
    IF NEW.step = 'sent' AND NEW.channel = '' THEN
        {refuse("it is said how a return was sent")}
    END IF;
    IF NEW.step NOT IN ('sent_back', 'sent', 'accepted') AND NOT EXISTS (
        SELECT 1 FROM {held("taken_on")}
            AND CASE NEW.step WHEN 'checked' THEN a.role IN ({_MAY["checked"]})
                WHEN 'certified_cfo' THEN a.role IN ({_MAY["certified_cfo"]})
                WHEN 'certified_lead' THEN a.role IN ({_MAY["certified_lead"]})
                ELSE a.role IN ({_MAY["prepared"]}) END
    ) THEN
        {refuse("a step is taken by whoever holds the role that day")}
    END IF;
    RETURN NEW;
"""
_EXPLANATION = f"""
    {PARENT}
    IF state NOT IN ('preparing', 'commenting') THEN
        {refuse("the sentences to warnings are closed with the return")}
    END IF;
    IF NEW.digest <> encode(sha256(convert_to(NEW.warning, 'UTF8')), 'hex') THEN
        {refuse("the hash is not the hash of the warning")}
    END IF;
    RETURN NEW;
"""
_QUERY = f"""
    {PARENT}
    IF TG_OP = 'INSERT' THEN
        IF state NOT IN ('sent', 'queried') OR NEW.answered_on IS NOT NULL THEN
            {refuse("the funder queries a return that was sent")}
        END IF;
    ELSIF OLD.answered_on IS NOT NULL THEN
        {refuse("an answer that was given is never changed")}
    END IF;
    RETURN NEW;
"""


_AWARD = f"""
    SELECT sum(amount) INTO spent FROM funding_claim WHERE award_id = NEW.id;
    IF spent IS NOT NULL AND (
        NEW.amount < spent OR NEW.withdrawn_reason <> '' OR NEW.grant_id <> OLD.grant_id
        OR NEW.financial_year <> OLD.financial_year OR NEW.cost_type <> OLD.cost_type
    ) THEN
        {refuse("an award keeps its place and covers what was claimed from it")}
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
        {refuse("an allocation keeps its place and covers what was claimed from it")}
    END IF;
    RETURN NEW;
"""

_ASSENTS = ", ".join(f"'{verb}'" for verb in ASSENTING)
_DECIDERS = ", ".join(f"'{kind}'" for kind in DECIDERS)
NO_DECISION = "SV005"
"""The error code of spend that was not decided."""
UNDECIDED = "money was claimed or paid, and there is no spend without a decision"


def undecided(award: str, besides: str = "true") -> str:
    """That not both have decided, as `with_stage` says it: the partnership agrees, the PCC recognises.

    Args:
        award: the key of the award.
        besides: which links `l` to which decisions `d` are looked at.
    """
    return f"""2 > (
        SELECT count(DISTINCT d.kind = 'notice') FROM funding_awarddecision l
        JOIN governance_decision d ON d.id = l.decision_id LEFT JOIN governance_body b ON b.id = d.body_id
        WHERE l.award_id = {award} AND NOT l.withdrawn AND {besides}
            AND d.withdrawn_reason = '' AND d.verb IN ({_ASSENTS})
            AND (d.kind = 'notice' OR (b.run_here AND b.kind IN ({_DECIDERS})))
    )"""


def _undecided_spend(awards: str, besides: str) -> str:
    return f"""
        SELECT 1 FROM funding_award a WHERE a.id IN ({awards})
            AND (EXISTS (SELECT 1 FROM funding_claim c WHERE c.award_id = a.id AND c.amount > 0)
                OR EXISTS (SELECT 1 FROM funding_paymentmade p
                    WHERE p.award_id = a.id AND p.withdrawn_reason = ''))
            AND {undecided("a.id", besides)}
    """


# A claim and a payment lock their award too: of a claim and a lapse at one moment the second sees the first.
_LINK = f"""
    IF NEW.withdrawn AND NOT OLD.withdrawn THEN
        PERFORM 1 FROM funding_award WHERE id = OLD.award_id FOR NO KEY UPDATE;
        IF EXISTS ({_undecided_spend("OLD.award_id", "l.id <> OLD.id")}) THEN
            {refuse(UNDECIDED, "check_violation")}
        END IF;
    END IF;
    RETURN NEW;
"""
_RESTING = "SELECT award_id FROM funding_awarddecision WHERE decision_id = OLD.id AND NOT withdrawn"
_DECISION = f"""
    IF (NEW.withdrawn_reason <> '' AND OLD.withdrawn_reason = '')
        OR (NEW.verb NOT IN ({_ASSENTS}) AND NEW.verb <> OLD.verb)
        OR NEW.kind <> OLD.kind OR NEW.body_id IS DISTINCT FROM OLD.body_id
    THEN
        PERFORM 1 FROM funding_award WHERE id IN ({_RESTING}) ORDER BY id FOR NO KEY UPDATE;
        IF EXISTS ({_undecided_spend(_RESTING, "d.id <> OLD.id")}) THEN
            {refuse(UNDECIDED, "check_violation")}
        END IF;
    END IF;
    RETURN NEW;
"""
_EVIDENCE = f"""
    IF NEW.withdrawn <> OLD.withdrawn THEN
        SELECT r.status INTO state FROM funding_claim c JOIN funding_award a ON a.id = c.award_id
        JOIN funding_quarterlyreturn r ON r.grant_id = a.grant_id
            AND r.financial_year = c.financial_year AND r.quarter = c.quarter
        WHERE c.id = NEW.claim_id AND r.superseded_at IS NULL FOR SHARE OF r;
        IF state <> 'preparing' THEN
            {refuse("the evidence of a locked quarter stays", "check_violation")}
        END IF;
    END IF;
    RETURN NEW;
"""


def trigger(
    name: str, operation: pgtrigger.Operation, func: str, *, of_child: bool = True
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        declare=[("state", "text"), ("current_round", "integer"), ("parent", "record")] if of_child else [],
        func=func,
    )


CERTIFIED_IS_FINAL = trigger(
    "certified_is_final", pgtrigger.Insert | pgtrigger.Update, _RETURN, of_child=False
)
REPLACED = pgtrigger.Trigger(
    name="replaced_by_a_version",
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    timing=pgtrigger.Deferred,
    condition=pgtrigger.Q(new__superseded_at__isnull=False),
    func=_REPLACED,
)
NARRATIVE = trigger("frozen_with_return", pgtrigger.Insert | pgtrigger.Update, _NARRATIVE)
SNAPSHOT = trigger("frozen_by_check", pgtrigger.Insert, _SNAPSHOT)
STEP = trigger("step_in_order", pgtrigger.Insert, _STEP)
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
LINK, DECISION = (
    trigger("no_spend_undecided", pgtrigger.Update, func, of_child=False) for func in (_LINK, _DECISION)
)
EVIDENCE = trigger("evidence_of_locked_quarter", pgtrigger.Update, _EVIDENCE)
EXPLANATION = trigger("explained_while_open", pgtrigger.Insert | pgtrigger.Update, _EXPLANATION)
QUERY = trigger("query_of_a_sent_return", pgtrigger.Insert | pgtrigger.Update, _QUERY)
