"""What an award says, as people enter it, and the recipient it names."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from funding.models import Award, AwardArea, AwardSharer, Provider
from funding.rules import awards as rules
from funding.rules.costs import Purpose
from milestones.models import DeliveryAction
from partners.models import Area, Organisation, Partner, Succession
from partners.services.organisations import known_as
from svd_portal.kit.errors import DomainError
from svd_portal.kit.format import long_date
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.services.links import link_exactly

COPIED = (
    *("title", "partner", "amount", "first_day", "last_day", "delivery_action", "conditions"),
    *("reasons", "value_for_money", "capital", "capital_reason", "over_reason"),
    *("post", "post_host", "post_until", "post_afterwards", "supersedes"),
)


@dataclass(frozen=True)
class Content:
    """Everything an award says; money in pounds, days inclusive. A recipient not known yet is named."""

    year: FinancialYear
    title: str
    purpose: Purpose
    recipient: Organisation | str
    partner: Partner
    amount: Decimal
    first_day: date
    last_day: date
    delivery_action: DeliveryAction | None = None
    conditions: str = ""
    reasons: str = ""
    value_for_money: str = ""
    capital: bool = False
    capital_reason: str = ""
    over_reason: str = ""
    post: bool = False
    post_host: Partner | None = None
    post_until: date | None = None
    post_afterwards: str = ""
    post_sharers: tuple[Partner, ...] = ()
    supersedes: Award | None = None
    areas: tuple[Area, ...] = ()
    provider_kind: str = ""
    provider_number: str = ""

    @property
    def terms(self) -> rules.Terms:
        return rules.Terms(
            year=self.year,
            purpose=self.purpose,
            amount=self.amount,
            first_day=self.first_day,
            last_day=self.last_day,
            capital=self.capital,
            capital_reason=self.capital_reason,
            over_reason=self.over_reason,
        )


def terms_of(award: Award) -> rules.Terms:
    """The award's terms as the rules read them."""
    return rules.Terms(
        year=award.year,
        purpose=Purpose(award.purpose),
        amount=award.amount,
        first_day=award.first_day,
        last_day=award.last_day,
        capital=award.capital,
        capital_reason=award.capital_reason,
        over_reason=award.over_reason,
    )


def write(award: Award, content: Content, by: Any) -> None:
    """Let the award say `content`; it is not saved."""
    award.financial_year = content.year.start
    award.cost_type = content.terms.cost_type.value
    award.purpose = content.purpose.value
    for name in COPIED:
        setattr(award, name, getattr(content, name))
    award.recipient = existing(content.recipient, content.first_day, by=by)


def write_beside(award: Award, content: Content, by: Any) -> None:
    """Keep the areas, the partners that share the post, and who the provider is, of a saved award."""
    sharers = content.post_sharers if content.post else ()
    link_exactly(AwardArea, ("award", award), "area", (each.pk for each in content.areas), by=by)
    link_exactly(AwardSharer, ("award", award), "partner", (each.pk for each in sharers), by=by)
    partner = Partner.objects.filter(organisation=award.recipient_id, partnership=award.partnership_id)
    if content.provider_kind and not partner.exists():
        of = {"partnership_id": award.partnership_id, "organisation_id": award.recipient_id}
        provider = Provider.objects.filter(**of).first() or Provider(**of)
        said = (content.provider_kind, content.provider_number.strip())
        if (provider.kind, provider.number) != said:
            provider.kind, provider.number = said
            provider.save_by(by)


def existing(named: Organisation | str, first_day: date, *, by: Any) -> Organisation:
    """The organisation that is named, added where nobody named it before.

    Raises:
        DomainError: it does not exist on `first_day`; where another took over from it, says which.
    """
    if isinstance(named, str):
        named = known_as(name=named, since=first_day, by=by)
    heirs = [
        each.successor
        for each in Succession.objects.filter(predecessor=named, on__lte=first_day).select_related(
            "successor"
        )
    ]
    if heirs:
        raise DomainError(
            _("%(heirs)s took over from %(name)s by %(day)s. Choose who took over, or another first day.")
            % {
                "heirs": str(_(" and ")).join(heir.name for heir in heirs),
                "name": named,
                "day": long_date(first_day),
            },
            "recipient",
        )
    if not named.runs_on(first_day):
        raise DomainError(
            _("%(name)s does not exist on %(day)s. Choose another recipient, or another first day.")
            % {"name": named, "day": long_date(first_day)},
            "recipient",
        )
    return named


def same_partnership(partnership_id: Any, partner: Partner, action: DeliveryAction | None) -> None:
    """Refuse what belongs to another partnership.

    Raises:
        DomainError: beside the field it concerns.
    """
    if partner.partnership_id != partnership_id:
        raise DomainError(_("Choose a partner of this partnership."), "partner")
    if action and action.partnership_id != partnership_id:
        raise DomainError(_("Choose a delivery action of this partnership."), "delivery_action")


def takes_part(partner: Partner, first_day: date) -> None:
    """Refuse a partner that does not take part on `first_day`.

    Raises:
        DomainError: it has left, or has not joined yet.
    """
    if not partner.runs_on(first_day):
        raise DomainError(
            _("%(name)s is no partner on %(day)s. Choose a partner that is, or another first day.")
            % {"name": partner, "day": long_date(first_day)},
            "partner",
        )
