from milestones.models.milestones import Milestone, MilestoneMove, Product
from milestones.models.plans import DeliveryAction, DeliveryActionMove, DeliveryUpdate, Priority, Rag

__all__ = [
    "DeliveryAction",
    "DeliveryActionMove",
    "DeliveryUpdate",
    "Milestone",
    "MilestoneMove",
    "Priority",
    "Product",
    "Rag",
]
