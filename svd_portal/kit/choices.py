"""Fields that choose a record."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator

from svd_portal.kit.widgets import Checkboxes


class RecordField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One record of a list; a damaged id is answered like any other that is not listed."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None


class RecordsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Any number of records of a short list, as checkboxes; a damaged id is answered as in `RecordField`."""

    widget = Checkboxes

    def _check_values(self, value: Any) -> Any:
        try:
            return super()._check_values(value)  # type: ignore[misc]
        except ValidationError:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None


class _NamedIterator(ModelChoiceIterator):  # type: ignore[type-arg]
    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        yield from self.field.named()  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Offered:
    """Records to choose from; `names` reads their keys and names quicker than the queryset would."""

    queryset: QuerySet[Any]
    names: Callable[[], Iterable[tuple[Any, Any]]]


class NamedChoiceField(RecordField):
    """One record of a long list, of which only keys and names are read.

    Args:
        named_by: the field, its own or a related record's, that names it.
    """

    iterator = _NamedIterator

    def __init__(self, *, named_by: str = "name", **kwargs: Any) -> None:
        super().__init__(**{"queryset": None, "required": False, **kwargs})
        self.named_by = named_by
        self.names: Callable[[], Iterable[tuple[Any, Any]]] | None = None

    def offer(self, records: Offered | QuerySet[Any]) -> None:
        """Let one of these be chosen."""
        self.names = records.names if isinstance(records, Offered) else None
        self.queryset = records.queryset if isinstance(records, Offered) else records

    def named(self) -> Iterable[tuple[Any, Any]]:
        """Key and name of each record that is offered."""
        if self.names:
            return self.names()
        return [] if self.queryset is None else self.queryset.values_list("pk", self.named_by)
