from funding.models.claims import Claim, Evidence
from funding.models.grants import Allocation, Award, AwardDecision, Grant, ReturnHeading
from funding.models.returns import (
    QuarterlyReturn,
    ReturnComment,
    ReturnNarrative,
    ReturnSnapshot,
    ReturnStep,
)

__all__ = [
    "Allocation",
    "Award",
    "AwardDecision",
    "Claim",
    "Evidence",
    "Grant",
    "QuarterlyReturn",
    "ReturnComment",
    "ReturnHeading",
    "ReturnNarrative",
    "ReturnSnapshot",
    "ReturnStep",
]
