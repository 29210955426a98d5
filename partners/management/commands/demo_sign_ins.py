"""Prints the demonstration's sign-ins."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from partners import demo


class Command(BaseCommand):
    help = "Prints the demonstration's sign-ins and their password."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("There are no demonstration sign-ins outside the demonstration (SVD_DEMO=1).")
        width = max(len(each.email) for each in demo.SIGN_INS)
        self.stdout.write(f"Sign in with the password {demo.PASSWORD} as")
        for each in demo.SIGN_INS:
            self.stdout.write(f"  {each.email:{width}}  {each.part}")
