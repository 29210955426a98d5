from funding.models.adjustments import Adjustment
from funding.models.agreements import GrantDocument, GrantSignature
from funding.models.allocations import AllocationEntry, StatedTotal
from funding.models.award_content import AwardArea, AwardSharer, Provider
from funding.models.claim_steps import ClaimStep
from funding.models.claims import Claim, Evidence
from funding.models.divisions import Division, Share
from funding.models.eligibility import EligibilityCheck, IneligibleItem
from funding.models.funder_forms import FilledForm, FormMapping, FunderForm
from funding.models.grants import Allocation, Award, AwardDecision, Grant, ReturnSection
from funding.models.interventions import (
    Intervention,
    InterventionArea,
    InterventionAward,
    InterventionPaper,
    Measure,
    MeasureResult,
    Result,
)
from funding.models.ledger import LedgerColumns, LedgerExplanation, LedgerExtract, LedgerLine
from funding.models.other_money import OtherMoney
from funding.models.payments import PaymentMade, PaymentReceived
from funding.models.proposals import Proposal, ProposalStep
from funding.models.publication import (
    Publication,
    PublicationEntry,
    PublicationRelease,
    PublicationWithdrawal,
    Publisher,
)
from funding.models.reminders import SpendReminder
from funding.models.return_comments import (
    CommentExtension,
    CommentNotice,
    CommentRequest,
    CommentSilence,
    CommentWindow,
    ReturnComment,
    ReturnCommentAnswer,
)
from funding.models.return_words import FunderQuery, ReturnExplanation
from funding.models.returns import QuarterlyReturn, ReturnNarrative, ReturnSnapshot, ReturnStep
from funding.models.virements import Virement

__all__ = [
    "Adjustment",
    "Allocation",
    "AllocationEntry",
    "Award",
    "AwardArea",
    "AwardDecision",
    "AwardSharer",
    "Claim",
    "ClaimStep",
    "CommentExtension",
    "CommentNotice",
    "CommentRequest",
    "CommentSilence",
    "CommentWindow",
    "Division",
    "EligibilityCheck",
    "Evidence",
    "FilledForm",
    "FormMapping",
    "FunderForm",
    "FunderQuery",
    "Grant",
    "GrantDocument",
    "GrantSignature",
    "IneligibleItem",
    "Intervention",
    "InterventionArea",
    "InterventionAward",
    "InterventionPaper",
    "LedgerColumns",
    "LedgerExplanation",
    "LedgerExtract",
    "LedgerLine",
    "Measure",
    "MeasureResult",
    "OtherMoney",
    "PaymentMade",
    "PaymentReceived",
    "Proposal",
    "ProposalStep",
    "Provider",
    "Publication",
    "PublicationEntry",
    "PublicationRelease",
    "PublicationWithdrawal",
    "Publisher",
    "QuarterlyReturn",
    "Result",
    "ReturnComment",
    "ReturnCommentAnswer",
    "ReturnExplanation",
    "ReturnNarrative",
    "ReturnSection",
    "ReturnSnapshot",
    "ReturnStep",
    "Share",
    "SpendReminder",
    "StatedTotal",
    "Virement",
]
