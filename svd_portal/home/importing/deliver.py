"""The files that say what is to be delivered: products, milestones and the delivery plan."""

from milestones.models import DeliveryAction, DeliveryUpdate, Milestone, MilestoneMove, Priority, Product, Rag
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
    ),
    key=by("kind", "edition"),
    label=lambda product: (str(product.title), f"{product.title} ({product.edition})"),
    help="Needs assessments, strategies, delivery plans and agreements, one row a version.",
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
PRIORITIES = Table(
    "priorities",
    Priority,
    (
        Column("number", NUMBER, needed=True),
        Column("title", needed=True),
        Column("need", help="the need it answers"),
        Column("strategy", Reference("products")),
    ),
    key=by("number"),
    label=lambda priority: str(priority.number),
    help="What the strategy puts first.",
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
