"""What is said about a return: to a warning, to a partner's comment, to the funder's query."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from funding.forms.returns import (
    AnswerQueryForm,
    CommentAnswerForm,
    ExplainForm,
    MoreTimeForm,
    QueryForm,
)
from funding.models import FunderQuery, QuarterlyReturn, ReturnComment, ReturnExplanation, ReturnStep
from funding.rules import findings, snapshots
from funding.rules.comments import Asked
from funding.rules.controls import Move
from funding.selectors import return_comments, return_page
from funding.selectors import returns as selectors
from funding.services import return_comments as talk
from funding.services import return_funder as funder
from funding.services import return_words as words
from funding.views.return_forms import ReturnForm
from funding.views.returns import EXPLAINED
from partners.roles import Permission
from partners.views.base import PartnershipGate
from svd_portal.kit import files
from svd_portal.kit.format import long_date
from svd_portal.kit.rules.findings import Finding


class Beside(ReturnForm):
    """A form about something that is said beside a return: it stands above the form."""

    permission = Permission.PARTNERSHIP_MANAGE_FUNDING
    template_name = "funding/returns/beside.html"
    place = ""

    def get_done_url(self, result: Any) -> str:
        return f"{return_page.address(self.subject, self.default_grant)}#{self.place}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if refusal := self.why_not():
            messages.warning(request, str(refusal))
            return HttpResponseRedirect(self.get_done_url(None))
        return super().get(request, *args, **kwargs)

    def why_not(self) -> Any:
        """Why nothing is said here now; empty where it may be."""
        return ""

    def above(self) -> list[tuple[Any, str]]:
        """What it is said to: headings and texts."""
        return []

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(above=self.above(), **context)


class Explain(Beside):
    """The preparer's sentence to one warning, which the address names by the hash of its words."""

    model = QuarterlyReturn
    form_class = ExplainForm
    title, submit = _("Say something to a warning"), _("Save")
    done_message = _("The sentence is saved.")
    place = "findings"

    @cached_property
    def known(self) -> selectors.Facts | None:
        return selectors.facts(self.object) if self.object.status in EXPLAINED else None

    @cached_property
    def warning(self) -> Finding:
        warned = findings.warnings(self.known.findings if self.known else ())
        for each in warned:
            if snapshots.digest(each.sentence) == self.kwargs["digest"]:
                return each
        raise Http404("No such warning.")

    @cached_property
    def current(self) -> ReturnExplanation | None:
        said = self.known.explanations if self.known else []
        return next((each for each in said if each.digest == self.kwargs["digest"]), None)

    def why_not(self) -> Any:
        if self.known is None:
            return _("The return is no longer being prepared. Send it back to change what is said.")
        _found = self.warning
        return ""

    def above(self) -> list[tuple[Any, str]]:
        return [(_("What the checks found"), self.warning.sentence)]

    def get_initial(self) -> dict[str, Any]:
        return {"text": self.current.text, "said": self.current.version} if self.current else {}

    def perform(self, form: ExplainForm) -> QuarterlyReturn:
        if self.known is None:
            raise Http404("No such warning.")
        words.explain(
            return_id=self.object.pk,
            warning=self.warning.sentence,
            text=form.cleaned_data["text"],
            version=form.cleaned_data["said"] or None,
            by=self.request.user,
        )
        return self.subject

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        if self.known is None:
            raise Http404("No such warning.")
        return super().get_context_data(**context)


class MoreTime(Beside):
    """A later last day for comments, while the window is open."""

    model = QuarterlyReturn
    form_class = MoreTimeForm
    title, submit = _("Give partners more time"), _("Give more time")
    intro = _("Everyone who comments for a partner is told by e-mail. The day is never moved back.")
    done_message = _("Partners have more time, and are told.")
    place = "comments"

    @cached_property
    def asked(self) -> Asked | None:
        commenting = self.object.status == QuarterlyReturn.Status.COMMENTING
        return return_comments.asked(self.object) if commenting else None

    def why_not(self) -> Any:
        if self.asked and self.asked.open_on(self.today):
            return ""
        return _("Comments are not being waited for, so there is no day to move.")

    def above(self) -> list[tuple[Any, str]]:
        if self.asked is None:
            return []
        waited = ", ".join(self.asked.waited_for) or str(_("Everybody has spoken."))
        return [(_("Comments until"), long_date(self.asked.closes_on)), (_("Not yet heard"), waited)]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def perform(self, form: MoreTimeForm) -> QuarterlyReturn:
        return talk.give_more_time(
            return_id=self.object.pk, by=self.request.user, today=self.today, **form.cleaned_data
        )


class AnswerComment(Beside):
    model = ReturnComment
    form_class = CommentAnswerForm
    title, submit = _("Answer a comment"), _("Save the answer")
    done_message = _("The comment is answered.")
    place = "comments"

    @property
    def subject(self) -> QuarterlyReturn:
        found: QuarterlyReturn = self.object.quarterly_return
        return found

    def why_not(self) -> Any:
        return _("This comment was answered already.") if hasattr(self.object, "answer") else ""

    def above(self) -> list[tuple[Any, str]]:
        return [(self.object.partner.organisation.name, self.object.text)]

    def perform(self, form: CommentAnswerForm) -> QuarterlyReturn:
        talk.answer(
            comment_id=self.object.pk,
            text=form.cleaned_data["text"],
            by=self.request.user,
            today=self.today,
        )
        return self.subject


class Query(Beside):
    model = QuarterlyReturn
    form_class = QueryForm
    title, submit = Move.QUERY.label, _("Save the query")
    intro = _("It is kept as the funder put it, with our answer beside it, for every partner to read.")
    done_message = _("The query is recorded.")
    place = "queries"

    def why_not(self) -> Any:
        with_funder = self.object.status in ("sent", "queried") and not self.object.superseded_at
        return "" if with_funder else _("This return is not with the funder.")

    def perform(self, form: QueryForm) -> QuarterlyReturn:
        funder.record_query(
            return_id=self.object.pk, by=self.request.user, today=self.today, **form.cleaned_data
        )
        return self.subject


class AnswerQuery(Beside):
    model = FunderQuery
    form_class = AnswerQueryForm
    title, submit = Move.ANSWER.label, _("Save the answer")
    place = "queries"

    @property
    def subject(self) -> QuarterlyReturn:
        found: QuarterlyReturn = self.object.quarterly_return
        return found

    def why_not(self) -> Any:
        return _("This query was answered already.") if self.object.answered_on else ""

    def above(self) -> list[tuple[Any, str]]:
        return [(self.object.asked_by, self.object.text)]

    def get_initial(self) -> dict[str, Any]:
        return {"answer": self.object.answer}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def get_done_message(self, result: FunderQuery) -> str:
        return str(
            _("The query is answered.") if result.answered_on else _("The draft of the answer is kept.")
        )

    def perform(self, form: AnswerQueryForm) -> FunderQuery:
        return funder.answer_query(
            query_id=self.object.pk, by=self.request.user, today=self.today, **form.cleaned_data
        )


class QueryPlace(PartnershipGate, View):
    """Where a query is found again: on its return's page."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        query = self.readable_or_404(FunderQuery, pk=kwargs["pk"])
        default = return_page.default_grant(self.partnership)
        address = return_page.address(query.quarterly_return, default)
        return HttpResponseRedirect(f"{address}#queries")


class StepEvidence(PartnershipGate, View):
    """The file that shows a return was sent, or accepted; everyone in the partnership sees it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = (
            self.readable(ReturnStep)
            .filter(pk=kwargs["pk"], evidence__isnull=False)
            .select_related("evidence")
            .first()
        )
        if found is None:
            raise Http404("No such page.")
        return files.response(found.evidence)
