"""The file of reports: begun from the record by the portal's own service, then worded and frozen."""

from typing import Any

from svd_portal.home.importing.cells import DATE, choice
from svd_portal.home.importing.keys import ILLUSTRATIVE
from svd_portal.home.importing.tables import Column, Reference, Table, Values
from svd_portal.home.models import Report
from svd_portal.home.models.reports import TEXTS
from svd_portal.home.services import reports


def _report(values: Values, by: Any) -> bool:
    """Begin a report and freeze it on its day, unless it is there; says whether anything was done.

    Raises:
        DomainError: a rule of reports refuses it.
        PermissionDenied: the person may not manage the programme today.
    """
    by = values["person"]
    to = values["to"]
    written_on = values["written_on"]
    frozen_on = values.get("frozen_on")
    made = Report.objects.filter(to=to, title=values["title"], first_day=values["first_day"]).first()
    begun = made is None
    if made is None:
        topic = values.get("topic")
        made = reports.begin(
            partnership=to.partnership,
            kind=values["kind"],
            to_id=to.pk,
            title=values["title"],
            heading=values.get("heading", ""),
            topic_id=topic.pk if topic else None,
            first_day=values["first_day"],
            last_day=values["last_day"],
            today=written_on,
            by=by,
        )
        for name in TEXTS:
            setattr(made, name, values.get(name) or getattr(made, name))
        made.illustrative = values.get("illustrative", False)
        made.save_by(by)
    if frozen_on is None or not made.is_draft:
        return begun
    reports.freeze(report_id=made.pk, version=made.version, today=frozen_on, by=by)
    return True


REPORTS = Table(
    "reports",
    Report,
    (
        Column("to", Reference("bodies"), needed=True, help="the body that reads it"),
        Column("kind", choice(Report.Kind.choices), needed=True),
        Column("person", Reference("people"), needed=True, help="who wrote it; must hold the role today"),
        Column("title", needed=True),
        Column("heading", help="for our part of another body’s report: the heading it stands under"),
        Column("topic", Reference("priorities"), help="for a scrutiny report"),
        Column("first_day", DATE, needed=True),
        Column("last_day", DATE, needed=True),
        Column(
            "written_on",
            DATE,
            needed=True,
            stored=False,
            help="its first words are the record’s as on this day",
        ),
        *(Column(name, help="empty keeps the words the record gives") for name in TEXTS),
        Column("frozen_on", DATE, help="empty for a draft"),
        ILLUSTRATIVE,
    ),
    key=lambda values: (values["to"], values["title"], values["first_day"]),
    perform=_report,
    help="Reports upwards. Figures come from the record as it stands when the folder is loaded.",
)
