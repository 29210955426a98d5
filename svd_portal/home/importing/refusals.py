"""What PostgreSQL refuses, in words: the column to look at and the sentence."""

from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from svd_portal.home.importing.problems import RowError

_BY_CODE = {
    "SV001": ("quarter", gettext_lazy("the figures of this quarter are locked and can no longer be changed")),
    "SV002": ("amount", gettext_lazy("all claims together would be more than the award")),
    "SV003": ("amount", gettext_lazy("all claims together would be more than the year’s allocation")),
    "SV004": ("quarter", gettext_lazy("the award does not run in this quarter")),
    "SV005": (
        "award",
        gettext_lazy(
            "there is no spend without a decision: say in award_decisions.csv on which decision and notice"
            " the award rests"
        ),
    ),
}
_BY_CONSTRAINT = {
    "partnership_slug_free": (
        "address",
        gettext_lazy("this address is kept for the portal itself; choose another"),
    ),
    "succession_by_another": ("successor", gettext_lazy("an organisation cannot succeed itself")),
    "body_stays_what_it_is": (
        "kind",
        gettext_lazy("this body has decided; its kind, code and who runs it stay as they are"),
    ),
    "terms_one_draft": (
        "first_day",
        gettext_lazy("a body has one draft; say from when the others run"),
    ),
    "terms_share_of_a_hundred": ("quorum_share", gettext_lazy("write a share of the seats from 1 to 100")),
    "terms_adopted_from_day": ("first_day", gettext_lazy("say from which day they are in force")),
    "decision_how_in_correspondence": (
        "how",
        gettext_lazy("only a decision taken in correspondence says how it was taken"),
    ),
    "seat_one_holder": ("first_day", gettext_lazy("somebody else holds this seat at that time")),
    "body_code_shape": ("code", gettext_lazy("write capital letters and figures, such as EXEC")),
    "reporting_line_to_another": ("to", gettext_lazy("a body cannot report to itself")),
    "attendance_of_someone": ("seat", gettext_lazy("name a seat, a person, or a guest by name or role")),
    "paper_is_file_or_link": ("link", gettext_lazy("give the link to the paper")),
    "supersession_of_another": ("earlier", gettext_lazy("a decision cannot take its own place")),
    "decision_of_a_body": ("body", gettext_lazy("say which body took the decision")),
    "notice_as_signed": (
        "reference",
        gettext_lazy(
            "a decision notice stays as it was signed; withdraw it in the portal and add the new one"
        ),
    ),
    "action_done_has_a_day": ("done_on", gettext_lazy("a done action has the day it was done; no other has")),
    "award_capital_says_why": (
        "capital_reason",
        gettext_lazy("say why this capital strengthens the response"),
    ),
    "award_positive": ("amount", gettext_lazy("an award is more than nothing")),
    "claim_for_another_has_source": (
        "source",
        gettext_lazy("say where the figure came from when the partner did not report it"),
    ),
    "claim_forecast_covers_next": (
        "forecast",
        gettext_lazy("the rest of the year includes the next quarter, so it cannot be less"),
    ),
    "claim_forecast_within_year": (
        "forecast",
        gettext_lazy("after quarter 4 nothing is left of the year: write 0"),
    ),
    "meeting_times_in_order": ("ends", gettext_lazy("the meeting ends before it starts")),
}


def explain(fault: DatabaseError) -> RowError:
    """The refusal as a problem of the row."""
    diagnosis: Any = getattr(fault.__cause__, "diag", None)
    code = str(getattr(fault.__cause__, "sqlstate", "") or "")
    constraint = str(getattr(diagnosis, "constraint_name", "") or "")
    if code in _BY_CODE:
        column, sentence = _BY_CODE[code]
        return RowError(column, str(sentence))
    if constraint in _BY_CONSTRAINT:
        column, sentence = _BY_CONSTRAINT[constraint]
        return RowError(column, str(sentence))
    if constraint.endswith("dates_in_order"):
        return RowError("last_day", _("the last day is before the first day"))
    message = getattr(diagnosis, "message_primary", "") or str(fault)
    return RowError("", _("the database refuses this row: %(message)s") % {"message": message})
