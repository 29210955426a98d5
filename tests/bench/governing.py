"""Generated partners, people and what their bodies decide."""

from __future__ import annotations

from django.contrib.auth.models import Permission as Row

from governance.models import (
    Action,
    ActionUpdate,
    AgendaItem,
    Attendance,
    Body,
    BodyAppointment,
    Decision,
    KeyPoint,
    Meeting,
    Paper,
    Recommendation,
    ReportingLine,
    Seat,
    SeatHolder,
    Terms,
)
from partners.models import (
    Area,
    Organisation,
    Partner,
    PartnerAppointment,
    PartnerCapacity,
    Partnership,
    PartnershipUserObjectPermission,
    PartnerUserObjectPermission,
    ServedArea,
    User,
)
from partners.roles import PERMISSIONS, Permission, Role
from tests.bench.filling import Filler
from tests.bench.sizes import Size

SINCE = "DATE '2012-04-01'"
CAPACITIES = "ARRAY['police', 'fire', 'district_council', 'county_council', 'probation', 'education']"
TEXT = "repeat('What was considered, and why it reduces serious violence. ', 4)"
SEATS, ITEMS = 12, 6


def partners(filler: Filler, size: Size) -> None:
    """The partnership, its organisations, partners and areas."""
    key, name = filler.key, size.name
    filler.fill(
        Organisation, "organisation", size.partners, name=f"'{name} authority ' || n", first_day=SINCE
    )
    filler.fill(Area, "area", 1, name=f"'{name}'", kind="'force'", first_day=SINCE)
    filler.fill(
        Partnership,
        "partnership",
        1,
        slug=f"'{size.slug}'",
        name=f"'{name}'",
        convener_id=key("organisation", "1"),
        area_id=key("area", "1"),
    )
    filler.fill(Partner, "partner", size.partners, organisation_id=key("organisation", "n"), first_day=SINCE)
    filler.fill(
        PartnerCapacity,
        "capacity",
        size.partners,
        partner_id=key("partner", "n"),
        capacity=f"({CAPACITIES})[1 + n % 6]",
        first_day=SINCE,
    )
    filler.fill(
        ServedArea, "served", size.partners, capacity_id=key("capacity", "n"), area_id=key("area", "1")
    )


def people(filler: Filler, size: Size) -> None:
    """People, each a representative of a partner, with guardian's rows as the portal would make them."""
    key = filler.key
    filler.fill(
        User,
        "person",
        size.people,
        email=f"'{size.slug}-' || n || '@bench.example'",
        name=f"'{size.name} officer ' || n",
        job_title="'Community safety officer'",
        password="'!'",
        is_active="true",
        joined_at="now()",
    )
    partner = key("partner", f"1 + n % {size.partners}")
    filler.fill(
        PartnerAppointment,
        "appointment",
        size.people,
        user_id=key("person", "n"),
        partner_id=partner,
        role=f"'{Role.REPRESENTATIVE}'",
        first_day=SINCE,
    )
    carried = Row.objects.filter(codename__in=[p.value for p in PERMISSIONS[Role.REPRESENTATIVE]])
    for row in carried:
        of_partnership = row.codename == Permission.PARTNERSHIP_VIEW
        filler.fill(
            PartnershipUserObjectPermission if of_partnership else PartnerUserObjectPermission,
            "grant",
            size.people,
            user_id=key("person", "n"),
            permission_id=str(row.pk),
            content_object_id=f"'{filler.partnership}'" if of_partnership else partner,
        )


def bodies(filler: Filler, size: Size) -> None:
    """Bodies that report to the first of them, with twelve seats each."""
    key, seats = filler.key, size.bodies * SEATS
    filler.fill(
        Body,
        "body",
        size.bodies,
        name=f"'{size.name} group ' || n",
        code="'B' || lpad(n::text, 3, '0')",
        kind="'executive'",
        purpose=TEXT,
        first_day=SINCE,
    )
    filler.fill(
        Terms,
        "terms",
        size.bodies,
        body_id=key("body", "n"),
        edition="1",
        purpose=TEXT,
        quorum_seats="4",
        quorum_classes="'{}'",
        first_day=SINCE,
    )
    filler.fill(
        ReportingLine,
        "line",
        f"generate_series(2, {size.bodies}) AS n",
        body_id=key("body", "n"),
        to_id=key("body", "1"),
        kind="'reports_to'",
        first_day=SINCE,
    )
    filler.fill(
        Seat,
        "seat",
        seats,
        body_id=key("body", f"1 + (n - 1) / {SEATS}"),
        kind="CASE WHEN n % 12 = 1 THEN 'chair' ELSE 'partner' END",
        title="'Seat ' || n",
        partner_id=key("partner", f"1 + n % {size.partners}"),
        position=f"n % {SEATS}",
        first_day=SINCE,
    )
    filler.fill(
        SeatHolder,
        "holder",
        seats,
        seat_id=key("seat", "n"),
        user_id=key("person", f"1 + n % {size.people}"),
        first_day=SINCE,
    )


AS_AGREED = """jsonb_build_object('body', 'Body ' || n, 'partnership', 'A partnership', 'following', null,
    'preceding', null, 'approved_here', '{}'::jsonb, 'unratified', '[]'::jsonb, 'seats', '{}'::jsonb,
    'items', '{}'::jsonb)"""


def meetings(filler: Filler, size: Size) -> None:
    """Meetings over ten years with attendance, items, points and recommendations; and the next ones."""
    key, items = filler.key, size.meetings * ITEMS
    ago = f"interval '1 day' * ((n - 1) * 3600 / {size.meetings} + 20)"
    filler.fill(
        Meeting,
        "meeting",
        size.meetings,
        body_id=key("body", f"1 + n % {size.bodies}"),
        starts_at=f"date_trunc('day', now()) + interval '10 hours' - {ago}",
        place="'Council chamber'",
        status="CASE WHEN n % 20 = 0 THEN 'held' ELSE 'agreed' END",
        as_agreed=f"CASE WHEN n % 20 > 0 THEN {AS_AGREED} END",
        created_at=f"now() - {ago}",
    )
    filler.fill(
        Meeting,
        "next-meeting",
        size.bodies,
        body_id=key("body", "n"),
        starts_at="date_trunc('day', now()) + interval '30 days' + interval '10 hours'",
        place="'Council chamber'",
    )
    filler.fill(
        Attendance,
        "attendance",
        f"generate_series(1, {size.meetings}) AS m, generate_series(1, {SEATS}) AS s,"
        f" LATERAL (SELECT (m - 1) * {SEATS} + s AS n) AS numbered",
        meeting_id=key("meeting", "m"),
        seat_id=key("seat", f"(m % {size.bodies}) * {SEATS} + s"),
        user_id=key("person", f"1 + (m + s) % {size.people}"),
        mode="CASE WHEN s = 5 THEN 'apologies' ELSE 'present' END",
    )
    filler.fill(
        AgendaItem,
        "item",
        items,
        meeting_id=key("meeting", f"1 + (n - 1) / {ITEMS}"),
        position=f"1 + (n - 1) % {ITEMS}",
        title="'Item ' || n",
        summary=TEXT,
    )
    filler.fill(KeyPoint, "point", items, item_id=key("item", "n"), position="1", text=TEXT)
    filler.fill(
        Recommendation,
        "recommendation",
        items,
        item_id=key("item", "n"),
        position="1",
        verb="'endorsed'",
        text=TEXT,
    )
    filler.fill(
        Paper,
        "paper",
        size.meetings,
        item_id=key("item", f"n * {ITEMS} - 2"),
        title="'Paper ' || n",
        url="'https://papers.example/'",
    )


def decisions(filler: Filler, size: Size) -> None:
    """Two decisions and two actions of each meeting, and a notice of the PCC for every fourth decision."""
    key = filler.key
    meeting = "(1 + (n - 1) / 2)"
    ago = f"(({meeting} - 1) * 3600 / {size.meetings} + 20)"
    of_meeting = {
        "body_id": key("body", f"1 + {meeting} % {size.bodies}"),
        "item_id": key("item", f"({meeting} - 1) * {ITEMS} + 2 + n % 2"),
        "created_at": f"now() - interval '1 day' * {ago}",
    }
    filler.fill(
        Decision,
        "decision",
        size.decisions,
        reference="'DEC/' || lpad(n::text, 6, '0')",
        recommendation_id=key("recommendation", f"({meeting} - 1) * {ITEMS} + 2 + n % 2"),
        verb="'agreed'",
        title="'Decision ' || n",
        text=TEXT,
        taken_on=f"current_date - {ago}",
        restricted="n % 50 = 0",
        **of_meeting,
    )
    filler.fill(
        Decision,
        "notice",
        size.notices,
        kind="'notice'",
        reference="'PCC/' || lpad(n::text, 6, '0')",
        recognises_id=key("decision", "n * 4"),
        verb="'approved'",
        title="'Notice ' || n",
        text=TEXT,
        taken_on=f"current_date - ((n * 2 - 1) * 3600 / {size.meetings} + 15)",
    )
    done = "n % 20 <> 0"
    filler.fill(
        Action,
        "action",
        size.decisions,
        reference="'ACT/' || lpad(n::text, 6, '0')",
        text=TEXT,
        owner_partner_id=f"CASE WHEN n % 7 <> 0 THEN {key('partner', f'1 + n % {size.partners}')} END",
        owner_id=f"CASE WHEN n % 3 = 0 THEN {key('person', f'1 + n % {size.people}')} END",
        due=f"CASE WHEN n % 9 <> 0 THEN current_date - {ago} + 60 END",
        status=f"CASE WHEN {done} THEN 'done' ELSE 'open' END",
        completed_on=f"CASE WHEN {done} THEN current_date - {ago} + 50 END",
        restricted="n % 50 = 0",
        **of_meeting,
    )
    filler.fill(
        ActionUpdate,
        "action-update",
        size.decisions,
        action_id=key("action", "n"),
        text=TEXT,
        by_id=key("person", f"1 + n % {size.people}"),
    )


TRACKED = (
    Partner, PartnerCapacity, ServedArea, PartnerAppointment, BodyAppointment, Body, ReportingLine, Seat, SeatHolder,
    Meeting, Attendance, AgendaItem, KeyPoint, Recommendation, Paper, Decision, Action,
)  # fmt: skip
