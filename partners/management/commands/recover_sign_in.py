"""Recovers a sign-in that no administrator may recover alone."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners.models import User
from partners.services import people
from svd_portal.kit import clock
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError


class Command(BaseCommand):
    help = (
        "Removes a person's password, second factor and remembered devices, and sends a link to begin again."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--reason", required=True, help="who asked and how it was checked that it is them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            person = User.objects.get_by_natural_key(options["email"])
            people.recover(
                user_id=person.pk, reason=options["reason"], today=clock.today(), by=System("recover_sign_in")
            )
        except User.DoesNotExist:
            raise CommandError(f"Nobody signs in as {options['email']}.") from None
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(f"A link for {person.email} is in the outbox.")
