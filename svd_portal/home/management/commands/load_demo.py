"""`manage.py load_demo`: Surrey and the West Midlands, with illustrative figures and public passwords."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from governance.models import Decision
from partners import demo
from partners.models import Partnership, User
from svd_portal.home.importing.layout import NATIONAL, PARTNERSHIP
from svd_portal.home.management.commands.import_partnership import load_and_tell
from svd_portal.home.services import demonstration

FOLDER = Path(__file__).resolve().parents[2] / "demo"
# Sign-ins that the sign-in page leaves out: they show one person in both partnerships, and the second
# partnership's administrator.
ALSO = ("auditor@surrey.example", "admin@west-midlands.example")
# Each partnership’s record in the order in which it grew: a return certified in July knows nothing of
# October.
# With the first decision that each stage brings: a stage that was loaded is never loaded again, since later
# stages and people have moved on from it.
STAGES = (
    ("surrey", "1-july-2023", "EXEC/2023/01"),
    ("surrey", "2-october-2023", "EXEC/2023/07"),
    ("surrey", "3-january-2024", "OPG/2023/01"),
    ("west-midlands", "1-july-2023", "BOARD/2023/01"),
    ("west-midlands", "2-january-2024", "BOARD/2023/03"),
)


WITH_MONEY_MOVED = ("surrey", "3-january-2024")


def _move_money() -> None:
    """What no folder holds: money that was moved, and a ledger that was reconciled."""
    of_surrey: dict[str, Any] = {
        "partnership": Partnership.objects.get(slug="surrey"),
        "by": User.objects.get(email="finance@surrey.example"),
    }
    demonstration.move_money(**of_surrey)
    demonstration.reconcile(**of_surrey, file=FOLDER / "surrey" / "ledger-2023-24-q2.csv")


class Command(BaseCommand):
    help = "Loads the demonstration's two partnerships. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("load_demo runs only with SVD_DEMO=1: its passwords are public.")
        self.stdout.write("national:")
        load_and_tell(self, FOLDER / "national", NATIONAL)
        for slug, stage, decision in STAGES:
            if Decision.objects.filter(partnership__slug=slug, reference=decision).exists():
                self.stdout.write(f"{slug}, {stage}: loaded before")
                continue
            self.stdout.write(f"{slug}, {stage}:")
            with transaction.atomic():
                load_and_tell(self, FOLDER / slug / stage, PARTNERSHIP)
                if (slug, stage) == WITH_MONEY_MOVED:
                    _move_money()
        self._set_passwords()

    def _set_passwords(self) -> None:
        addresses = [*(sign_in.email for sign_in in demo.SIGN_INS), *ALSO]
        for user in User.objects.filter(email__in=addresses):
            if not user.has_usable_password():
                user.set_password(demo.PASSWORD)
                user.save(update_fields=["password"])
