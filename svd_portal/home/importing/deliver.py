"""The files that say what is to be delivered: products, milestones and the delivery plan."""

from milestones.models import (
    AgreementAppendix,
    AgreementParty,
    DeliveryAction,
    DeliveryUpdate,
    Milestone,
    MilestoneMove,
    Priority,
    PriorityTier,
    Product,
    Rag,
)
from svd_portal.home.importing.cells import DATE, DUE, NUMBER, choice
from svd_portal.home.importing.keys import ILLUSTRATIVE, by
from svd_portal.home.importing.tables import Column, Find, Reference, Table, Values


def _due(values: Values, find: Find) -> Values:
    return {"due": values["due"].day, "month_only": values["due"].month_only}


def _move(values: Values, find: Find) -> Values:
    was = values["was_due"]
    return {"was_due": was.day, "was_month_only": was.month_only, "now_due": values["now_due"].day}


PRODUCTS = Table(
    "products",
    Product,
    (
        Column("kind", choice(Product.Kind.choices), needed=True),
        Column("title", needed=True),
        Column("edition", needed=True),
        Column("status", choice(Product.Status.choices), needed=True),
        Column("adopted_on", DATE),
        Column("link", field="url"),
        Column("summary"),
        Column("decision", Reference("decisions"), help="the decision that adopted it"),
    ),
    key=by("kind", "edition"),
    label=lambda product: (str(product.title), f"{product.title} ({product.edition})"),
    help="Needs assessments, strategies, delivery plans and agreements, one row a version.",
)
AGREEMENT_PARTIES = Table(
    "agreement_parties",
    AgreementParty,
    (
        Column("agreement", Reference("products"), needed=True),
        Column("partner", Reference("partners"), needed=True),
        Column("commits", help="what it commits to"),
        Column("signed_role", help="the role of who signed, never a name"),
        Column("signed_on", DATE, help="empty if it has not signed yet"),
        Column("withdrawn_on", DATE),
        Column("withdrawn_reason", help="needed where it withdrew"),
        ILLUSTRATIVE,
    ),
    key=by("agreement_id", "partner_id"),
    help="The partnership agreement: who is party to it, what each commits to, and who has signed.",
)
AGREEMENT_APPENDICES = Table(
    "agreement_appendices",
    AgreementAppendix,
    (
        Column("agreement", Reference("products"), needed=True),
        Column("number", NUMBER, needed=True, field="position"),
        Column("title", needed=True),
        Column(
            "terms", Reference("terms"), help="such as EXEC 1: the body’s code and the version; or a link"
        ),
        Column("link", field="url"),
    ),
    key=by("agreement_id", "position"),
    help="Appendices of the partnership agreement.",
)
MILESTONES = Table(
    "milestones",
    Milestone,
    (
        Column("title", needed=True),
        Column("due", DUE, needed=True, stored=False),
        Column("set_by", field="source"),
        Column("owner", Reference("organisations")),
        Column("product", Reference("products")),
        Column("achieved_on", DATE),
        Column("evidence"),
    ),
    key=by("title"),
    label=lambda milestone: str(milestone.title),
    derive=_due,
    rows={"withdrawn": False},
    help="What is due, with the date as it stands now. Titles are unique.",
)
MILESTONE_MOVES = Table(
    "milestone_moves",
    MilestoneMove,
    (
        Column("milestone", Reference("milestones"), needed=True),
        Column("was_due", DUE, needed=True, stored=False),
        Column("now_due", DUE, needed=True, stored=False),
        Column("reason", needed=True),
        Column("person", Reference("people"), field="by"),
    ),
    key=by("milestone_id", "was_due", "now_due"),
    derive=_move,
    help="Dates that were moved: the old one stays in view, with the reason.",
)
PRIORITY_TIERS = Table(
    "priority_tiers",
    PriorityTier,
    (Column("name", needed=True), Column("position", NUMBER, needed=True, help="order on pages")),
    key=by("name"),
    label=lambda tier: str(tier.name),
    help="Tiers that priorities stand in, where a body sets its priorities so. Most partnerships have none.",
)
PRIORITIES = Table(
    "priorities",
    Priority,
    (
        Column("number", NUMBER, needed=True),
        Column("title", needed=True),
        Column("need", help="the need it answers"),
        Column("strategy", Reference("products")),
        Column("tier", Reference("priority_tiers")),
        Column("set_by", Reference("bodies"), help="empty where the strategy sets it"),
        Column("coordinated_by", Reference("bodies"), help="the group that carries it"),
        Column(
            "its_strategy", Reference("products"), field="own_strategy", help="the group’s own, or a link"
        ),
        Column("its_strategy_link", field="own_strategy_url"),
        Column("its_plan", Reference("products"), field="own_plan", help="the group’s own, or a link"),
        Column("its_plan_link", field="own_plan_url"),
        ILLUSTRATIVE,
    ),
    key=by("number"),
    label=lambda priority: str(priority.number),
    help="What is put first: by the strategy, or by the body that set it.",
)
DELIVERY_ACTIONS = Table(
    "delivery_actions",
    DeliveryAction,
    (
        Column("reference", needed=True, help="such as 2.1"),
        Column("priority", Reference("priorities"), needed=True),
        Column("objective", needed=True),
        Column("action", needed=True, field="title"),
        Column("outcome"),
        Column("measure"),
        Column("partner", Reference("partners"), field="lead_partner"),
        Column("lead", field="lead_role"),
        Column("due", DATE),
        Column("progress", choice(Rag.choices), field="rag"),
        ILLUSTRATIVE,
    ),
    key=by("reference"),
    label=lambda action: str(action.reference),
    help="The delivery plan.",
)
DELIVERY_UPDATES = Table(
    "delivery_updates",
    DeliveryUpdate,
    (
        Column("action", Reference("delivery_actions"), needed=True),
        Column("progress", choice(Rag.choices), needed=True, field="rag"),
        Column("text", needed=True),
        Column("reported_on", DATE, needed=True),
        Column("person", Reference("people"), field="by"),
    ),
    key=by("action_id", "text"),
    help="How an action stood when its lead reported.",
)
