"""What search looks into of money: awards, payments, money moved, proposals, interventions and queries."""

from typing import Any

from django.db.models import Exists, F, Func, OuterRef, Q, TextField, Value
from django.utils.translation import gettext_lazy as _

from funding.models import (
    Award,
    FunderQuery,
    Intervention,
    PaymentMade,
    PaymentReceived,
    Proposal,
    Virement,
)
from governance.models import Decision
from svd_portal.home.selectors.kinds import STATE_WITHDRAWN, WITHDRAWN, Kind, Walk, state_of
from svd_portal.kit.words import Match, MatchInTurn, WordsOf, texts

OF_DECISION = WordsOf("reference", "title", "text", "reasons", "summary")
_OF_AWARD = WordsOf("reference", "title", "reasons", "conditions")


def _payments_of_found_awards(user: Any, partnership: Any, asked: Any) -> Any:
    """What was paid is found by the words of the award it was paid from."""
    awards = Award.objects.for_user(user, partnership).filter(Match(_OF_AWARD, asked))
    return Q(award__in=awards.order_by().values("pk"))


def _its_award_says_it(asked: Any) -> Any:
    return Exists(Award.objects.filter(MatchInTurn(_OF_AWARD, asked), pk=OuterRef("award")))


def _money_moved_by_found_decisions(user: Any, partnership: Any, asked: Any) -> Any:
    """Money that was moved is found by the words of the decision, for whoever may read that."""
    decisions = Decision.objects.for_user(user, partnership).filter(Match(OF_DECISION, asked))
    return Q(decision__in=decisions.order_by().values("pk"))


def _of_money(*fields: str) -> Func:
    """An amount and what it went by."""
    pounds = Func(F("amount"), template="to_char(%(expressions)s, 'FM£999,999,999,990.00')")
    named = (F(field) for field in fields)
    return Func(Value(" · "), pounds, *named, function="concat_ws", output_field=TextField())


MONEY = [
    Kind(
        "award",
        _("Award"),
        _("Awards"),
        Award,
        _OF_AWARD,
        day=F("first_day"),
        title=texts("reference", "title", between=" "),
        text=texts("reasons", "conditions"),
        route="funding:award",
        state=STATE_WITHDRAWN,
        day_is=_("from"),
        walks=[Walk(F("first_day"))],
    ),
    Kind(
        "paid",
        _("Payment from an award"),
        _("Payments from awards"),
        PaymentMade,
        WordsOf("reference"),
        day=F("paid_on"),
        title=_of_money("reference", "award__reference"),
        text=F("award__recipient__name"),
        page="award",
        route="funding:award",
        anchor="#payments",
        standing=Q(withdrawn_reason=""),
        also=_payments_of_found_awards,
        day_is=_("paid on"),
        walks=[Walk(F("paid_on"), also=_its_award_says_it)],
    ),
    Kind(
        "received",
        _("Payment from a funder"),
        _("Payments from funders"),
        PaymentReceived,
        WordsOf("reference"),
        day=F("received_on"),
        title=_of_money("reference"),
        text=F("grant__title"),
        page="grant",
        route="funding:grant",
        anchor="#payments",
        standing=Q(withdrawn_reason=""),
        day_is=_("received on"),
    ),
    Kind(
        "virement",
        _("Money moved within a year"),
        _("Money moved within a year"),
        Virement,
        WordsOf("reason"),
        day=F("moved_on"),
        title=_of_money("from_award__reference", "to_award__reference"),
        text=F("reason"),
        route="funding:virement",
        also=_money_moved_by_found_decisions,
        day_is=_("moved on"),
    ),
    Kind(
        "proposal",
        _("Proposal"),
        _("Proposals"),
        Proposal,
        WordsOf("reference", "title", "reasons", "value_for_money", "reason"),
        day=F("first_day"),
        title=texts("reference", "title", between=" "),
        text=texts("reasons", "value_for_money", "reason"),
        route="funding:proposal",
        state=state_of(Q(progress="withdrawn"), WITHDRAWN),
        day_is=_("from"),
    ),
    Kind(
        "intervention",
        _("Intervention"),
        _("Interventions"),
        Intervention,
        WordsOf("title", "cohort", "outputs", "outcomes"),
        day=F("first_day"),
        title=F("title"),
        text=texts("cohort", "outputs", "outcomes"),
        route="funding:intervention",
        state=STATE_WITHDRAWN,
        day_is=_("from"),
    ),
    Kind(
        "query",
        _("Query of the funder"),
        _("Queries of the funder"),
        FunderQuery,
        WordsOf("text"),  # an answer may be a draft, which is not for everybody
        day=F("asked_on"),
        title=F("asked_by"),
        text=F("text"),
        route="funding:funder_query",
        day_is=_("asked on"),
    ),
]
