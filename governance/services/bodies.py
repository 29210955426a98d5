"""Bodies: set up, described, wound up; and the lines by which they report to each other."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from governance.models import Action, Body, Escalation, Meeting, ReportingLine, Seat, SeatHolder
from governance.rules import structure
from governance.rules.verbs import ASSENTING
from partners import access
from partners.models import Partnership
from partners.models.organisations import Dated, running_on
from partners.roles import Permission
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.format import long_date, plural
from svd_portal.kit.services.keys import already

CODE = re.compile(r"[A-Z][A-Z0-9-]{1,11}")


def require_manager(by: Any, partnership: Partnership) -> None:
    """Refuse unless `by` may set up the partnership's bodies.

    Raises:
        PermissionDenied: `by` may not.
    """
    access.require(by, Permission.PARTNERSHIP_MANAGE_GOVERNANCE, partnership)


def lock_body(body_id: UUID, *, version: int | None = None, by: Any) -> Body:
    """The body, locked until the transaction ends, if `by` may set up bodies.

    Raises:
        PermissionDenied: `by` may not.
        Stale: someone changed it since `version` was read.
    """
    require_manager(by, Body.objects.select_related("partnership").get(pk=body_id).partnership)
    body: Body = Body.objects.lock(body_id, version=version)
    return body


@transaction.atomic
def create(
    *,
    partnership: Partnership,
    name: str,
    code: str,
    kind: str,
    run_here: bool,
    first_day: date,
    purpose: str = "",
    minutes_url: str = "",
    positions: bool = False,
    key: UUID | None = None,
    by: Any,
) -> Body:
    """Set up a body. Its code begins the references of its decisions and actions, so it never changes.

    Raises:
        DomainError: the code has another shape than EXEC, or is taken.
    """
    require_manager(by, partnership)
    Partnership.objects.lock(partnership.pk)
    code = code.strip().upper()
    if made := already(Body, key, partnership_id=partnership.pk, name=name, code=code):
        return made
    if not CODE.fullmatch(code):
        raise DomainError(
            _("Enter 2 to 12 capital letters, numbers or hyphens, beginning with a letter, like EXEC."),
            "code",
        )
    if Body.objects.filter(partnership=partnership, code=code).exists():
        raise DomainError(_("Another body has this code. Choose one that no body had before."), "code")
    body = Body(
        partnership=partnership,
        name=name,
        code=code,
        kind=kind,
        run_here=run_here,
        purpose=purpose,
        minutes_url=minutes_url,
        positions=positions,
        first_day=first_day,
        **({"id": key} if key else {}),
    )
    return body.save_by(by)


@transaction.atomic
def change(
    *,
    body_id: UUID,
    version: int,
    name: str,
    kind: str,
    purpose: str,
    minutes_url: str,
    positions: bool | None = None,
    by: Any,
) -> Body:
    """Change what a body is called, its kind, what it is for, where its own minutes are, or whether
    partners' positions are recorded (None leaves that as it is).

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: its kind would change, and decisions rest on that.
    """
    body = lock_body(body_id, version=version, by=by)
    if kind != body.kind and body.decisions.filter(verb__in=ASSENTING, withdrawn_reason="").exists():
        raise DomainError(
            _("It has decided, and its kind says what its decisions are worth. Keep the kind."),
            "kind",
        )
    body.name, body.kind, body.purpose, body.minutes_url = name, kind, purpose, minutes_url
    body.positions = body.positions if positions is None else positions
    return body.save_by(by)


@transaction.atomic
def wind_up(*, body_id: UUID, version: int, last_day: date, reason: str, by: Any) -> Body:
    """Set a body's last day. Its seats, their holders and its reporting lines end with it.

    Raises:
        Stale: someone changed it since `version` was read.
        ReasonRequired: `reason` is blank.
        DomainError: it has open actions, or meetings or dates after that day.
    """
    body = lock_body(body_id, version=version, by=by)
    if not reason.strip():
        raise ReasonRequired(_("Say why the body ends."))
    parts = (
        ReportingLine.objects.filter(Q(body=body) | Q(to=body)),
        SeatHolder.objects.filter(seat__body=body),
        Seat.objects.filter(body=body),
    )
    _refuse_last_day(body, last_day, parts, by)
    for rows in parts:
        for row in rows.filter(running_on(last_day)):
            row.last_day = last_day
            row.save_by(by, reason=reason.strip())
    body.last_day = last_day
    return body.save_by(by, reason=reason.strip())


NAMED = 10
"""References in one sentence."""


def _named(model: Any, body: Body, by: Any) -> str:
    """The references of the body's open records that `by` may read, in brackets."""
    readable = model.objects.filter(body=body).open().readable_by(by).order_by("reference")
    references = list(readable.values_list("reference", flat=True)[: NAMED + 1])
    more = ", …" if len(references) > NAMED else ""
    return f" ({', '.join(references[:NAMED])}{more})" if references else ""


def _refuse_last_day(body: Body, last_day: date, parts: Iterable[Any], by: Any) -> None:
    in_order(body, last_day)
    if actions := Action.objects.filter(body=body).open().count():
        sentence = _(
            "This body has %(count)s%(which)s. Have them done, pass them on to another body, or withdraw them"
            " before it ends."
        )
        values = {"count": plural(actions, "open action"), "which": _named(Action, body, by)}
        raise DomainError(sentence % values)
    if escalations := Escalation.objects.filter(Q(raised_by=body) | Q(to=body)).open().count():
        sentence = _("This body has %(count)s. Have them answered and closed, or withdraw them, first.")
        raise DomainError(sentence % {"count": plural(escalations, "open escalation")})
    later = Meeting.objects.filter(body=body, starts_at__date__gt=last_day)
    if meetings := later.exclude(status=Meeting.Status.CANCELLED).count():
        sentence = _(
            "The body has %(count)s after that day. Cancel what will not take place or end it later."
        )
        raise DomainError(sentence % {"count": plural(meetings, "meeting")}, "last_day")
    if any(rows.filter(first_day__gt=last_day).exists() for rows in parts):
        sentence = _("A seat, a holder or a reporting line begins after that day. End it first.")
        raise DomainError(sentence, "last_day")


@transaction.atomic
def add_line(
    *,
    body_id: UUID,
    to_id: UUID,
    kind: str,
    note: str = "",
    first_day: date,
    key: UUID | None = None,
    by: Any,
) -> ReportingLine:
    """Record from which day a body reports to, supports or is scrutinised by another.

    Raises:
        DomainError: the other body is not of this partnership, one of them does not run on that day, the line
            is there, or bodies would report to each other in a circle, then or later.
    """
    body = lock_body(body_id, by=by)
    partnership = Partnership.objects.lock(body.partnership_id)  # one line at a time: circles are looked for
    if made := already(ReportingLine, key, body_id=body.pk, to_id=to_id, kind=kind):
        return made
    to: Body | None = Body.objects.filter(pk=to_id, partnership=partnership).first()
    if to is None or to == body:
        raise DomainError(_("Choose another body of this partnership."), "to")
    for each in (body, to):
        if not each.runs_on(first_day):
            raise DomainError(_("%(body)s does not exist on that day.") % {"body": each}, "first_day")
    lines = ReportingLine.objects.filter(
        Q(last_day=None) | Q(last_day__gte=first_day), partnership=partnership
    )
    if lines.filter(body=body, to=to, kind=kind).exists():
        raise DomainError(_("This line is recorded already."), "kind")
    upward = [
        structure.Line(line.body_id, line.to_id) for line in lines.filter(kind__in=ReportingLine.UPWARD)
    ]
    if kind in ReportingLine.UPWARD and structure.closes_circle(upward, structure.Line(body.pk, to.pk)):
        raise DomainError(
            _("%(to)s reports to %(body)s already, by one way or another.") % {"to": to, "body": body}, "to"
        )
    line = ReportingLine(
        partnership=partnership,
        body=body,
        to=to,
        kind=kind,
        note=note,
        first_day=first_day,
        last_day=min((day for day in (body.last_day, to.last_day) if day), default=None),
        **({"id": key} if key else {}),
    )
    return line.save_by(by)


@transaction.atomic
def end_line(*, line_id: UUID, version: int, last_day: date, by: Any) -> ReportingLine:
    """Set the last day on which one body reports to, supports or is scrutinised by the other.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: that day lies before the line's first, or after its last.
    """
    lock_body(ReportingLine.objects.get(pk=line_id).body_id, by=by)
    line: ReportingLine = ReportingLine.objects.lock(line_id, version=version)
    line.last_day = in_order(line, last_day)
    return line.save_by(by)


def in_order(row: Dated, last_day: date) -> date:
    """`last_day`, where it does not lie before the row's first day and only shortens it.

    Raises:
        DomainError: it does not; what ended is begun anew, so that nothing between is taken back.
    """
    if last_day < row.first_day:
        sentence = _("It began on %(day)s. Enter that day or a later one.")
        raise DomainError(sentence % {"day": long_date(row.first_day)}, "last_day")
    if row.last_day and last_day > row.last_day:
        sentence = _("It ends on %(day)s already. Enter an earlier day, or begin it anew after that.")
        raise DomainError(sentence % {"day": long_date(row.last_day)}, "last_day")
    return last_day
