"""The fixed cast of every test: who belongs, who owns, who must see nothing.

`surrey` and `west_midlands` are two partnerships. In Surrey: the programme lead, the PCC's finance officer,
checker and lead officer, the chief finance officer, an auditor, an administrator, the representatives of the
police and of Woking, the chair and an observer of the Executive. `outsider` leads the other partnership's
programme; `nobody` has a sign-in and no role.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from governance.models import Body, BodyAppointment
from partners import access
from partners.models import (
    Area,
    Organisation,
    Partner,
    PartnerAppointment,
    PartnerCapacity,
    Partnership,
    PartnershipAppointment,
    User,
)
from partners.roles import Role
from svd_portal.kit.actors import System

SETUP = System("test set-up")
SINCE = date(2020, 4, 1)
TODAY = date(2024, 1, 15)
PASSWORD = "serious-violence-duty"


@dataclass
class Tenant:
    """A partnership with two partners and an executive."""

    partnership: Partnership
    police: Partner
    council: Partner
    executive: Body
    people: dict[str, User] = field(default_factory=dict)


@dataclass
class Cast:
    surrey: Partnership
    west_midlands: Partnership
    police: Partner
    woking: Partner
    executive: Body
    their_police: Partner
    their_executive: Body
    lead: User
    finance: User
    checker: User
    officer: User
    cfo: User
    auditor: User
    admin: User
    police_rep: User
    woking_rep: User
    chair: User
    observer: User
    outsider: User
    nobody: User

    @property
    def members(self) -> dict[str, User]:
        """Everyone who may see Surrey, by part."""
        parts = "lead finance checker officer cfo auditor admin police_rep woking_rep chair observer"
        return {part: getattr(self, part) for part in parts.split(" ")}


def save(record: Any) -> Any:
    return record.save_by(SETUP)


def organisation(name: str) -> Organisation:
    return Organisation.objects.filter(name=name).first() or save(Organisation(name=name, first_day=SINCE))


def person(part: str, domain: str) -> User:
    return User.objects.create_user(
        f"{part}@{domain}.example", f"{part.replace('_', ' ').title()} ({domain})", PASSWORD
    )


def appoint(user: User, role: Role, scope: Any, **dates: Any) -> Any:
    models = {Partnership: PartnershipAppointment, Partner: PartnerAppointment, Body: BodyAppointment}
    model = models[type(scope)]
    partnership = scope if isinstance(scope, Partnership) else scope.partnership
    appointment = save(
        model(
            user=user,
            role=role,
            partnership=partnership,
            **({} if isinstance(scope, Partnership) else {model.scope_name: scope}),
            **({"first_day": SINCE} | dates),
        )
    )
    access.project(user, partnership)
    return appointment


def partner(partnership: Partnership, name: str, capacity: str) -> Partner:
    made = save(Partner(partnership=partnership, organisation=organisation(name), first_day=SINCE))
    save(PartnerCapacity(partnership=partnership, partner=made, capacity=capacity, first_day=SINCE))
    return made


def tenant(slug: str, name: str) -> Tenant:
    area = save(Area(name=name, kind=Area.Kind.FORCE, first_day=SINCE))
    convener = organisation(f"Office of the Police and Crime Commissioner for {name}")
    partnership = save(Partnership(slug=slug, name=name, convener=convener, area=area))
    return Tenant(
        partnership=partnership,
        police=partner(partnership, f"{name} Police", "police"),
        council=partner(
            partnership,
            "Woking Borough Council" if slug == "surrey" else f"{name} Council",
            "district_council",
        ),
        executive=save(
            Body(
                partnership=partnership,
                name=f"{name} Serious Violence Reduction Executive",
                code="EXEC",
                kind=Body.Kind.EXECUTIVE,
                first_day=SINCE,
            )
        ),
    )


def assemble() -> Cast:
    """The whole cast, in the database."""
    ours, theirs = tenant("surrey", "Surrey"), tenant("west-midlands", "West Midlands")
    parts: dict[str, tuple[Role, Any]] = {
        "lead": (Role.PROGRAMME_LEAD, ours.partnership),
        "finance": (Role.FINANCE_OFFICER, ours.partnership),
        "checker": (Role.FINANCE_CHECKER, ours.partnership),
        "officer": (Role.LEAD_OFFICER, ours.partnership),
        "cfo": (Role.CHIEF_FINANCE_OFFICER, ours.partnership),
        "auditor": (Role.AUDITOR, ours.partnership),
        "admin": (Role.ADMINISTRATOR, ours.partnership),
        "police_rep": (Role.REPRESENTATIVE, ours.police),
        "woking_rep": (Role.REPRESENTATIVE, ours.council),
        "chair": (Role.CHAIR, ours.executive),
        "observer": (Role.OBSERVER, ours.executive),
    }
    people = {part: person(part, "surrey") for part in parts}
    for part, (role, scope) in parts.items():
        appoint(people[part], role, scope)
    outsider = person("outsider", "west-midlands")
    appoint(outsider, Role.PROGRAMME_LEAD, theirs.partnership)
    return Cast(
        surrey=ours.partnership,
        west_midlands=theirs.partnership,
        police=ours.police,
        woking=ours.council,
        executive=ours.executive,
        their_police=theirs.police,
        their_executive=theirs.executive,
        outsider=outsider,
        nobody=person("nobody", "surrey"),
        **people,
    )


def signed_in(user: User) -> Client:
    """A browser in which `user` has signed in; an authenticator app is set up, as the portal demands."""
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    client = Client()
    client.force_login(user)
    return client
