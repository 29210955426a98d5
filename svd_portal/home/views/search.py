"""Search through one partnership."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from partners.views.base import PartnershipPage
from svd_portal.home.selectors import amounts, search
from svd_portal.home.selectors.gathering import Place
from svd_portal.home.selectors.searched import BY_KEY, KINDS
from svd_portal.kit.forms import PortalForm
from svd_portal.kit.pages import COUNTED_TO

LONGEST = 200


class SearchForm(PortalForm):
    q = forms.CharField(
        label=_("Search for"),
        required=False,
        max_length=LONGEST,
        widget=forms.SearchInput,
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("Everything")), *((kind.key, kind.plural) for kind in KINDS)],
    )


class Search(PartnershipPage):
    """What was asked is in the address, so a search can be kept and sent; nothing asked explains."""

    template_name = "home/search.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        given = self.request.GET
        kind = given.get("kind", "") if given.get("kind") in BY_KEY else ""
        form = SearchForm({"q": given.get("q", "").replace("\0", " "), "kind": kind})
        asked = form.cleaned_data["q"] if form.is_valid() else ""
        found, amount, of_amount = None, amounts.amount_in(asked), []
        if asked:
            # A sign before words leaves them out, and before an amount it is part of it.
            words = asked.lstrip("-−") if amount else asked
            found = search.find(
                self.request.user, self.partnership, words, kind=kind, after=_place(given.get("before", ""))
            )
        if amount and not kind and not given.get("before"):
            of_amount = amounts.of(self.request.user, self.partnership, amount)
        return super().get_context_data(
            form=form,
            asked=asked,
            kind=BY_KEY.get(kind),
            found=found,
            amount=amount,
            of_amount=of_amount[: amounts.SHOWN],
            more_of_amount=len(of_amount) > amounts.SHOWN,
            kinds=_kinds(found, asked, kind) if found else [],
            older=_address(asked, kind, found.older) if found and found.older else "",
            newest=_address(asked, kind) if found and given.get("before") else "",
            in_words=_in_words(found.counts.get(kind) if kind else found.total) if found else "",
            **context,
        )


def _kinds(found: search.Found, asked: str, kind: str) -> list[dict[str, Any]]:
    """Each kind that was found, and all of them, with how many and the address that shows only these."""
    each = [
        {
            "text": f"{BY_KEY[key].plural} ({_figure(count)})",
            "href": _address(asked, key),
            "current": key == kind,
        }
        for key, count in found.counts.items()
        if count or key == kind
    ]
    every = {
        "text": f"{_('Everything')} ({_figure(found.total)})",
        "href": _address(asked, ""),
        "current": not kind,
    }
    return [every, *each]


def _figure(count: int) -> str:
    return str(_("over 1,000")) if count > COUNTED_TO else f"{count:,}"


def _in_words(count: int | None) -> str:
    figure = _figure(count or 0)
    return figure[:1].upper() + figure[1:]


def _address(asked: str, kind: str, place: Place | None = None) -> str:
    query = {"q": asked, "kind": kind, "before": f"{place.day}_{place.key}" if place else ""}
    return f"?{urlencode({name: value for name, value in query.items() if value})}"


def _place(written: str) -> Place | None:
    """What an address says of a place; one that is not ours is the beginning."""
    day, _sign, key = written.partition("_")
    try:
        return Place(date.fromisoformat(day), UUID(key))
    except ValueError:
        return None
