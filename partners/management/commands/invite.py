"""Invites a partnership's first administrator, or anybody else on the whole partnership."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from partners.models import Partnership
from partners.roles import Role, roles_on
from partners.services import people
from svd_portal.kit import clock
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError


class Command(BaseCommand):
    help = (
        "Invites a person by e-mail and gives them a role on a whole partnership, administrator unless told."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("partnership", help="its address, such as surrey")
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("--job-title", default="")
        parser.add_argument(
            "--role",
            default=Role.ADMINISTRATOR.value,
            choices=[value for value, _label in roles_on("partnership")],
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
            partnership = Partnership.objects.get(slug=options["partnership"])
            person = people.invite(
                email=options["email"],
                name=options["name"],
                job_title=options["job_title"],
                partnership=partnership,
                role=options["role"],
                scope=partnership,
                first_day=clock.today(),
                last_day=None,
                by=System("invite"),
            )
        except Partnership.DoesNotExist:
            raise CommandError(f"There is no partnership at /{options['partnership']}/.") from None
        except ValidationError:
            raise CommandError(f"{options['email']} is not an e-mail address.") from None
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(f"An invitation to {person.email} is in the outbox.")
