"""Three tiers of bodies that report to one another, for the tests of escalations."""

from dataclasses import dataclass
from typing import Any

from governance.models import Body, Escalation, ReportingLine
from governance.services import escalations
from governance.services.escalations import Issue
from tests.cast import SINCE, save
from tests.governance.scene import TODAY, Scene, elsewhere

ISSUE = Issue(title="Missing data", asked="Press partners to share.", why_now="The assessment is due.")


@dataclass
class Tiers:
    """An operational group reports to the Executive, the Executive to a board that is run elsewhere."""

    scene: Scene
    group: Body
    board: Body

    @property
    def executive(self) -> Body:
        return self.scene.cast.executive

    def raise_up(self, by: Any = None, **given: Any) -> Escalation:
        facts = {
            "body_id": self.group.pk,
            "to_id": self.executive.pk,
            "issue": ISSUE,
            "raised_on": TODAY,
            "today": TODAY,
            "by": by or self.scene.cast.lead,
        }
        return escalations.raise_up(**facts | given)

    def step(self, name: str, escalation: Escalation, by: Any = None, **given: Any) -> Escalation:
        facts = {
            "escalation_id": escalation.pk,
            "version": Escalation.objects.get(pk=escalation.pk).version,
            "on": TODAY,
            "today": TODAY,
            "by": by or self.scene.cast.lead,
        }
        return getattr(escalations, name)(**facts | given)  # type: ignore[no-any-return]

    def pass_on(self, escalation: Escalation, by: Any = None, **given: Any) -> Escalation:
        facts = {
            "escalation_id": escalation.pk,
            "to_id": self.board.pk,
            "issue": ISSUE,
            "raised_on": TODAY,
            "today": TODAY,
            "by": by or self.scene.cast.lead,
        }
        return escalations.pass_on(**facts | given)


def line(body: Body, to: Body) -> None:
    kind = ReportingLine.Kind.REPORTS_TO
    save(ReportingLine(partnership=body.partnership, body=body, to=to, kind=kind, first_day=SINCE))


def set_tiers(scene: Scene) -> Tiers:
    group = save(
        Body(
            partnership=scene.cast.surrey,
            name="Operational Group",
            code="OPG",
            kind=Body.Kind.OPERATIONAL,
            first_day=SINCE,
        )
    )
    board = elsewhere(scene.cast)
    line(group, scene.cast.executive)
    line(scene.cast.executive, board)
    return Tiers(scene, group, board)
