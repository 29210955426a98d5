"""The demonstration's sign-ins, told once: for the sign-in page, the command and the loader."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

PASSWORD = "serious-violence-duty"


@dataclass(frozen=True)
class DemoSignIn:
    """An address and who it plays, in words for people who look round."""

    email: str
    part: Any


SIGN_INS = [
    DemoSignIn("lead@surrey.example", _("Programme lead, Surrey")),
    DemoSignIn("finance@surrey.example", _("PCC finance officer")),
    DemoSignIn("checker@surrey.example", _("PCC finance checker")),
    DemoSignIn("officer@surrey.example", _("PCC lead officer")),
    DemoSignIn("cfo@surrey.example", _("Chief finance officer")),
    DemoSignIn("police@surrey.example", _("Representative of Surrey Police")),
    DemoSignIn("woking@surrey.example", _("Representative of Woking Borough Council")),
    DemoSignIn("chair@surrey.example", _("Chair of the Executive")),
    DemoSignIn("observer@surrey.example", _("Observer of the Executive")),
    DemoSignIn("admin@surrey.example", _("Administrator, Surrey")),
    DemoSignIn("lead@west-midlands.example", _("Programme lead, West Midlands")),
]
