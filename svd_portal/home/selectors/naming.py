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
    "governance.terms": {"body": {}},
    "governance.attendance": {"user": {}},
    "funding.claim": {"award": {}},
    "funding.awarddecision": {"award": {}, "decision": {}},
    "funding.evidence": {"file": {}},
    "funding.returnnarrative": {"heading": {}, "quarterly_return": {}},
}
_SECRET = {"password"}


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


def _value(field: Any, written: Any) -> Any:
    """What JSON says of a field, in its own type; keys stay texts, since no name is written from one."""
    return written if field.is_relation or field.primary_key else field.to_python(written)


def _record(model: Any, values: Mapping[str, Any], joined: Mapping[str, Any]) -> models.Model:
    given = {field.attname: _value(field, values[field.attname]) for field in _fields(model)}
    record: models.Model = model(**given)
    for name, further in joined.items():
        if given[f"{name}_id"] is not None:
            setattr(record, name, _record(model._meta.get_field(name).related_model, values[name], further))
    return record
