"""What PostgreSQL itself keeps of what was agreed and signed.

Rows of agreed minutes change only in a transaction that says why. A decision notice stays as it was signed,
and terms of reference as they were adopted.
"""

import pgtrigger

CORRECTING = "svd.correcting_minutes"
"""Session setting that holds the reason; the service sets it and it ends with the transaction."""

_OF_MEETING = "{row}.meeting_id"
_OF_ITEM = "(SELECT meeting_id FROM governance_agendaitem WHERE id = {row}.item_id)"


def _refuse_once_agreed(meeting: str) -> pgtrigger.Trigger:
    """Where a row was counts as much as where it is: no row leaves agreed minutes."""
    before, after = meeting.format(row="OLD"), meeting.format(row="NEW")
    return pgtrigger.Trigger(
        name="agreed_minutes",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            IF coalesce(current_setting('{CORRECTING}', true), '') = '' AND EXISTS (
                SELECT 1 FROM governance_meeting WHERE id = {after} AND status = 'agreed'
            ) THEN
                RAISE EXCEPTION 'these minutes were agreed: a correction needs a reason'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'UPDATE' AND coalesce(current_setting('{CORRECTING}', true), '') = '' AND EXISTS (
                SELECT 1 FROM governance_meeting WHERE id = {before} AND status = 'agreed'
            ) THEN
                RAISE EXCEPTION 'these minutes were agreed: a correction needs a reason'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


stays_agreed = pgtrigger.register(
    pgtrigger.Trigger(
        name="stays_agreed",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func="""
            IF OLD.status = 'agreed' AND (
                NEW.status <> 'agreed' OR NEW.body_id <> OLD.body_id
                OR NEW.agreed_on IS DISTINCT FROM OLD.agreed_on
            ) THEN
                RAISE EXCEPTION 'minutes that were agreed stay agreed' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )
)
with_meeting = pgtrigger.register(_refuse_once_agreed(_OF_MEETING))
with_item = pgtrigger.register(_refuse_once_agreed(_OF_ITEM))
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
