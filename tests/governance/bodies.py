"""A body and a reporting line to set up, for the tests of bodies and seats."""

from datetime import date
from typing import Any

from governance.models import Body, ReportingLine
from governance.services import bodies
from tests.governance.scene import TODAY, Scene

LAST = date(2024, 3, 31)
NEXT = date(2024, 4, 1)


def body(scene: Scene, **given: Any) -> Body:
    facts = {"name": "Data group", "code": "DATA", "kind": "subgroup", "run_here": True, "first_day": TODAY}
    return bodies.create(partnership=scene.cast.surrey, by=scene.cast.lead, **facts | given)


def line(scene: Scene, start: Body, to: Body, **given: Any) -> ReportingLine:
    facts = {"kind": "reports_to", "first_day": TODAY}
    return bodies.add_line(body_id=start.pk, to_id=to.pk, by=scene.cast.lead, **facts | given)
