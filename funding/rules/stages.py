"""How far an award has come: the partnership agrees, then the PCC recognises it by notice."""

from enum import StrEnum

# Kinds of body that commit the authorities' money together, if they are run here (docs/adr/0006).
DECIDERS = ("executive", "partnership")


def decides_spend(*, run_here: bool, kind: str) -> bool:
    """Whether a body of that kind agrees to spend for the whole partnership."""
    return run_here and kind in DECIDERS


class Stage(StrEnum):
    PROPOSED = "Proposed"
    AWAITING_PCC = "Agreed, awaiting PCC"
    AWAITING_PARTNERSHIP = "PCC notice, awaiting partnership"
    AWARDED = "Awarded"
    WITHDRAWN = "Withdrawn"

    @classmethod
    def of(cls, *, agreed: bool, noticed: bool, withdrawn: bool = False) -> "Stage":
        if withdrawn:
            return cls.WITHDRAWN
        if agreed and noticed:
            return cls.AWARDED
        if agreed:
            return cls.AWAITING_PCC
        return cls.AWAITING_PARTNERSHIP if noticed else cls.PROPOSED
