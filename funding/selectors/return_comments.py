"""Partners' comments on a return: who was asked until when, who spoke, who was silent, whom to write to."""

from datetime import date
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Subquery, UUIDField

from funding.models import (
    CommentExtension,
    CommentRequest,
    CommentSilence,
    CommentWindow,
    QuarterlyReturn,
    ReturnComment,
)
from funding.models.return_comments import last_day
from funding.rules.comments import Asked, Later, Said
from partners.models import PartnerAppointment, User
from partners.models.organisations import running_on
from partners.roles import Permission, roles_with
from svd_portal.kit.statements import Given, Statement

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
    return Later(request.extended_on, request.extended_because) if request.extended_on else None


_EXTENSIONS = CommentExtension.objects.filter(window=OuterRef("window")).order_by("-closes_on")
_requests: Statement[CommentRequest] = Statement(
    lambda: (
        CommentRequest.objects.filter(
            window__quarterly_return=_RETURN, window__round=Given("round", IntegerField())
        )
        .annotate(
            spoke=Exists(_of_partner(ReturnComment)),
            silent=Exists(_of_partner(CommentSilence)),
            until=last_day("window"),
            extended_on=Subquery(_EXTENSIONS.values("extended_on")[:1]),
            extended_because=Subquery(_EXTENSIONS.values("reason")[:1]),
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
