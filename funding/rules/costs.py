"""Cost types follow purpose, not payroll: a survey is labour, a youth worker's wage is non-labour."""

from dataclasses import dataclass
from enum import StrEnum


class CostType(StrEnum):
    LABOUR = "labour"
    NON_LABOUR = "non_labour"

    @property
    def label(self) -> str:
        return _LABELS[self][0]

    @property
    def meaning(self) -> str:
        """The label with its meaning, as pages show it."""
        return f"{_LABELS[self][0]} ({_LABELS[self][1]})"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(cost_type.value, cost_type.meaning) for cost_type in cls]


_LABELS = {
    CostType.LABOUR: ("Labour", "preparing the strategy"),
    CostType.NON_LABOUR: ("Non-labour", "delivering it, including delivery staff"),
}


@dataclass(frozen=True)
class _Purpose:
    label: str
    cost_type: CostType


class Purpose(StrEnum):
    FAMILIARISATION = "familiarisation"
    TRAINING = "training"
    MEETINGS = "meetings"
    ANALYSIS = "analysis"
    STRATEGY = "strategy"
    INTERVENTION = "intervention"
    DELIVERY_STAFF = "delivery_staff"
    EVALUATION = "evaluation"
    EQUIPMENT = "equipment"

    @property
    def label(self) -> str:
        return _PURPOSES[self].label

    @property
    def cost_type(self) -> CostType:
        """The cost type this purpose belongs to (Home Office grant agreement)."""
        return _PURPOSES[self].cost_type

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(purpose.value, f"{purpose.label}: {purpose.cost_type.label.lower()}") for purpose in cls]


_L, _N = CostType.LABOUR, CostType.NON_LABOUR
_PURPOSES = {
    Purpose.FAMILIARISATION: _Purpose("Getting to know the Duty", _L),
    Purpose.TRAINING: _Purpose("Training for the Duty", _L),
    Purpose.MEETINGS: _Purpose("Partnership meetings", _L),
    Purpose.ANALYSIS: _Purpose("Analysis for the needs assessment", _L),
    Purpose.STRATEGY: _Purpose("Writing the strategy", _L),
    Purpose.INTERVENTION: _Purpose("Intervention", _N),
    Purpose.DELIVERY_STAFF: _Purpose("Salaries of people delivering interventions", _N),
    Purpose.EVALUATION: _Purpose("Evaluating interventions", _N),
    Purpose.EQUIPMENT: _Purpose("Equipment that strengthens the response", _N),
}


def purposes_of(cost_type: CostType) -> list[Purpose]:
    return [purpose for purpose in Purpose if purpose.cost_type == cost_type]
