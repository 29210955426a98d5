"""The import format: every file, in the order in which they are loaded."""

from svd_portal.home.importing import decide, deliver, spend, who
from svd_portal.home.importing.tables import Table

NATIONAL: tuple[Table, ...] = (who.ORGANISATIONS, who.AREAS, who.SUCCESSIONS, who.PEOPLE)

PARTNERSHIP: tuple[Table, ...] = (
    *NATIONAL,
    who.PARTNERSHIP,
    who.PARTNERS,
    who.CAPACITIES_TABLE,
    decide.BODIES,
    decide.REPORTING_LINES,
    who.APPOINTMENTS,
    decide.SEATS,
    decide.SEAT_HOLDERS,
    decide.MEETINGS,
    decide.ATTENDANCE,
    decide.AGENDA,
    decide.PAPERS,
    decide.RECOMMENDATIONS,
    decide.KEY_POINTS,
    decide.DECISIONS,
    decide.TERMS,
    decide.NOTICES,
    decide.ACTIONS,
    decide.ACTION_UPDATES,
    deliver.PRODUCTS,
    deliver.MILESTONES,
    deliver.MILESTONE_MOVES,
    deliver.PRIORITIES,
    deliver.DELIVERY_ACTIONS,
    deliver.DELIVERY_UPDATES,
    spend.GRANTS,
    spend.RETURN_HEADINGS,
    spend.ALLOCATIONS,
    spend.AWARDS,
    spend.AWARD_DECISIONS,
    spend.RETURNS,
    spend.RETURN_NARRATIVES,
    spend.CLAIMS,
    spend.RETURN_STEPS,
)
