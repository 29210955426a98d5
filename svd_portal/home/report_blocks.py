"""A report in blocks: the same for its page, PDF, Word file and plain text."""

from typing import Any

from django.utils.translation import gettext as _

from svd_portal.home.rules.reports import day, pounds
from svd_portal.kit.blocks import Block, Bullets, Heading, Paragraph, Table, paragraphs

Content = dict[str, Any]


def about(content: Content) -> str:
    """The line under the title: for whom, for which time."""
    period = _("%(first)s to %(last)s") % {
        "first": day(content["first_day"]),
        "last": day(content["last_day"]),
    }
    return _("For %(body)s, %(period)s") % {"body": content["to"], "period": period}


def blocks_of(content: Content) -> list[Block]:
    """Everything the report says; a part without words and without figures is left out."""
    facts, texts = content["facts"], content["texts"]
    found: list[Block] = []
    if content["heading"]:
        found.append(Paragraph(content["heading"], _("Under the heading:")))
    if content["topic"]:
        found += [Paragraph(content["topic"], _("Topic:")), *paragraphs(content["need"], _("Need:"))]
    found += _part(_("Summary"), texts["summary"])
    found += _part(_("What moved since the last report"), "", _moved(content))
    found += _part(_("Decisions"), texts["decided"], _decisions(facts))
    found += _part(_("Actions"), texts["done"], _late(facts["actions"]))
    found += _part(
        _("Milestones and delivery"),
        texts["delivered"],
        [*_milestones(facts["milestones"]), *_delivery(facts["delivery"])],
    )
    found += _part(_("Money"), texts["spent"], [*_spend(facts["spend"]), *_awards(facts["awards"])])
    found += _part(_("Escalations"), texts["escalated"], _escalations(facts["escalations"]))
    found += _part(_("What comes next, and what we ask"), texts["ahead"])
    return [*found, Paragraph(_("Figures as on %(day)s.") % {"day": day(content["figures_as_on"])})]


def _whole_day(on: Any) -> str:
    """A day for a narrow column: never cut at its spaces."""
    return day(on).replace(" ", "\N{NO-BREAK SPACE}")


def _part(heading: str, text: str, further: list[Block] | None = None) -> list[Block]:
    inside = [*paragraphs(text), *(further or [])]
    return [Heading(heading), *inside] if inside else []


def _moved(content: Content) -> list[Block]:
    if content["since"] is None:
        return []
    if not content["moved"]:
        said = _("Nothing moved since the report up to %(day)s.") % {"day": day(content["since"])}
        return [Paragraph(said)]
    return [
        Paragraph(_("Since the report up to %(day)s:") % {"day": day(content["since"])}),
        Bullets(tuple(content["moved"])),
    ]


def _decisions(facts: Content) -> list[Block]:
    rows = facts["decisions"]
    taken = sum(facts["decided"].values()) + facts.get("notices", 0)  # reports frozen earlier count them in
    if not rows:
        return []
    cells = tuple(
        (row["reference"], f"{row['body']} {row['verb']} {row['text']}", _whole_day(row["day"]))
        for row in rows
    )
    caption = _("Decisions of the period")
    if taken > len(rows):
        caption = _("The first %(shown)s of %(all)s decisions") % {"shown": len(rows), "all": taken}
    return [Table(caption, (_("Reference"), _("Decision"), _("Day")), cells, (18, 62, 20))]


def _late(actions: Content) -> list[Block]:
    if not actions["late"]:
        return []
    cells = tuple(
        (row["reference"], row["text"], row["owner"], _whole_day(row["due"])) for row in actions["late"]
    )
    headings = (_("Reference"), _("Action"), _("Owner"), _("Due"))
    return [Table(_("Actions that are overdue"), headings, cells, (18, 42, 22, 18))]


def _milestones(rows: list[Content]) -> list[Block]:
    if not rows:
        return []
    cells = tuple((row["title"], _whole_day(row["due"]), row["status"]) for row in rows)
    return [Table(_("Milestones"), (_("Milestone"), _("Due"), _("Status")), cells, (56, 24, 20))]


def _delivery(rows: list[Content]) -> list[Block]:
    if not rows:
        return []
    cells = tuple(
        (f"{row['reference']} {row['title']}", row["lead"], row["rag"], row["reported"] or _("Nothing"))
        for row in rows
    )
    headings = (_("Delivery action"), _("Lead"), _("Progress"), _("Reported in the period"))
    return [Table(_("Delivery plan"), headings, cells, (34, 20, 16, 30))]


def _spend(spend: Content) -> list[Block]:
    if not spend["lines"]:
        return []
    names = ("allocation", "awarded", "spent", "year_end")
    cells = tuple((line["label"], *(pounds(line[name]) for name in names)) for line in spend["lines"])
    headings = (
        _("Cost type"),
        _("Allocation"),
        _("Awarded or proposed"),
        _("Spent, year to date"),
        _("Forecast to year end"),
    )
    return [Table(_("Money in %(year)s") % {"year": spend["year"]}, headings, cells, (36, 16, 16, 16, 16))]


def _awards(rows: list[Content]) -> list[Block]:
    if not rows:
        return []
    cells = tuple(
        (
            f"{row['reference']} {row['title']}",
            row["recipient"],
            row["year"],
            pounds(row["award"]),
            pounds(row["spent"]),
        )
        for row in rows
    )
    headings = (_("Award"), _("Recipient"), _("Year"), _("Awarded"), _("Spent"))
    return [Table(_("Awards that serve the topic"), headings, cells, (36, 22, 12, 15, 15))]


def _escalations(rows: list[Content]) -> list[Block]:
    if not rows:
        return []
    cells = tuple((row["reference"], row["title"], row["from"], row["to"], row["state"]) for row in rows)
    headings = (_("Reference"), _("Issue"), _("From"), _("To"), _("Standing"))
    return [Table(_("Issues escalated"), headings, cells, (16, 32, 18, 18, 16))]
