from milestones.models.agreements import AgreementAppendix, AgreementParty
from milestones.models.milestones import Milestone, MilestoneMove, Product
from milestones.models.plans import (
    DeliveryAction,
    DeliveryActionMove,
    DeliveryUpdate,
    Priority,
    PriorityTier,
    Rag,
)

__all__ = [
    "AgreementAppendix",
    "AgreementParty",
    "DeliveryAction",
    "DeliveryActionMove",
    "DeliveryUpdate",
    "Milestone",
    "MilestoneMove",
    "Priority",
    "PriorityTier",
    "Product",
    "Rag",
]
