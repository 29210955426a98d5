"""Rows that link a record with others: made to be exactly those that are wanted, nothing deleted."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID


def link_exactly(model: Any, owner: tuple[str, Any], item: str, wanted: Iterable[UUID], *, by: Any) -> None:
    """Let exactly the wanted items be linked with the owner; others are withdrawn, until they are wanted.

    Args:
        model: has `withdrawn` and one row for each pair.
        owner: the field that names it, and the record.
        item: the field that names the other end.
        wanted: keys of the items.
    """
    of = {owner[0]: owner[1]}
    keys = set(wanted)
    links = {getattr(link, f"{item}_id"): link for link in model.objects.filter(**of)}
    for key in keys - links.keys():
        model(partnership_id=owner[1].partnership_id, **of, **{f"{item}_id": key}).save_by(by)
    for key, link in links.items():
        if link.withdrawn is (key in keys):
            link.withdrawn = key not in keys
            link.save_by(by)
