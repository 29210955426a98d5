from milestones.models.milestones import Milestone, MilestoneMove, Product
from milestones.models.plans import DeliveryAction, DeliveryUpdate, Priority, Rag

__all__ = [
    "DeliveryAction",
    "DeliveryUpdate",
    "Milestone",
    "MilestoneMove",
    "Priority",
    "Product",
    "Rag",
]
