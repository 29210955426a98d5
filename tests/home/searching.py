"""Records of every kind with one word in them, and what a search for it shows."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from funding.models import (
    Award,
    FunderQuery,
    Grant,
    Intervention,
    PaymentMade,
    PaymentReceived,
    Virement,
)
from funding.services import virements
from funding.services.virements import Wanted
from governance.models import (
    Action,
    AgendaItem,
    Body,
    Circulation,
    CommentAnswer,
    Decision,
    Engagement,
    KeyPoint,
    Meeting,
    MinutesComment,
    Paper,
    Recommendation,
    Review,
    ReviewRecommendation,
)
from milestones.models import AgreementParty, DeliveryAction, Milestone, Priority, Product
from svd_portal.home.models import Report
from tests.cast import SINCE, TODAY, Cast, save, signed_in
from tests.funding import return_story
from tests.funding.return_story import Story

WORD = "zebra"


def meeting(cast: Cast, day: str = "2024-01-15", **facts: Any) -> Meeting:
    starts = datetime.fromisoformat(f"{day}T10:00:00+00:00")
    return save(Meeting(**{"partnership": cast.surrey, "body": cast.executive, "starts_at": starts} | facts))


def item(of: Meeting, title: str = f"{WORD} item", position: int = 1, **facts: Any) -> AgendaItem:
    return save(AgendaItem(partnership=of.partnership, meeting=of, position=position, title=title, **facts))


def beneath(under: AgendaItem) -> list[Any]:
    """One record of each kind that belongs to an agenda item."""
    of: dict[str, Any] = {"partnership": under.partnership, "item": under}
    body = {"body": under.meeting.body, "restricted": under.restricted}
    return [
        save(Recommendation(**of, position=1, verb="approved", text=f"a {WORD} asked")),
        save(KeyPoint(**of, position=1, text=f"a {WORD} said")),
        save(Paper(**of, title=f"a {WORD} paper", url="https://papers.example/")),
        save(
            Decision(**of, **body, reference="EXEC/2024/01", verb="agreed", text=f"a {WORD}", taken_on=TODAY)
        ),
        save(Action(**of, **body, reference="EXEC/2024/A01", text=f"feed the {WORD}")),
    ]


def comment(on: Meeting | AgendaItem, text: str = f"not a {WORD}", answered: str = "") -> MinutesComment:
    """A comment on circulated minutes: on the whole, or beside an item."""
    about = None if isinstance(on, Meeting) else on
    of: dict[str, Any] = {"partnership": on.partnership}
    minutes: dict[str, Any] = of | {"meeting": about.meeting if about else on}
    sent = Circulation.objects.create(**minutes, circulated_on=TODAY, closes_on=TODAY)
    made = MinutesComment.objects.create(**minutes, circulation=sent, item=about, text=text, made_on=TODAY)
    if answered:
        CommentAnswer.objects.create(**of, comment=made, accepted=True, text=answered, answered_on=TODAY)
    return made


def decision(cast: Cast, number: int, text: str = WORD, **facts: Any) -> Decision:
    given = {
        "partnership": cast.surrey,
        "body": cast.executive,
        "reference": f"EXEC/2024/{number:04d}",
        "taken_on": TODAY,
        "verb": "agreed",
    }
    return save(Decision(**given | facts, text=text))


def whole_partnership(cast: Cast) -> None:
    """One record of every kind with the word in it."""
    of: dict[str, Any] = {"partnership": cast.surrey}
    save(Body(**of, name=f"The {WORD} Board", code="ZEB", kind=Body.Kind.BOARD, first_day=SINCE))
    under = item(meeting(cast, place=f"The {WORD} room"))
    beneath(under)
    comment(under)
    review = save(Review(**of, kind="dhr", reference="DHR/2015/01", place=f"{WORD} town"))
    save(ReviewRecommendation(**of, review=review, position=1, text=f"look at the {WORD}"))
    save(Engagement(**of, kind="youth", title=f"{WORD} evening", first_day=TODAY))
    save(Milestone(**of, title=f"{WORD} counted", due=TODAY))
    agreement = save(Product(**of, kind="agreement", title="Agreement", edition="1"))
    save(AgreementParty(**of, agreement=agreement, partner=cast.woking, commits=f"to count the {WORD}"))
    first = save(Priority(**of, number=1, title=f"{WORD} first"))
    plan = {"reference": "1.1", "objective": "Animals", "title": "Count", "outcome": f"every {WORD}"}
    save(DeliveryAction(**of, priority=first, **plan, due=TODAY))
    period = {"first_day": date(2023, 10, 1), "last_day": date(2023, 12, 31)}
    save(Report(**of, kind="highlight", to=cast.executive, title=f"{WORD} highlights", **period))
    save(
        Intervention(
            **of,
            title=f"{WORD} patrol",
            provider=cast.woking.organisation,
            partner=cast.woking,
            first_day=TODAY,
        )
    )
    grant = save(Grant(**of, title="Duty", funder=cast.surrey.convener, recipient=cast.surrey.convener))
    save(
        Award(
            **of,
            grant=grant,
            reference="A1",
            financial_year=2023,
            title=f"{WORD} crossing",
            purpose="analysis",
            cost_type="labour",
            recipient=cast.woking.organisation,
            partner=cast.woking,
            amount=1,
            first_day=date(2023, 4, 1),
            last_day=date(2024, 3, 31),
        )
    )
    story = queried(cast)
    of_money = {**of, "amount": 12, "reference": f"{WORD} 7"}
    save(PaymentMade(**of_money, award=story.analyst, paid_on=TODAY))
    save(PaymentReceived(**of_money, grant=story.grant, financial_year=2023, received_on=TODAY))
    moved(cast, story, reason=f"for the {WORD}")


def moved(cast: Cast, story: Story, **facts: Any) -> Virement:
    """Money given to the story's analyst of what is not awarded yet."""
    asked = Wanted(
        **{
            "source": story.grant.allocations.get(cost_type="labour"),
            "target": Award.objects.get(pk=story.analyst.pk),
            "amount": Decimal("250.00"),
            "decision": story.agreed,
            "reason": "So",
            **facts,
        }
    )
    seen = virements.preview(wanted=asked, today=TODAY).seen
    return virements.move_money(wanted=asked, as_seen=seen, today=TODAY, by=cast.finance)


def queried(cast: Cast) -> Story:
    """A return that was sent, and what the funder asks about it."""
    story = return_story.complete(return_story.begin(cast))
    return_story.certify(story)
    sent = return_story.act(story, "mark_sent", cast.finance, sent_on=TODAY)
    asked = {"asked_on": TODAY, "asked_by": "Grant manager", "text": f"Who counted the {WORD}?"}
    save(FunderQuery(partnership=cast.surrey, quarterly_return=sent, **asked))
    return story


def many_points(cast: Cast, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO governance_keypoint (id, version, created_at, partnership_id, item_id, position,
                   kind, speaker_kind, speaker_role, text, withdrawn)
               SELECT gen_random_uuid(), 1, now(), %s::uuid, %s::uuid, n, 'point', 'nobody', '', %s, false
               FROM generate_series(1, %s) n""",
            [cast.surrey.pk, item(meeting(cast), title="Long").pk, WORD, number],
        )


def found(user: Any, query: str = f"q={WORD}", slug: str = "surrey") -> str:
    answer = signed_in(user).get(f"/{slug}/search/?{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def kinds(page: str) -> list[str]:
    return sorted(re.findall(r'<p class="results__kind">([^<]+?)(?: <strong.*)?</p>', page))


def counts(page: str) -> list[str]:
    return re.findall(r"<a href=\"\?q=[^>]+>([^<]+ \([^)]+\))</a>", page)
