"""`manage.py load_demo`: Surrey and the West Midlands, with illustrative figures and public passwords."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from partners import demo
from partners.models import User
from svd_portal.home.importing.layout import NATIONAL, PARTNERSHIP
from svd_portal.home.management.commands.import_partnership import load_and_tell

# Sign-ins that the sign-in page leaves out: they show one person in both partnerships, and the second
# partnership's administrator.
ALSO = ("auditor@surrey.example", "admin@west-midlands.example")
FOLDER = Path(__file__).resolve().parents[2] / "demo"


class Command(BaseCommand):
    help = "Loads the demonstration's two partnerships. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("load_demo runs only with SVD_DEMO=1: its passwords are public.")
        for folder, tables in (
            ("national", NATIONAL),
            ("surrey", PARTNERSHIP),
            ("west-midlands", PARTNERSHIP),
        ):
            self.stdout.write(f"{folder}:")
            load_and_tell(self, FOLDER / folder, tables)
        self._set_passwords()

    def _set_passwords(self) -> None:
        addresses = [*(sign_in.email for sign_in in demo.SIGN_INS), *ALSO]
        for user in User.objects.filter(email__in=addresses):
            if not user.has_usable_password():
                user.set_password(demo.PASSWORD)
                user.save(update_fields=["password"])
