"""The files that say what partners proposed to spend, and what became of each proposal."""

from typing import Any

from funding.models import Proposal, ProposalStep
from funding.rules.costs import Purpose
from funding.services import choosing, proposals
from funding.services.choosing import Outcome
from funding.services.proposals import Asked
from svd_portal.home.importing.cells import DATE, MONEY, YEAR, YES, choice
from svd_portal.home.importing.decide import MEETING
from svd_portal.home.importing.grant import GRANT
from svd_portal.home.importing.keys import ILLUSTRATIVE
from svd_portal.home.importing.problems import RowError
from svd_portal.home.importing.tables import Column, Reference, Table, Values

Step = ProposalStep.Step
STEPS = [
    (step.value, str(step.label))
    for step in (Step.ASKED, Step.TAKEN, Step.CHOSEN, Step.DECLINED, Step.WITHDRAWN)
]


def _propose(values: Values, _by: Any) -> bool:
    """Propose for a partner, unless that was done; says whether it was done now."""
    grant = values["grant"]
    if Proposal.objects.filter(partnership=grant.partnership_id, reference=values["reference"]).exists():
        return False
    names = ("year", "recipient", "partner", "amount", "first_day", "last_day")
    words = ("reasons", "value_for_money", "capital_reason")
    given: dict[str, Any] = {name: values[name] for name in names}
    given |= {name: values.get(name) or "" for name in words}
    asked = Asked(
        title=values["project"],
        purpose=Purpose(values["purpose"]),
        delivery_action=values.get("delivery_action"),
        capital=bool(values.get("capital")),
        **given,
    )
    proposals.propose(
        grant=grant,
        asked=asked,
        reference=values["reference"],
        illustrative=bool(values.get("illustrative")),
        by=values["person"],
        today=values["proposed_on"],
    )
    return True


def _step(values: Values, by: Any) -> bool:
    """Take one step of a proposal, unless it was taken on that day; says whether it was taken now."""
    found = Proposal.objects.filter(grant=values["grant"], reference=values["proposal"]).first()
    if found is None:
        raise RowError("proposal", "no such proposal")
    step, day, person = values["step"], values["taken_on"], values["person"]
    if found.steps.filter(step=step, taken_on=day).exists():
        return False
    text = values.get("text") or ""
    common: dict[str, Any] = {"proposal_id": found.pk, "version": found.version, "by": person, "today": day}
    if step == Step.ASKED:
        proposals.ask(question=text, **common)
    elif step == Step.WITHDRAWN:
        proposals.withdraw(reason=text, **common)
    elif step == Step.TAKEN:
        proposals.take(proposal_ids=[found.pk], meeting=values.get("meeting"), by=person, today=day)
    else:
        _decide(found, values, text)
    return True


def _decide(proposal: Proposal, values: Values, text: str) -> None:
    if not values.get("decision"):
        raise RowError("decision", "name the decision")
    chosen = values["step"] == Step.CHOSEN
    agreed = values.get("agreed") or proposal.amount
    choosing.decide(
        decision=values["decision"],
        outcomes=[Outcome(proposal.pk, proposal.version, chosen, agreed if chosen else None, text)],
        by=values["person"],
        today=values["taken_on"],
    )


PROPOSALS = Table(
    "proposals",
    Proposal,
    (
        Column("reference", needed=True, help="such as PR/2024/01"),
        GRANT,
        Column("year", YEAR, needed=True),
        Column("project", needed=True),
        Column("purpose", choice(Purpose.choices()), needed=True, help="the cost type follows from it"),
        Column("recipient", Reference("organisations"), needed=True),
        Column("partner", Reference("partners"), needed=True, help="who proposes"),
        Column("amount", MONEY, needed=True, help="what is asked"),
        Column("first_day", DATE, needed=True),
        Column("last_day", DATE, needed=True),
        Column("delivery_action", Reference("delivery_actions")),
        Column("reasons", help="why it reduces serious violence"),
        Column("value_for_money"),
        Column("capital", YES),
        Column("capital_reason"),
        Column("person", Reference("people"), needed=True),
        Column("proposed_on", DATE, needed=True),
        ILLUSTRATIVE,
    ),
    key=lambda values: values["reference"],
    perform=_propose,
    help="What partners propose to spend. The portal’s own rules apply: the person speaks for the partner, "
    "or sees proposals through.",
)
PROPOSAL_STEPS = Table(
    "proposal_steps",
    ProposalStep,
    (
        GRANT,
        Column("proposal", needed=True, help="its reference"),
        Column("step", choice(STEPS), needed=True),
        Column("person", Reference("people"), needed=True),
        Column("taken_on", DATE, needed=True),
        Column("meeting", MEETING, help="the Executive’s, to which it is taken"),
        Column("decision", Reference("decisions"), help="by which it is chosen or declined"),
        Column("agreed", MONEY, help="where it is chosen: what was asked, if left empty"),
        Column("text", help="the question, or the reason"),
    ),
    key=lambda values: values["proposal"],
    perform=_step,
    help="What became of a proposal, in order. What is chosen becomes an award.",
)
