"""What a partnership keeps for years beside its meetings: the long registers, and words to search for.

Bodies decide the same at every meeting that is looked at, whatever the registers hold: what is older hangs on
other meetings.
"""

from __future__ import annotations

from governance.models import (
    Action,
    ActionUpdate,
    Decision,
    Engagement,
    Escalation,
    EscalationStep,
    PaperPage,
    Review,
    ReviewRecommendation,
)
from svd_portal.home.models import Report
from tests.bench.filling import Filler
from tests.bench.governing import ITEMS, SINCE, TEXT
from tests.bench.sizes import Size

LOOKED_AT = 20
"""The newest meetings, of which pages are measured: no older decision or action hangs on them."""
COMMON, SOME, RARE = "violence", "lantern", "kestrel"
"""Words to search for: in every text, in one of a hundred, and in a few."""
WORDS = f"{TEXT} || CASE WHEN n % 5000 = 17 THEN ' {RARE}' ELSE '' END || CASE WHEN n % 100 = 31 THEN ' {SOME}' ELSE '' END"
PAGES = 4
"""Pages of each paper."""


def registers(filler: Filler, size: Size) -> None:
    """Decisions and actions beyond two of each meeting, spread over the years; some actions were reported on."""
    key = filler.key
    meeting = f"({LOOKED_AT} + 1 + n % {max(size.meetings - LOOKED_AT, 1)})"
    ago = f"(({meeting} - 1) * 3600 / {size.meetings} + 20)"
    of_meeting = {
        "body_id": key("body", f"1 + {meeting} % {size.bodies}"),
        "item_id": key("item", f"({meeting} - 1) * {ITEMS} + 1 + n % {ITEMS}"),
        "created_at": f"now() - interval '1 day' * {ago}",
        "text": WORDS,
        "restricted": "n % 50 = 0",
    }
    filler.fill(
        Decision,
        "decision",
        f"generate_series({size.decisions + 1}, {size.all_decisions}) AS n",
        reference="'DEC/' || lpad(n::text, 6, '0')",
        verb="'agreed'",
        title="'Decision ' || n",
        taken_on=f"current_date - {ago}",
        **of_meeting,
    )
    older = f"generate_series({size.decisions + 1}, {size.all_actions}) AS n"
    filler.fill(
        Action,
        "action",
        older,
        reference="'ACT/' || lpad(n::text, 6, '0')",
        owner_partner_id=f"CASE WHEN n % 7 <> 0 THEN {key('partner', f'1 + n % {size.partners}')} END",
        owner_id=f"CASE WHEN n % 3 = 0 THEN {key('person', f'1 + n % {size.people}')} END",
        due=f"CASE WHEN n % 9 <> 0 THEN current_date - {ago} + 60 END",
        status="CASE WHEN n % 100 <> 0 THEN 'done' ELSE 'open' END",
        completed_on=f"CASE WHEN n % 100 <> 0 THEN current_date - {ago} + 50 END",
        **of_meeting,
    )
    filler.fill(
        ActionUpdate, "action-update", f"{older} WHERE n % 10 = 0", action_id=key("action", "n"), text=TEXT
    )


def words(filler: Filler, size: Size) -> None:
    """The words in papers, escalations and their steps, reviews and what they recommend, engagement, reports."""
    key, raised = filler.key, size.bodies * 10
    filler.fill(
        PaperPage,
        "page",
        size.meetings * PAGES,
        paper_id=key("paper", f"1 + (n - 1) / {PAGES}"),
        number=f"1 + (n - 1) % {PAGES}",
        text=WORDS,
    )
    filler.fill(
        Escalation,
        "escalation",
        raised,
        reference="'ESC/' || lpad(n::text, 4, '0')",
        ladder=key("escalation", "n"),
        raised_by_id=key("body", f"2 + n % {size.bodies - 1}"),
        to_id=key("body", "1"),
        title="'Issue ' || n",
        asked=WORDS,
        why_now=TEXT,
        raised_on="current_date - n",
        state="CASE WHEN n > 5 THEN 'closed' ELSE 'raised' END",
    )
    for number, kind in enumerate(("raised", "accepted", "answered", "closed"), start=1):
        standing = "" if kind == "raised" else "WHERE n > 5"
        filler.fill(
            EscalationStep,
            f"step-{kind}",
            f"generate_series(1, {raised}) AS n {standing}",
            escalation_id=key("escalation", "n"),
            number=str(number),
            kind=f"'{kind}'",
            on=f"current_date - n + {number}",
            text="'What was said of it.'",
        )
    filler.fill(
        Review,
        "review",
        size.bodies,
        kind="'dhr'",
        reference="'DHR/' || n",
        place="'Area ' || n",
        event_month=SINCE,
        note=WORDS,
    )
    filler.fill(
        ReviewRecommendation,
        "lesson",
        size.bodies * 10,
        review_id=key("review", "1 + (n - 1) / 10"),
        position="1 + (n - 1) % 10",
        text=WORDS,
    )
    filler.fill(
        Engagement,
        "engagement",
        size.bodies * 5,
        title="'Event ' || n",
        kind="'awareness'",
        heard=WORDS,
        first_day="current_date - n",
    )
    filler.fill(
        Report,
        "report",
        size.bodies,
        kind="'highlight'",
        to_id=key("body", "n"),
        title="'Highlight report ' || n",
        summary=WORDS,
        first_day="current_date - n * 90 - 90",
        last_day="current_date - n * 90",
    )


TRACKED = (Escalation, Review, ReviewRecommendation, Engagement, Report)
