"""Signing in, the start page, and a person's own account."""

from typing import Any

from allauth.account.views import LoginView, LogoutView
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView

from partners import access, demo, selectors
from partners.forms.people import OwnDetailsForm
from partners.roles import Permission
from partners.services import people
from svd_portal.kit import clock


class SignIn(LoginView):
    """The sign-in page; in the demonstration it lists who may be tried out."""

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        if settings.DEMO:
            context |= {"sign_ins": demo.SIGN_INS, "password": demo.PASSWORD}
        return super().get_context_data(**context)


class SignOut(LogoutView):
    """Signing out; the browser forgets the pages it kept, and words that were not saved yet, too."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = super().post(*args, **kwargs)
        answer["Clear-Site-Data"] = '"cache", "storage"'
        return answer


sign_in, sign_out = SignIn.as_view(), SignOut.as_view()


class Start(LoginRequiredMixin, TemplateView):
    """Where a sign-in leads: to the one partnership, to a choice of several, or to whom to ask."""

    template_name = "partners/start.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        partnerships = list(access.scopes(request.user, Permission.PARTNERSHIP_VIEW).order_by("name"))
        if len(partnerships) == 1:
            return HttpResponseRedirect(reverse("home:home", args=[partnerships[0].slug]))
        return self.render_to_response(self.get_context_data(partnerships=partnerships))


class YourAccount(LoginRequiredMixin, TemplateView):
    """Name, job title, roles held, second factor, sessions, password."""

    template_name = "partners/your_account.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        person: Any = self.request.user
        today = clock.today()
        roles = [
            (partnership, selectors.roles_by_person(partnership, today, [person]).get(person.pk, []))
            for partnership in access.scopes(person, Permission.PARTNERSHIP_VIEW).order_by("name")
        ]
        return super().get_context_data(
            roles=[(each, [role for role in held if role.state != "ended"]) for each, held in roles],
            authenticator=Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first(),
            session_count=len(UserSession.objects.purge_and_list(person)),
            **context,
        )


class OwnDetails(LoginRequiredMixin, FormView):
    """A person's own name and job title."""

    form_class = OwnDetailsForm
    template_name = "kit/form_page.html"
    success_url = reverse_lazy("your_account")

    def get_initial(self) -> dict[str, Any]:
        person: Any = self.request.user
        return {"name": person.name, "job_title": person.job_title}

    def form_valid(self, form: OwnDetailsForm) -> HttpResponse:
        people.describe_oneself(by=self.request.user, **form.cleaned_data)  # type: ignore[arg-type]
        return super().form_valid(form)

    def form_invalid(self, form: OwnDetailsForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        title = _("Your name and job title")
        return super().get_context_data(title=title, cancel_href=self.success_url, **context)
