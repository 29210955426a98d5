"""What PostgreSQL itself keeps of an agreement that was adopted: its texts; signatures may still come in."""

import pgtrigger

BRINGING = "svd.bringing_agreement"
"""Session setting of an import, which may bring an agreement that was adopted elsewhere, texts and all."""

_ADOPTED = "EXISTS (SELECT 1 FROM milestones_product WHERE id = {row}.agreement_id AND status <> 'drafting')"

agreement_stays = pgtrigger.register(
    pgtrigger.Trigger(
        name="adopted_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__kind="agreement") & ~pgtrigger.Q(old__status="drafting"),
        func="""
            IF NEW.status = 'drafting' OR (NEW.decision_id IS DISTINCT FROM OLD.decision_id
                    AND OLD.decision_id IS NOT NULL)
                OR to_jsonb(NEW) - '{version,status,decision_id}'::text[]
                    <> to_jsonb(OLD) - '{version,status,decision_id}'::text[] THEN
                RAISE EXCEPTION 'an agreement that was adopted stays as it is'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_stays';
            END IF;
            RETURN NEW;
        """,
    )
)


def _once_adopted(*kept: str) -> pgtrigger.Trigger:
    """Rows of an adopted agreement are not added, and keep these columns; none leaves it."""
    said = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in ("agreement_id", *kept))
    return pgtrigger.Trigger(
        name="adopted_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            IF TG_OP = 'UPDATE' AND ({said}) AND (
                {_ADOPTED.format(row="OLD")} OR {_ADOPTED.format(row="NEW")}
            ) OR TG_OP = 'INSERT' AND coalesce(current_setting('{BRINGING}', true), '') = ''
                AND {_ADOPTED.format(row="NEW")} THEN
                RAISE EXCEPTION 'an agreement that was adopted stays as it is'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_stays';
            END IF;
            RETURN NEW;
        """,
    )


texts_stay = pgtrigger.register(_once_adopted("partner_id", "commits"))
appendices_stay = pgtrigger.register(
    _once_adopted("position", "title", "terms_id", "file_id", "url", "withdrawn")
)
