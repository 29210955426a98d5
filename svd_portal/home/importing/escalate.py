"""The files of escalations: what one body asked of a body above, and what became of it."""

from typing import Any

from governance.models import Escalation, EscalationStep
from governance.services import escalations
from svd_portal.home.importing.cells import DATE, YES, choice
from svd_portal.home.importing.decide import ITEM, MEETING
from svd_portal.home.importing.keys import ILLUSTRATIVE, by
from svd_portal.home.importing.tables import Column, Reference, Table, Values

Kind = EscalationStep.Kind


def _on_its_ladder(new: Escalation) -> None:
    new.ladder = new.continues.ladder if new.continues else new.pk


def _raised(new: Escalation, by: Any) -> None:
    EscalationStep.objects.create(
        partnership_id=new.partnership_id, escalation=new, number=1, kind=Kind.RAISED, on=new.raised_on
    )


def take_step(values: Values, by: Any) -> bool:
    """Take one step by the portal's own service, unless it was taken; says whether it was taken now.

    Raises:
        DomainError: the step is not one that may follow, or its rules refuse it.
        PermissionDenied: the person may not write that body's minutes today.
    """
    of: Escalation = values["escalation"]
    if of.steps.filter(kind=values["step"], on=values["taken_on"]).exists():
        return False
    common = {
        "escalation_id": of.pk,
        "version": Escalation.objects.get(pk=of.pk).version,
        "on": values["taken_on"],
        "today": values["taken_on"],
        "by": values.get("person") or by,
    }
    text, source = values.get("text", ""), values.get("source", "")
    item, decision = values.get("item"), values.get("decision")
    match values["step"]:
        case Kind.ACCEPTED:
            escalations.accept(**common, item_id=item.pk if item else None, source=source)
        case Kind.DECLINED:
            escalations.decline(**common, text=text, source=source)
        case Kind.ANSWERED:
            chosen = decision.pk if decision else None
            escalations.answer(**common, text=text, decision_id=chosen, source=source)
        case Kind.CLOSED:
            escalations.close(**common, text=text)
        case _:
            escalations.withdraw(**common, text=text)
    return True


ESCALATIONS = Table(
    "escalations",
    Escalation,
    (
        Column("reference", needed=True, help="such as ESC/2023/02"),
        Column("from", Reference("bodies"), needed=True, field="raised_by"),
        Column("to", Reference("bodies"), needed=True),
        Column("why_there", field="other_reason", help="where the body does not report there"),
        Column("meeting", MEETING, stored=False),
        Column("item", ITEM, help="the item it came from"),
        Column("continues", Reference("escalations"), help="the one that was passed on; it stands above"),
        Column("title", needed=True),
        Column("asked", needed=True),
        Column("why_now", needed=True),
        Column("background"),
        Column("raised_on", DATE, needed=True),
        Column("restricted", YES, help="yes hides the title too from those outside"),
        ILLUSTRATIVE,
    ),
    key=by("reference"),
    label=lambda escalation: str(escalation.reference),
    new=_on_its_ladder,
    follow=_raised,
    help="Issues that a body raised with a body above it.",
)
ESCALATION_STEPS = Table(
    "escalation_steps",
    EscalationStep,
    (
        Column("escalation", Reference("escalations"), needed=True),
        Column("step", choice(Kind.choices[1:]), needed=True),
        Column("taken_on", DATE, needed=True),
        Column("text", help="the answer, or the reason"),
        Column("meeting", MEETING, stored=False),
        Column("item", ITEM, help="the item it became, for one accepted"),
        Column("decision", Reference("decisions"), help="the decision that answers"),
        Column("source", help="for a body run elsewhere: where it comes from"),
        Column("person", Reference("people"), help="who took it; must hold the role today"),
    ),
    key=lambda values: values["escalation"].pk,
    perform=take_step,
    help="What became of them, in order. Each step is taken by the portal’s own rules.",
)
