"""Lines of the log: one JSON object each, with the request's id and nothing of what people sent."""

import logging
import re
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from svd_portal.kit.middleware import request_id

# An address says where something failed. What follows its question mark is what somebody typed, and whoever
# reads the key in the address of a new password may set it; of a calendar, whoever reads it reads that.
_UNSAID = (
    (re.compile(r"""(/[^\s?'"]*)\?[^\s'"]*"""), r"\1"),
    (re.compile(r"(/password/reset/key/)[^/\s]+"), r"\1…"),
    (re.compile(r"""(/calendar/)[^/\s'"]{20,}"""), r"\1…"),
)
# PostgreSQL quotes the row that it refuses.
_QUOTED = re.compile(
    r"^DETAIL:.*?(?=^(?:HINT|CONTEXT|During handling|The above exception|Traceback)|\Z)", re.M | re.S
)


def discreet(text: str) -> str:
    """`text` without the queries and keys of addresses, and without rows that the database quotes."""
    for pattern, instead in _UNSAID:
        text = pattern.sub(instead, text)
    return _QUOTED.sub("", text)


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        record.request_id = request_id.get() or getattr(request, "request_id", "")
        return True


class DiscreetFormatter(JsonFormatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s")

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        log_data.pop("request", None)  # written out, it is the whole address
        for name in ("message", "exc_info"):
            if isinstance(log_data.get(name), str):
                log_data[name] = discreet(log_data[name])
        return log_data


def to_standard_error(level: str) -> dict[str, Any]:
    """For `logging.config.dictConfig`: every logger's lines, one handler."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": RequestIdFilter}},
        "formatters": {"json": {"()": DiscreetFormatter}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request_id"]}
        },
        "root": {"handlers": ["console"], "level": level},
    }
