"""What PostgreSQL itself keeps of what was agreed and signed.

Rows of agreed minutes change only in a transaction that says why: one that recorded a correction of them. A
decision notice stays as it was signed, and terms of reference as they were adopted.
"""

from collections.abc import Iterable

import pgtrigger

from governance.rules.verbs import ASSENTING

_STANDS = """{meeting}.status = 'agreed' AND NOT EXISTS (
    SELECT 1 FROM governance_minutescorrection
    WHERE meeting_id = {meeting}.id AND recorded_in = transaction_timestamp()
)"""
"""Minutes that were agreed, and that this transaction does not correct.

When a transaction began tells it from every other; its number would not in a database brought back from a
copy, where numbers are given anew.
"""
_SAYS_WHY = """RAISE EXCEPTION 'these minutes were agreed: a correction needs a reason'
    USING ERRCODE = 'check_violation';"""

_OF_MEETING = "{row}.meeting_id"
_OF_ITEM = "(SELECT meeting_id FROM governance_agendaitem WHERE id = {row}.item_id)"
_OF_DECISION = (
    "(SELECT meeting_id FROM governance_agendaitem WHERE id ="
    " (SELECT item_id FROM governance_decision WHERE id = {row}.decision_id))"
)
_OF_COMMENT = "(SELECT meeting_id FROM governance_minutescomment WHERE id = {row}.comment_id)"


def _refuse_once_agreed(meeting: str) -> pgtrigger.Trigger:
    """Where a row was counts as much as where it is: no row leaves agreed minutes."""
    before, after = meeting.format(row="OLD"), meeting.format(row="NEW")
    return pgtrigger.Trigger(
        name="agreed_minutes",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            IF EXISTS (
                SELECT 1 FROM governance_meeting meeting
                WHERE meeting.id IN ({after}, {before}) AND {_STANDS.format(meeting="meeting")}
            ) THEN
                {_SAYS_WHY}
            END IF;
            RETURN NEW;
        """,
    )


_SAYS_YES = ", ".join(f"'{verb}'" for verb in sorted(ASSENTING))
stays_what_it_is = pgtrigger.register(
    pgtrigger.Trigger(
        name="stays_what_it_is",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF (NEW.kind <> OLD.kind OR NEW.run_here <> OLD.run_here OR NEW.code <> OLD.code) AND EXISTS (
                SELECT 1 FROM governance_decision
                WHERE body_id = OLD.id AND withdrawn_reason = '' AND verb IN ({_SAYS_YES})
            ) THEN
                RAISE EXCEPTION 'what a body is decides what its decisions are worth'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'body_stays_what_it_is';
            END IF;
            RETURN NEW;
        """,
    )
)
stays_agreed = pgtrigger.register(
    pgtrigger.Trigger(
        name="stays_agreed",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF OLD.status = 'agreed' AND (
                NEW.status <> 'agreed' OR NEW.body_id <> OLD.body_id
                OR NEW.agreed_on IS DISTINCT FROM OLD.agreed_on
                OR NEW.as_agreed IS DISTINCT FROM OLD.as_agreed
            ) THEN
                RAISE EXCEPTION 'minutes that were agreed stay agreed' USING ERRCODE = 'check_violation';
            END IF;
            IF {_STANDS.format(meeting="OLD")}
                AND to_jsonb(NEW) - 'version' <> to_jsonb(OLD) - 'version' THEN
                {_SAYS_WHY}
            END IF;
            RETURN NEW;
        """,
    )
)
recorded_in = pgtrigger.register(
    pgtrigger.Trigger(
        name="recorded_in",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="NEW.recorded_in := transaction_timestamp(); RETURN NEW;",
    )
)
"""In which transaction a correction was recorded is for PostgreSQL to say."""
with_meeting = pgtrigger.register(_refuse_once_agreed(_OF_MEETING))
with_item = pgtrigger.register(_refuse_once_agreed(_OF_ITEM))
with_decision = pgtrigger.register(_refuse_once_agreed(_OF_DECISION))
with_comment = pgtrigger.register(_refuse_once_agreed(_OF_COMMENT))
_MINUTED = {
    "minuted_owner_partner_id": "owner_partner_id",
    "minuted_owner_id": "owner_id",
    "minuted_owner_role": "owner_role",
    "minuted_due": "due",
}


def _row(row: str, columns: Iterable[str]) -> str:
    return ", ".join(f"{row}.{column}" for column in columns)


def _becomes(row: str, columns: Iterable[str]) -> str:
    return "\n".join(f"NEW.{kept} := {row}.{column};" for kept, column in zip(_MINUTED, columns, strict=True))


_AS_AGREED = ("item_id", "reference", "text", "restricted", "created_at")
"""What an action keeps; when it was added is its place in the list."""
as_minuted = pgtrigger.register(
    pgtrigger.Trigger(
        name="as_minuted",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=[("agreed", "BOOLEAN"), ("stands", "BOOLEAN")],
        func=f"""
            SELECT coalesce(bool_or(meeting.status = 'agreed'), false),
                coalesce(bool_or({_STANDS.format(meeting="meeting")}), false)
            INTO agreed, stands
            FROM governance_agendaitem item JOIN governance_meeting meeting ON meeting.id = item.meeting_id
            WHERE item.id IN (NEW.item_id, OLD.item_id);
            IF stands AND (
                ({_row("NEW", _AS_AGREED)}) IS DISTINCT FROM ({_row("OLD", _AS_AGREED)})
                OR OLD.status = 'withdrawn' AND NOT OLD.minuted AND NEW.status <> 'withdrawn'
            ) THEN
                {_SAYS_WHY}
            END IF;
            IF TG_OP = 'INSERT' OR NOT agreed THEN
                NEW.minuted := false;
                NEW.minuted_owner_partner_id := NULL;
                NEW.minuted_owner_id := NULL;
                NEW.minuted_owner_role := '';
                NEW.minuted_due := NULL;
            ELSIF OLD.minuted OR ({_row("NEW", _MINUTED.values())}, NEW.status = 'withdrawn')
                IS NOT DISTINCT FROM ({_row("OLD", _MINUTED.values())}, OLD.status = 'withdrawn') THEN
                NEW.minuted := OLD.minuted;
                {_becomes("OLD", _MINUTED)}
            ELSE
                NEW.minuted := true;
                {_becomes("OLD", _MINUTED.values())}
            END IF;
            RETURN NEW;
        """,
    )
)
"""An action of agreed minutes keeps its words; owner and date, once they move on, as they were agreed. One
that was withdrawn before does not come into them.

These columns are PostgreSQL's own: whatever a statement puts into them is not kept.
"""
of_its_meeting = pgtrigger.register(
    pgtrigger.Trigger(
        name="of_its_meeting",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="""
            IF NOT EXISTS (
                SELECT 1 FROM governance_circulation
                WHERE id = NEW.circulation_id AND meeting_id = NEW.meeting_id
            ) OR NEW.item_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM governance_agendaitem WHERE id = NEW.item_id AND meeting_id = NEW.meeting_id
            ) THEN
                RAISE EXCEPTION 'a comment is on the minutes that were circulated, and on an item of theirs'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )
)
once_adopted = pgtrigger.register(
    pgtrigger.Trigger(
        name="adopted_stay",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__first_day__isnull=False),
        func="""
            RAISE EXCEPTION 'terms of reference that were adopted stay as they are'
                USING ERRCODE = 'check_violation';
        """,
    )
)
as_signed = pgtrigger.register(
    pgtrigger.Trigger(
        name="as_signed",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func="""
            IF 'notice' IN (OLD.kind, NEW.kind) AND to_jsonb(NEW) - '{version,withdrawn_reason}'::text[]
                    <> to_jsonb(OLD) - '{version,withdrawn_reason}'::text[] THEN
                RAISE EXCEPTION 'a decision notice stays as it was signed'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'notice_as_signed';
            END IF;
            IF OLD.kind = 'notice' AND OLD.withdrawn_reason NOT IN ('', NEW.withdrawn_reason) THEN
                RAISE EXCEPTION 'a withdrawn notice stays withdrawn' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )
)
