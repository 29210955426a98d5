"""A month made ready and released, for tests."""

from datetime import date
from decimal import Decimal
from typing import Any

from funding.models import Award, Publication, PublicationEntry, PublicationRelease
from funding.rules.publication import AwardWords, SpendingWords
from funding.selectors import publication as selectors
from funding.services import publication as services
from svd_portal.kit.rules.canonical import canonical, digest
from tests.cast import TODAY, Cast
from tests.funding import makers
from tests.funding.makers import Money

OCTOBER, NOVEMBER = date(2023, 10, 1), date(2023, 11, 1)
PREFIX = "360G-example"


def decided(cast: Cast, money: Money, day: date = date(2023, 10, 17), **changes: Any) -> Award:
    """An award that the partnership agreed in time and the PCC recognised on `day`."""
    notice = makers.decision(
        cast, f"{changes.get('reference', 'SV/2023/01')} notice", kind="notice", verb="approved", taken_on=day
    )
    given = {
        "reasons": "A trusted adult keeps young people from harm.",
        "conditions": "Spend is reported every quarter.",
    }
    made = makers.award(money, cast.woking, decided=False, **given | changes)
    for each in (money.agreed, notice):
        makers.link(made, each)
    return made


def opened(cast: Cast, month: date = OCTOBER, **changes: Any) -> Publication:
    given = {"partnership": cast.surrey, "month": month, "today": TODAY, "by": cast.finance}
    return services.open_month(**given | changes)


def words_of(entry: PublicationEntry, **changes: Any) -> AwardWords:
    names = "title description identifier purpose amount conditions reasons changed".split(" ")
    same = {name: getattr(entry, name) for name in names} | {"recipient": entry.organisation}
    return AwardWords(**same | changes)


def spending(**changes: Any) -> SpendingWords:
    return SpendingWords(
        **{
            "on": date(2023, 10, 20),
            "payee": "Illustrative Research Limited",
            "amount": Decimal("500.01"),
            "purpose": "A survey of residents",
            "value_for_money": "The cheapest of three offers.",
            **changes,
        }
    )


def look_at_all(publication: Publication, by: Any, **changes: Any) -> None:
    for entry in publication.entries.filter(looked_at=False, award__isnull=False):
        services.word_award(entry_id=entry.pk, version=entry.version, words=words_of(entry, **changes), by=by)


def release(cast: Cast, publication: Publication, **changes: Any) -> PublicationRelease:
    seen = digest(canonical(selectors.content_of(publication)))
    given = {"publication_id": publication.pk, "seen": seen, "today": TODAY, "by": cast.finance}
    return services.release(**given | changes)


def released(cast: Cast, month: date = OCTOBER, **words: Any) -> PublicationRelease:
    """The month's list, as it comes, released."""
    publication = opened(cast, month)
    look_at_all(publication, cast.finance, **words)
    return release(cast, publication)


def with_prefix(cast: Cast) -> None:
    services.set_publisher(partnership=cast.surrey, version=0, prefix=PREFIX, by=cast.finance)
