"""What everybody may read: the last released version of each month's list, and nothing else.

These questions are asked for nobody, so they start from releases alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from funding.models import PublicationRelease, PublicationWithdrawal
from funding.rules import publication as rules
from svd_portal.kit.rules.canonical import read


@dataclass(frozen=True)
class Released:
    """A month's list as it is public.

    Args:
        content: what was released, without what was taken off.
        taken_off: what it was, and the withdrawal.
    """

    month: date
    edition: int
    released_on: date
    content: dict[str, Any]
    taken_off: list[tuple[str, PublicationWithdrawal]] = field(default_factory=list)

    @property
    def slug(self) -> str:
        return rules.slug_of(self.month)

    @property
    def shown(self) -> dict[str, Any]:
        """The content for a page."""
        return rules.readable(self.content)


def months_of(slug: str) -> list[tuple[date, Any]]:
    """Months whose lists are public, the newest first, each with the key of its release; empty for a
    partnership that released nothing, as for one that is none."""
    found = (
        PublicationRelease.objects.filter(partnership__slug=slug)
        .order_by("-publication__month", "-publication__edition")
        .distinct("publication__month")
        .values_list("publication__month", "pk")
    )
    return list(found)


def lists(keys: Iterable[Any]) -> list[Released]:
    """The released lists of these keys, the newest month first. Two questions."""
    found = (
        PublicationRelease.objects.filter(pk__in=list(keys))
        .select_related("publication")
        .prefetch_related("withdrawals")
        .order_by("-publication__month")
    )
    return [_released(each) for each in found]


def _released(release: PublicationRelease) -> Released:
    content = read(release.canonical)
    gone = list(release.withdrawals.all())
    named = {each["key"]: each.get("reference", "") for each in (*content["awards"], *content["spending"])}
    return Released(
        month=release.publication.month,
        edition=release.publication.edition,
        released_on=release.released_on,
        content=rules.without(content, (str(each.entry) for each in gone)),
        taken_off=[(named[str(each.entry)], each) for each in gone],
    )


def matching(found: Iterable[Released], words: str) -> list[Released]:
    """The lists with the entries whose recipient's name holds `words`; empty ones left out."""
    wanted = words.casefold()

    def kept(each: Released) -> Released:
        content = {
            **each.content,
            "awards": [a for a in each.content["awards"] if wanted in a["recipient"].casefold()],
            "spending": [s for s in each.content["spending"] if wanted in s["payee"].casefold()],
        }
        return Released(each.month, each.edition, each.released_on, content)

    narrowed = [kept(each) for each in found]
    return [each for each in narrowed if each.content["awards"] or each.content["spending"]]
