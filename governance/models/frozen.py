"""Agreed minutes, kept by PostgreSQL itself: their rows change only in a transaction that says why."""

import pgtrigger

CORRECTING = "svd.correcting_minutes"
"""Session setting that holds the reason; the service sets it and it ends with the transaction."""

_OF_MEETING = "NEW.meeting_id"
_OF_ITEM = "(SELECT meeting_id FROM governance_agendaitem WHERE id = NEW.item_id)"


def _refuse_once_agreed(meeting: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="agreed_minutes",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            IF coalesce(current_setting('{CORRECTING}', true), '') = '' AND EXISTS (
                SELECT 1 FROM governance_meeting WHERE id = {meeting} AND status = 'agreed'
            ) THEN
                RAISE EXCEPTION 'these minutes were agreed: a correction needs a reason'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


with_meeting = pgtrigger.register(_refuse_once_agreed(_OF_MEETING))
with_item = pgtrigger.register(_refuse_once_agreed(_OF_ITEM))
