"""What an award rests on: decisions that belong together, whose words keep, and a recipient that exists."""

from datetime import date

import pytest

from funding.rules.stages import Stage
from funding.services import awards as services
from governance.services import decisions
from partners.models import Organisation
from svd_portal.kit.errors import DomainError, ReasonRequired
from tests.cast import TODAY, save
from tests.funding.makers import award, content, decision, stage


def test_a_new_notice_recognises_every_award_under_the_decision(cast, money):
    made, other = (
        award(money, cast.woking, decided=False),
        services.propose_award(grant=money.grant, content=content(cast.woking), by=cast.finance),
    )
    services.link_decision(award_id=made.pk, decision=money.agreed, by=cast.finance)
    decisions.record_notice(
        partnership=cast.surrey,
        number="31/2023",
        title="Mentoring",
        text="To recognise it.",
        author_role="PCC lead officer",
        signed_on=date(2023, 9, 1),
        recognises_id=money.agreed.pk,
        today=TODAY,
        by=cast.officer,
    )
    assert (stage(made), stage(other)) == (Stage.AWARDED, Stage.PROPOSED)


def test_a_notice_of_another_matter_carries_no_award(cast, money):
    made, elsewhere = (
        services.propose_award(grant=money.grant, content=content(cast.woking), by=cast.finance),
        decision(cast, "EXEC/2023/09"),
    )
    services.link_decision(award_id=made.pk, decision=money.agreed, by=cast.finance)
    notice = decision(cast, "32/2023", kind="notice", verb="approved", recognises=elsewhere)
    with pytest.raises(DomainError, match="which did not agree to this award"):
        services.link_decision(award_id=made.pk, decision=notice, by=cast.finance)
    assert stage(made) == Stage.AWAITING_PCC


def test_the_words_of_a_decision_under_an_award_change_only_with_a_reason(cast, money):
    made = award(money, cast.woking)
    change = {"decision_id": money.agreed.pk, "verb": "agreed", "text": "£99,000.", "by": cast.lead}
    with pytest.raises(ReasonRequired, match="Money rests on this decision"):
        decisions.change_outcome(**change, version=1)
    decisions.change_outcome(**change, version=1, reason="A slip of the pen")
    assert stage(made) == Stage.AWARDED


def test_a_recipient_may_be_named_and_exists_when_the_award_begins(cast, money):
    made = services.propose_award(
        grant=money.grant, content=content(cast.woking, recipient="Listening Post"), by=cast.finance
    )
    assert (made.recipient.name, made.recipient.first_day) == ("Listening Post", made.first_day)
    again = services.propose_award(
        grant=money.grant, content=content(cast.woking, recipient="listening post"), by=cast.finance
    )
    assert again.recipient == made.recipient
    later = save(Organisation(name="East Surrey Council", first_day=date(2027, 4, 1)))
    with pytest.raises(DomainError, match="East Surrey Council does not exist on") as refusal:
        services.propose_award(
            grant=money.grant, content=content(cast.woking, recipient=later), by=cast.finance
        )
    assert refusal.value.field == "recipient"
