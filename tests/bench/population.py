"""All generated partnerships, and the people who sign in to them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import psycopg
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from funding.models import Award, Claim
from governance.models import Action, Body, BodyAppointment, Decision
from partners import access
from partners.models import Partner, PartnerAppointment, Partnership, PartnershipAppointment, User
from partners.roles import Role
from svd_portal.kit.actors import System
from tests.bench import governing, keeping, spending
from tests.bench.filling import Filler, key
from tests.bench.sizes import Size

SETUP = System("generated for measuring")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@dataclass(frozen=True)
class Populated:
    """A generated partnership: its size, its session cookies by part, how much it has."""

    size: Size
    sessions: dict[str, str]
    claims: int
    actions: int
    decisions: int

    @property
    def holds(self) -> str:
        return f"{self.claims:,} claims, {self.actions:,} actions, {self.decisions:,} decisions"

    @property
    def partnership(self) -> UUID:
        return key(self.size.slug, "partnership", 1)


def populate(sizes: list[Size], today: date) -> list[Populated]:
    """Fill an empty, migrated database."""
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as owner:
        for size in sizes:
            _fill(Filler(owner, size.slug), size, today)
        spending.check(owner)
        owner.execute("VACUUM ANALYZE")
    return [_open(size) for size in sizes]


def _fill(filler: Filler, size: Size, today: date) -> None:
    spend = spending.Spending(filler, size, today)
    for part in (
        governing.partners,
        governing.people,
        governing.bodies,
        governing.meetings,
        governing.decisions,
        keeping.registers,
        keeping.words,
    ):
        part(filler, size)
    for step in (spend.plan, spend.awards, spend.claims, spend.returns):
        step()
    for model in (*governing.TRACKED, *keeping.TRACKED, *spending.TRACKED):
        filler.record_history(model, f"r.partnership_id = '{filler.partnership}'")


def _open(size: Size) -> Populated:
    """Four people sign in: who leads the programme, who administers, who holds the purse, who speaks for one."""
    partnership = Partnership.objects.get(slug=size.slug)
    awards = Award.objects.filter(partnership=partnership, grant__title="Grant 001")
    partner = awards.order_by("-financial_year", "reference")[6].partner  # whose last quarter is not reported
    parts = {
        "lead": (Role.PROGRAMME_LEAD, partnership),
        "admin": (Role.ADMINISTRATOR, partnership),
        "finance": (Role.FINANCE_OFFICER, partnership),
        "partner": (Role.REPRESENTATIVE, partner),
    }
    sessions = {name: _sign_in(size, name, role, scope) for name, (role, scope) in parts.items()}
    counts = [model.objects.filter(partnership=partnership).count() for model in (Claim, Action, Decision)]
    return Populated(size, sessions, *counts)


def _sign_in(size: Size, name: str, role: Role, scope: Partnership | Partner | Body) -> str:
    user = User.objects.create_user(f"{name}@{size.slug}.example", f"{name.title()} of {size.name}")
    partnership = scope if isinstance(scope, Partnership) else scope.partnership
    models = {Partnership: PartnershipAppointment, Partner: PartnerAppointment, Body: BodyAppointment}
    model = models[type(scope)]
    given = {"user": user, "role": role, "partnership": partnership, "first_day": date(2012, 4, 1)}
    model(**given, **({} if scope is partnership else {model.scope_name: scope})).save_by(SETUP)
    access.project(user, partnership)
    TOTP.activate(user, SECRET)
    assert Authenticator.objects.filter(user=user).exists()
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value
