"""Who acts when no person does: set-up and import commands."""

from dataclasses import dataclass


@dataclass(frozen=True)
class System:
    """A command run by whoever holds the server; recorded by what it was doing."""

    doing: str
