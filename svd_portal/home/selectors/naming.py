"""Records of many kinds in one statement, as JSON with what their names are written from."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import models
from django.db.models.functions import JSONObject

# What a record's name is written from, beyond its own row. Following every key would join dozens of tables.
_NAMED_FROM: dict[str, dict[str, Any]] = {
    "partners.partner": {"organisation": {}},
    "partners.partnercapacity": {"partner": {"organisation": {}}},
    "partners.servedarea": {"capacity": {"partner": {"organisation": {}}}, "area": {}},
    "partners.partnershipappointment": {"user": {}},
    "partners.partnerappointment": {"user": {}},
    "governance.bodyappointment": {"user": {}},
    "governance.reportingline": {"body": {}, "to": {}},
    "governance.seatholder": {"user": {}, "seat": {}},
    "governance.meeting": {"body": {}},
    "governance.meetingseries": {"body": {}},
    "governance.terms": {"body": {}},
    "governance.actionevidence": {"file": {}},
    "governance.position": {"decision": {}, "seat": {}},
    "governance.supersession": {"later": {}, "earlier": {}},
    "governance.attendance": {"user": {}},
    "governance.publicationdraft": {"meeting": {"body": {}}},
    "governance.reviewrecommendation": {"review": {}},
    "governance.recommendationtheme": {"theme": {}},
    "governance.practicefile": {"file": {}},
    "governance.engagementpartner": {"partner": {"organisation": {}}, "engagement": {}},
    "funding.claim": {"award": {}},
    "funding.adjustment": {"claim": {"award": {}}},
    "funding.awarddecision": {"award": {}, "decision": {}},
    "funding.evidence": {"file": {}},
    "funding.returnnarrative": {"section": {}, "quarterly_return": {}},
}
_SECRET = {"password", "secret_hash"}


@cache
def written(model: type[models.Model]) -> JSONObject:
    """A row of `model`, and of those its name is written from, as one JSON object."""
    return _object(model, _NAMED_FROM.get(model._meta.label_lower, {}), "")


def _object(model: Any, joined: Mapping[str, Any], path: str) -> JSONObject:
    own: dict[str, Any] = {field.attname: f"{path}{field.attname}" for field in _fields(model)}
    for name, further in joined.items():
        own[name] = _object(model._meta.get_field(name).related_model, further, f"{path}{name}__")
    return JSONObject(**own)


def _fields(model: Any) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.name not in _SECRET]


def read(model: type[models.Model], values: Mapping[str, Any]) -> models.Model:
    """The record of `values`, for its name only: it is no row to be saved."""
    return _record(model, values, _NAMED_FROM.get(model._meta.label_lower, {}))


# What JSON has no type for, and a name may be written from.
_TYPED = (models.DateField, models.DecimalField)


@cache
def _columns(model: type[models.Model]) -> list[tuple[str, Any]]:
    """Each column of a row, and how it comes back into its own type; None where JSON has that type.

    Keys stay texts, since no name is written from one.
    """
    return [
        (field.attname, field.to_python if isinstance(field, _TYPED) else None) for field in _fields(model)
    ]


def _record(model: Any, values: Mapping[str, Any], joined: Mapping[str, Any]) -> models.Model:
    columns = _columns(model)
    row = [values[name] if typed is None else typed(values[name]) for name, typed in columns]
    record: models.Model = model.from_db(None, [name for name, _typed in columns], row)
    for name, further in joined.items():
        if values[f"{name}_id"] is not None:
            setattr(record, name, _record(model._meta.get_field(name).related_model, values[name], further))
    return record
