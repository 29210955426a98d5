"""What PostgreSQL itself refuses around partners' comments on a return."""

import pgtrigger

from funding.models.frozen import FINISHED, PARENT, UNTIL, refuse, trigger

_COMMENT = f"""
    {PARENT}
    IF state NOT IN ('preparing', 'commenting', 'checking', 'locked') THEN
        {refuse("a certified return takes no comment")}
    END IF;
    IF NEW.window_id IS NOT NULL AND (state <> 'commenting' OR NOT EXISTS (
        SELECT 1 FROM funding_commentwindow w WHERE w.id = NEW.window_id AND w.round = current_round
            AND w.quarterly_return_id = NEW.quarterly_return_id
            AND NEW.made_on BETWEEN w.opened_on AND {UNTIL}
    )) THEN
        {refuse("the window for comments is not open")}
    END IF;
    RETURN NEW;
"""
_COMMENT_ANSWER = f"""
    SELECT r.status INTO state FROM funding_returncomment c
        JOIN funding_quarterlyreturn r ON r.id = c.quarterly_return_id
        WHERE c.id = NEW.comment_id FOR SHARE OF r;
    IF state IN ({FINISHED}) THEN
        {refuse("the comments of a certified return are answered no more")}
    END IF;
    RETURN NEW;
"""
_WINDOW = f"""
    {PARENT}
    IF state <> 'preparing' OR NEW.round <> current_round THEN
        {refuse("partners are asked while the return is being prepared")}
    END IF;
    RETURN NEW;
"""
_OF_WINDOW = """
    SELECT r.status, r.round - w.round INTO state, current_round FROM funding_commentwindow w
        JOIN funding_quarterlyreturn r ON r.id = w.quarterly_return_id WHERE w.id = NEW.window_id
        FOR SHARE OF r;
"""
_REQUEST = f"""
    {_OF_WINDOW}
    IF state <> 'preparing' OR current_round <> 0 THEN
        {refuse("partners are asked while the return is being prepared")}
    END IF;
    RETURN NEW;
"""
_SILENCE = f"""
    {_OF_WINDOW}
    IF state <> 'commenting' OR current_round <> 0 OR NOT EXISTS (
        SELECT 1 FROM funding_commentrequest q
        WHERE q.window_id = NEW.window_id AND q.partner_id = NEW.partner_id
    ) OR EXISTS (
        SELECT 1 FROM funding_returncomment c
        WHERE c.window_id = NEW.window_id AND c.partner_id = NEW.partner_id
    ) OR EXISTS (
        SELECT 1 FROM funding_commentwindow w WHERE w.id = NEW.window_id AND NEW.recorded_on <= {UNTIL}
    ) THEN
        {refuse("silence is that of a partner who was asked and said nothing")}
    END IF;
    RETURN NEW;
"""
_EXTENSION = f"""
    {_OF_WINDOW}
    IF state <> 'commenting' OR current_round <> 0 OR NOT EXISTS (
        SELECT 1 FROM funding_commentwindow w WHERE w.id = NEW.window_id
            AND NEW.extended_on BETWEEN w.opened_on AND {UNTIL} AND NEW.closes_on > {UNTIL}
            AND NOT EXISTS (SELECT 1 FROM funding_commentsilence z WHERE z.window_id = w.id)
    ) THEN
        {refuse("a window for comments that is open closes later, and never earlier")}
    END IF;
    RETURN NEW;
"""

COMMENT = trigger("comment_while_open", pgtrigger.Insert, _COMMENT)
COMMENT_ANSWER = trigger("answer_while_open", pgtrigger.Insert, _COMMENT_ANSWER)
WINDOW = trigger("asked_while_prepared", pgtrigger.Insert, _WINDOW)
REQUEST = trigger("asked_while_prepared", pgtrigger.Insert, _REQUEST)
SILENCE = trigger("silence_of_the_asked", pgtrigger.Insert, _SILENCE)
EXTENSION = trigger("later_while_open", pgtrigger.Insert, _EXTENSION)
