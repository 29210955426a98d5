"""The files that say what is learnt: reviews, what they recommend, and what came of it."""

from django.utils.translation import gettext as _

from governance.models import (
    Engagement,
    EngagementPartner,
    RecommendationTheme,
    RecommendationUpdate,
    RegisterNote,
    Review,
    ReviewRecommendation,
    ReviewTheme,
)
from svd_portal.home.importing.cells import COUNT, DATE, DUE, NUMBER, YES, choice
from svd_portal.home.importing.decide import RESTRICTED
from svd_portal.home.importing.keys import ILLUSTRATIVE, by
from svd_portal.home.importing.problems import RowError
from svd_portal.home.importing.tables import Column, Find, Parts, Reference, Table, Values


def _month_and_place(values: Values, find: Find) -> Values:
    """The month's first day; an area gives the place its name."""
    event, area = values.get("month"), values.get("area")
    if event and not event.month_only:
        raise RowError("month", _("write a month such as 2011-08: no day is kept"))
    return {
        "event_month": event.day.replace(day=1) if event else None,
        "place": area.name if area else values.get("place") or "",
    }


REGISTER_NOTES = Table(
    "register_notes",
    RegisterNote,
    (Column("register", choice(RegisterNote.Register.choices), needed=True), Column("text", needed=True)),
    key=by("register"),
    help="What stands above a register, in the partnership’s own words.",
)
REVIEW_THEMES = Table(
    "review_themes",
    ReviewTheme,
    (Column("name", needed=True), Column("position", NUMBER, help="order in lists")),
    key=by("name"),
    label=lambda theme: str(theme.name),
    help="Themes that recommendations of reviews may carry. A new partnership has the usual five already.",
)
REVIEWS = Table(
    "reviews",
    Review,
    (
        Column("reference", needed=True, help="such as DHR/2011/01"),
        Column("kind", choice(Review.Kind.choices), needed=True),
        Column("area", Reference("areas")),
        Column("place", stored=False, help="where no area fits; never an address"),
        Column("month", DUE, stored=False, help="of the event: a month such as 2011-08, no day"),
        Column("victims", NUMBER, help="how many; empty where not recorded"),
        Column("status", choice(Review.Status.choices), help="not_recorded where left empty"),
        Column("publication", choice(Review.Publication.choices), help="not_recorded where left empty"),
        Column("published_on", DATE),
        Column("link", field="url"),
        Column("unpublished_reason", help="needed where it is not published"),
        Column("note", help="nothing that tells who anybody was"),
        Column("overseen_by", Reference("bodies")),
        RESTRICTED,
        ILLUSTRATIVE,
    ),
    key=by("reference"),
    label=lambda review: str(review.reference),
    derive=_month_and_place,
    help="Domestic homicide reviews and others. No personal data. What is not known stays not recorded.",
)
REVIEW_RECOMMENDATIONS = Table(
    "review_recommendations",
    ReviewRecommendation,
    (
        Column("review", Reference("reviews"), needed=True),
        Column("number", NUMBER, needed=True, field="position"),
        Column("text", needed=True),
        Column("partner", Reference("partners"), field="owner_partner", help="who owns it; may be empty"),
        Column("role", field="owner_role"),
        Column("due", DATE),
        Column("status", choice(ReviewRecommendation.Status.choices), help="not_recorded where left empty"),
        Column("refused_reason", help="needed where it is not accepted"),
        Column("practice", help="evidence that practice changed; needed where it is done"),
        Column("done_on", DATE),
        ILLUSTRATIVE,
    ),
    key=by("review_id", "position"),
    label=lambda each: f"{each.review.reference} / {each.position}",
    parts=(
        Parts(
            "themes", "review_themes", RecommendationTheme, "recommendation", "theme", help="what it is about"
        ),
    ),
    related=("review",),
    help="What reviews recommend, who owns it, and what shows that practice changed.",
)
RECOMMENDATION_UPDATES = Table(
    "recommendation_updates",
    RecommendationUpdate,
    (
        Column("review", Reference("reviews"), needed=True, stored=False),
        Column("recommendation", Reference("review_recommendations", within=("review",)), needed=True),
        Column("on", DATE, needed=True),
        Column("text", needed=True),
        Column("source"),
        Column("person", Reference("people"), field="by"),
    ),
    key=by("recommendation_id", "text"),
    help="How a recommendation went, day by day.",
)
ENGAGEMENT = Table(
    "engagement",
    Engagement,
    (
        Column("title", needed=True),
        Column("kind", choice(Engagement.Kind.choices), needed=True),
        Column("on_strategy", YES, help="yes for a consultation on the strategy (s.8)"),
        Column("first_day", DATE, help="empty where not recorded"),
        Column("last_day", DATE),
        Column("place"),
        Column("online", YES),
        Column("audience"),
        Column("run_by"),
        Column("under_25", COUNT, help="people under 25 reached; empty where nobody counted, which is not 0"),
        Column("professionals", COUNT),
        Column("others", COUNT),
        Column("heard", help="what was said, never who said it"),
        Column("changed"),
        Column("decision", Reference("decisions"), help="the decision it led to"),
        ILLUSTRATIVE,
    ),
    key=by("title", "first_day"),
    label=lambda entry: str(entry.title),
    parts=(Parts("partners", "partners", EngagementPartner, "engagement", "partner", help="who took part"),),
    help="Consultations, events, training, campaigns, community and youth voice.",
)
