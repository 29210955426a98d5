"""The tenant gate, and the page classes that stand behind it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.views.generic import DetailView, FormView, TemplateView

from partners import access
from partners.models import Partnership
from partners.readings import One
from partners.roles import Permission
from svd_portal.kit import clock, presses, slots
from svd_portal.kit.errors import DomainError
from svd_portal.kit.services.keys import sent_before
from svd_portal.kit.statements import Given, Statement

_called: Statement[Partnership] = Statement(
    lambda: Partnership.objects.filter(slug=Given("slug", Partnership._meta.get_field("slug")))
)


class PartnershipGate:
    """Strangers are asked to sign in, whether the address is real or not; outsiders get 404, members without
    the right 403. Sets `request.partnership` and `request.rights`.

    `permission` names the right a page needs, or `any_of` several; for a right on a partner or body, holding
    it anywhere opens the page and the service asks again about the object. Override `allowed` for anything
    finer.
    """

    permission: Permission = Permission.PARTNERSHIP_VIEW
    any_of: tuple[Permission, ...] = ()
    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        partnership = _called.first(slug=kwargs["slug"])
        rights = access.rights(request.user, partnership) if partnership else access.Rights()
        if partnership is None or not rights.on(Permission.PARTNERSHIP_VIEW):
            raise Http404("No such page.")
        request.partnership, request.rights = partnership, rights
        access.remember(request.user, partnership, rights)
        if not self.allowed(request.rights):
            raise PermissionDenied(self.refusal)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc, no-any-return]

    @property
    def refusal(self) -> str:
        """Which right a member lacks; nothing where they have it, and it is not theirs for this record."""
        return "" if self._opens(self.rights) else access.lacking(*self._opened_by)

    def allowed(self, rights: access.Rights) -> bool:
        return self._opens(rights)

    def _opens(self, rights: access.Rights) -> bool:
        return any(rights.on(right) for right in self._opened_by)

    @property
    def _opened_by(self) -> tuple[Permission, ...]:
        return self.any_of or (self.permission,)

    @property
    def partnership(self) -> Partnership:
        return self.request.partnership

    @property
    def rights(self) -> access.Rights:
        return self.request.rights

    @cached_property
    def today(self) -> Any:
        return clock.today()

    def readable(self, model: Any) -> Any:
        """`model`'s rows that this person may see here."""
        return model.objects.for_user(self.request.user, self.partnership)

    def readable_or_404(self, model: Any, **lookup: Any) -> Any:
        try:
            return self.readable(model).get(**lookup)
        except model.DoesNotExist:
            raise Http404("No such page.") from None

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        context = super().get_context_data(**context)  # type: ignore[misc]
        context.update(
            rights=self.rights,
            slot=lambda name, subject: slots.render(name, self.request, subject),
        )
        return context


class PartnershipPage(PartnershipGate, TemplateView):
    """A page of a partnership."""


class PartnershipDetail(PartnershipGate, DetailView):
    """One record's page; a record the person may not see is not found.

    `one` reads the record as `get_queryset` does, composed once.
    """

    model: type[models.Model]
    one: One[Any] | None = None

    def get_queryset(self) -> Any:
        return self.readable(self.model)

    def get_object(self, queryset: Any = None) -> Any:
        if self.one is None:
            return super().get_object(queryset)
        found = self.one.find(self.request.user, self.partnership, self.kwargs["pk"])
        if found is None:
            raise Http404("No such page.")
        return found


class PartnershipFormView(PartnershipGate, FormView):
    """Parse, call, render: a form whose `perform` calls one service.

    With `model` and a `pk` in the address the record is read first, as `self.object`. What a service refuses
    is shown beside the field with everything typed kept; a stale edit shows both texts.
    """

    model: type[models.Model] | None = None
    done_message = ""
    goes_on = False
    """Whether the service itself goes on from a form that is sent again and says something else."""

    @cached_property
    def object(self) -> Any:
        return self.readable_or_404(self.model, pk=self.kwargs["pk"]) if self.model else None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _ = self.object
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _ = self.object
        return super().post(request, *args, **kwargs)

    def perform(self, form: Any) -> Any:
        raise NotImplementedError("Call one service and return what it returns.")

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            if not self.goes_on and presses.says_something_else(self.request, form):
                raise sent_before()
            result = self.perform(form)
        except DomainError as refusal:
            form.add_service_error(refusal)
            return self.form_invalid(form)
        presses.remember(self.request, form)
        if message := self.get_done_message(result):
            messages.success(self.request, message)
        return HttpResponseRedirect(self.get_done_url(result))

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_done_message(self, result: Any) -> str:
        return str(self.done_message)

    def get_done_url(self, result: Any) -> str:
        return str(self.get_success_url())

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(object=self.object, **context)
