"""Partners' comments on a return: who was asked until when, who spoke, who was silent, whom to write to."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, IntegerField, OuterRef, Subquery, UUIDField

from funding.models import (
    CommentExtension,
    CommentRequest,
    CommentSilence,
    CommentWindow,
    QuarterlyReturn,
    ReturnComment,
)
from funding.models.return_comments import last_day
from funding.rules.comments import Asked, Closing, Later, Said
from partners.models import PartnerAppointment, User
from partners.models.organisations import running_on
from partners.models.people import ERASED
from partners.roles import Permission, roles_with
from svd_portal.kit.statements import Given, GivenIds, Statement

_RETURN = Given("quarterly_return", UUIDField())


def comments(quarterly_return: QuarterlyReturn) -> list[ReturnComment]:
    """What partners say of it, in order, with its answers."""
    return _comments.ask(quarterly_return=quarterly_return.pk)


_comments: Statement[ReturnComment] = Statement(
    lambda: ReturnComment.objects.filter(quarterly_return=_RETURN).select_related(
        "partner__organisation", "by", "answer__by"
    )
)


def said(made: list[ReturnComment]) -> list[Said]:
    """Comments as the return keeps them."""
    return [
        Said(
            partner=each.partner.organisation.name,
            text=each.text,
            made_on=each.made_on,
            in_window=each.window_id is not None,
            **({"answer": answer.text, "answered_on": answer.answered_on} if answer else {}),
        )
        for each in made
        for answer in [getattr(each, "answer", None)]
    ]


def asked(quarterly_return: QuarterlyReturn) -> Asked | None:
    """Whom this round's window asked, and who has spoken in it; None where there is none."""
    requests = _requests.ask(quarterly_return=quarterly_return.pk, round=quarterly_return.round)
    if not requests:
        return None
    window = requests[0].window
    names = [(each.partner.organisation.name, each) for each in requests]
    return Asked(
        opened_on=window.opened_on,
        closes_on=requests[0].until,  # type: ignore[attr-defined]
        partners=tuple(name for name, _each in names),
        spoken=tuple(name for name, each in names if each.spoke),  # type: ignore[attr-defined]
        silent=tuple(name for name, each in names if each.silent),  # type: ignore[attr-defined]
        later=_later(requests[0]),
    )


def _later(request: Any) -> Later | None:
    if not request.extended_on:
        return None
    return _more_time(request, request.window)


def _more_time(told: Any, window: Any) -> Later:
    by = told.extended_by or str(ERASED)
    return Later(told.extended_on, told.extended_because, by, window.closes_on)


def closings(returns: Iterable[QuarterlyReturn]) -> dict[UUID, Closing]:
    """By return, until when its round's comments are asked, where they were: one question, or none."""
    past = [each.pk for each in returns if each.status != QuarterlyReturn.Status.PREPARING]
    windows: list[Any] = _windows.ask(returns=past) if past else []
    return {
        each.quarterly_return_id: Closing(
            each.until,
            _more_time(each, each) if each.extended_on else None,
        )
        for each in windows
    }


def _extended(window: str) -> dict[str, Any]:
    """Annotations: when, why and by whom a window's last day was moved last; `window` leads to it."""
    last = CommentExtension.objects.filter(window=OuterRef(window or "pk")).order_by("-closes_on")
    return {
        "until": last_day(window),
        "extended_on": Subquery(last.values("extended_on")[:1]),
        "extended_because": Subquery(last.values("reason")[:1]),
        "extended_by": Subquery(last.values("by__name")[:1]),
    }


_windows: Statement[CommentWindow] = Statement(
    lambda: CommentWindow.objects.filter(
        quarterly_return__in=GivenIds("returns"), round=F("quarterly_return__round")
    ).annotate(**_extended(""))
)
_requests: Statement[CommentRequest] = Statement(
    lambda: (
        CommentRequest.objects.filter(
            window__quarterly_return=_RETURN, window__round=Given("round", IntegerField())
        )
        .annotate(
            spoke=Exists(_of_partner(ReturnComment)),
            silent=Exists(_of_partner(CommentSilence)),
            **_extended("window"),
        )
        .select_related("window", "partner__organisation")
        .order_by("partner__organisation__name", "pk")
    )
)


def _of_partner(model: type[ReturnComment] | type[CommentSilence]) -> Any:
    return model.objects.filter(window=OuterRef("window"), partner=OuterRef("partner"))


def voices(window: CommentWindow, today: date) -> list[User]:
    """Everyone who comments today for a partner that was asked, each once."""
    appointed = PartnerAppointment.objects.filter(
        running_on(today),
        partner__in=window.requests.values("partner"),
        role__in=roles_with(Permission.PARTNER_COMMENT_ON_RETURN),
        withdrawn_at=None,
        user__is_active=True,
    )
    return list(User.objects.filter(pk__in=appointed.values("user")).order_by("name", "pk"))
