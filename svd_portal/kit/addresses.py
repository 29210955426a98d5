"""Addresses of pages. Django looks a name up anew each time; here the form of each is found once."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.urls import NoReverseMatch
from django.urls import reverse as resolve

# What may stand in an address as it is, with a stand-in for finding the form. The first that fits counts.
_KINDS = (
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "fade0000-0000-4000-8000-{:012d}"),
    (re.compile(r"[1-9][0-9]{0,8}"), "90210{}"),
    (re.compile(r"[A-Za-z0-9-]+"), "stand-in-{}"),
    (re.compile(r"[A-Za-z0-9.-]+"), "stand.in.{}"),
)


def reverse(name: str, args: Sequence[Any] | None = None, kwargs: dict[str, Any] | None = None) -> str:
    """As Django's, and several times quicker where each argument is an id, a number or a plain word."""
    texts = tuple([str(each) for each in args or ()])
    kinds = tuple([_kind(text) for text in texts])
    form = None if kwargs or None in kinds else _form(name, kinds)
    return resolve(name, args=args, kwargs=kwargs) if form is None else form % texts


def _kind(text: str) -> int | None:
    for kind, (shape, _stand_in) in enumerate(_KINDS):
        if shape.fullmatch(text):
            return kind
    return None


@cache
def _form(name: str, kinds: tuple[int, ...]) -> str | None:
    """The address with `%s` for each argument; None where it takes no such arguments."""
    stand_ins = [_KINDS[kind][1].format(place) for place, kind in enumerate(kinds)]
    try:
        found = resolve(name, args=stand_ins).replace("%", "%%")
    except NoReverseMatch:
        return None
    for stand_in in stand_ins:
        found = found.replace(stand_in, "%s")
    return found
