"""What a service raises when a person asked for something the rules do not allow."""

from collections.abc import Mapping

from django.utils.functional import Promise


class DomainError(Exception):
    """A refusal a person can read and act on.

    `field` names the form field it belongs beside; None means the whole form.
    """

    def __init__(self, message: str | Promise, field: str | None = None) -> None:
        super().__init__(message)
        self.message = str(message)
        self.field = field


class ReasonRequired(DomainError):
    """A change that must say why came without a reason."""

    def __init__(self, message: str | Promise, field: str = "reason") -> None:
        super().__init__(message, field)


class Stale(DomainError):
    """Somebody changed the record since the editor read it.

    `current` holds the values that are stored now, by field name, so that both texts can be shown.
    """

    def __init__(self, current: Mapping[str, object], version: int) -> None:
        super().__init__(
            "Someone changed this while you were editing. Nothing of yours is lost: compare and save again."
        )
        self.current = dict(current)
        self.version = version
