"""What is done with a quarterly return: one form for each step, one service behind each form."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from funding import return_presenters as present
from funding.forms.returns import (
    AcceptForm,
    AskForm,
    CertifyForm,
    CheckForm,
    CommentForm,
    NarrativeForm,
    NewEditionForm,
    NoteForm,
    OpenReturnForm,
    SendBackForm,
    SentForm,
    SubmitForm,
)
from funding.models import QuarterlyReturn, ReturnNarrative
from funding.rules import snapshots
from funding.rules.comments import first_close
from funding.rules.controls import Move
from funding.rules.timetable import Stop
from funding.selectors import return_comments, return_page
from funding.selectors import returns as selectors
from funding.selectors.claims import reporting_quarter
from funding.selectors.owing import deadlines
from funding.services import return_comments as talk
from funding.services import return_funder as funder
from funding.services import returns as services
from partners.access import Rights
from partners.models import Partner
from partners.roles import Permission
from partners.views.base import PartnershipFormView
from svd_portal.kit.addresses import reverse


class ReturnForm(PartnershipFormView):
    """What every form about a return shares."""

    template_name = "kit/form_page.html"
    title: Any = ""
    submit: Any = _("Save")
    intro: Any = ""

    @cached_property
    def default_grant(self) -> Any:
        return return_page.default_grant(self.partnership)

    @property
    def subject(self) -> QuarterlyReturn:
        found: QuarterlyReturn = self.object
        return found

    def get_done_url(self, result: Any) -> str:
        return return_page.address(result, self.default_grant)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        here = return_page.address(self.subject, self.default_grant)
        return super().get_context_data(
            title=self.title,
            submit=self.submit,
            intro=self.intro,
            cancel_href=here,
            breadcrumbs=present.breadcrumbs(self.subject, (self.title, ""), here=here),
            **context,
        )


class Open(ReturnForm):
    permission = Permission.PARTNERSHIP_MANAGE_FUNDING
    form_class = OpenReturnForm
    title, submit = _("Open a quarterly return"), _("Open the return")
    intro = _("Partners' reports for the quarter are gathered in it. Its narrative can be written at once.")
    done_message = _("The return is open.")

    def get_form_kwargs(self) -> dict[str, Any]:
        grants = return_page.grants_first(self.partnership)
        return super().get_form_kwargs() | {"grants": grants, "today": self.today}

    def get_initial(self) -> dict[str, Any]:
        """The last quarter that has ended: it is the one to be returned."""
        ended = reporting_quarter(self.today)
        return {"year": ended.year.start, "quarter": ended.number}

    def perform(self, form: Any) -> QuarterlyReturn:
        return services.open_return(by=self.request.user, **form.cleaned_data)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        register = reverse("funding:returns", args=[slug])
        crumbs = [
            (_("Funding"), reverse("funding:home", args=[slug])),
            (_("Quarterly returns"), register),
            (self.title, ""),
        ]
        return super(ReturnForm, self).get_context_data(
            title=self.title,
            submit=self.submit,
            intro=self.intro,
            cancel_href=register,
            breadcrumbs=crumbs,
            **context,
        )


class Narrative(ReturnForm):
    permission = Permission.PARTNERSHIP_MANAGE_FUNDING
    model = ReturnNarrative
    form_class = NarrativeForm
    done_message = _("The text is saved.")

    @property
    def title(self) -> Any:
        return self.object.section.heading

    @property
    def subject(self) -> QuarterlyReturn:
        found: QuarterlyReturn = self.object.quarterly_return
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "version": self.object.version,
            "prompt": self.object.section.prompt,
        }

    def get_initial(self) -> dict[str, Any]:
        return {"text": self.object.text}

    def perform(self, form: Any) -> QuarterlyReturn:
        services.write_narrative(narrative_id=self.object.pk, by=self.request.user, **form.cleaned_data)
        return self.subject


class MoveForm(ReturnForm):
    """A form that makes one move; where the move is not open to this person, they are told why."""

    move: Move
    model = QuarterlyReturn
    template_name = "funding/returns/move.html"
    form_class: Any = NoteForm

    @property
    def title(self) -> Any:
        return self.move.label

    submit = property(lambda self: self.move.label)

    def allowed(self, rights: Rights) -> bool:
        return any(rights.on(right) for right in return_page.RIGHTS[self.move])

    @property
    def permission(self) -> Permission:  # type: ignore[override]
        return return_page.RIGHTS[self.move][0]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refusal = self._why_not()
        if refusal:
            messages.warning(request, refusal)
            return HttpResponseRedirect(return_page.address(self.subject, self.default_grant))
        return super().get(request, *args, **kwargs)

    def _why_not(self) -> str:
        """Why the move cannot be made now."""
        offers = return_page.offers(
            self.subject,
            user=self.request.user,
            rights=self.rights,
            steps=list(self.subject.steps.all()),
            signing=return_page.certifiers(self.subject),
            blocking=len(self.known.blocking) if self.known else 0,
            unexplained=len(self.known.unexplained) if self.known else 0,
        )
        offer = next((each for each in offers if each.move == self.move), None)
        if offer is None:
            return str(_("“%(move)s” is not the next step of this return.") % {"move": self.move.label})
        return offer.why_not

    def facts(self, form: Any) -> dict[str, Any]:
        """What the service needs beside the return and the person."""
        return {"today": self.today, **form.cleaned_data}

    def perform(self, form: Any) -> Any:
        return self.service(return_id=self.object.pk, by=self.request.user, **self.facts(form))

    service: Callable[..., Any]

    @cached_property
    def shown(self) -> tuple[selectors.Facts | None, dict[str, Any]]:
        return selectors.shown(self.subject, today=self.today)

    @property
    def known(self) -> selectors.Facts | None:
        return self.shown[0]

    @property
    def content(self) -> dict[str, Any]:
        """What the return says on this page."""
        return self.shown[1]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            content=self.content,
            cover=self.content["cover"],
            snapshot=self.subject.snapshot,
            present=present,
            **context,
        )


class Ask(MoveForm):
    move = Move.ASK
    service = staticmethod(talk.ask_for_comments)
    form_class = AskForm
    intro = _(
        "Everyone who comments for a partner is told by e-mail, with no figure in it. Reports and texts are "
        "closed meanwhile. A partner that says nothing is recorded as silent, and the return goes on."
    )
    done_message = _("Partners are asked to comment.")

    def get_initial(self) -> dict[str, Any]:
        return {"closes_on": first_close(_comments_day(self.subject), self.today)}


def _comments_day(quarterly_return: QuarterlyReturn) -> date:
    return next(each.day for each in deadlines(quarterly_return) if each.stop == Stop.COMMENTS)


class Submit(MoveForm):
    move = Move.SUBMIT
    service = staticmethod(services.submit_for_check)
    form_class: Any = SubmitForm
    intro: Any = _(
        "Reports and texts are closed while finance checks them. It can be sent back to be changed."
    )
    done_message = _("The return is with finance for checking.")

    @cached_property
    def asked(self) -> Any:
        return return_comments.asked(self.subject)

    @property
    def waits(self) -> bool:
        return bool(self.asked and self.asked.holds_up(self.today))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"waits": self.waits}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(asked=self.asked, waits=self.waits, **context)


class Skip(Submit):
    move = Move.SKIP
    waits = True  # type: ignore[assignment]
    intro = _(
        "This grant asks partners to comment before the finance check. Say why they are not asked this time."
    )


class Check(MoveForm):
    move = Move.CHECK
    service = staticmethod(services.pass_check)
    form_class = CheckForm
    intro = _("Passing the check locks the figures and texts and gives them a hash, to be certified.")
    done_message = _("The figures are locked and ready to certify.")

    def get_initial(self) -> dict[str, Any]:
        return {"sha256": snapshots.digest_read(self.content)}

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page shows the figures as they are now, so what is sent next answers to them."""
        form.data = form.data.copy()
        form.data["sha256"] = snapshots.digest_read(self.content)
        return super().form_invalid(form)


class Certify(MoveForm):
    form_class = CertifyForm
    service = staticmethod(services.certify)
    capacity: str
    intro = _("Your name, role and the date are recorded under exactly the content named by its hash below.")
    done_message = _("You have certified the return.")

    def get_initial(self) -> dict[str, Any]:
        return {"sha256": self.object.snapshot.sha256 if self.object.snapshot else ""}

    def facts(self, form: Any) -> dict[str, Any]:
        facts = super().facts(form)
        facts.pop("confirm")
        return {"capacity": self.capacity, **facts}


class CertifyCfo(Certify):
    move, capacity = Move.CERTIFY_CFO, "cfo"


class CertifyLead(Certify):
    move, capacity = Move.CERTIFY_LEAD, "lead"


class SendBack(MoveForm):
    move = Move.SEND_BACK
    service = staticmethod(services.send_back)
    form_class = SendBackForm
    intro = _("The return opens again for its preparer, and signatures given so far are void.")
    done_message = _("The return was sent back and can be changed again.")


class MarkSent(MoveForm):
    move = Move.MARK_SENT
    service = staticmethod(funder.mark_sent)
    form_class = SentForm
    done_message = _("The return is recorded as sent.")


class Accept(MoveForm):
    move = Move.ACCEPT
    service = staticmethod(funder.record_acceptance)
    form_class = AcceptForm
    done_message = _("The return is recorded as accepted.")


class Correct(MoveForm):
    move = Move.CORRECT
    service = staticmethod(services.new_edition)
    form_class = NewEditionForm
    intro = _(
        "A certified return never changes. A new version begins with its texts, takes every step again "
        "and replaces it; the old one stays readable."
    )
    done_message = _("The new version is open.")

    def facts(self, form: Any) -> dict[str, Any]:
        return dict(form.cleaned_data)


class Comment(ReturnForm):
    permission = Permission.PARTNER_COMMENT_ON_RETURN
    model = QuarterlyReturn
    form_class = CommentForm
    title, submit = _("Comment on the return"), _("Send comment")
    done_message = _("Your comment is recorded.")

    def get_form_kwargs(self) -> dict[str, Any]:
        voices = self.rights.ids(self.permission)
        partners = self.readable(Partner).filter(pk__in=voices).select_related("organisation")
        return super().get_form_kwargs() | {"partners": partners}

    def perform(self, form: Any) -> QuarterlyReturn:
        talk.comment(return_id=self.object.pk, by=self.request.user, today=self.today, **form.cleaned_data)
        return self.subject
