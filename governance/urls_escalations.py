"""Addresses of escalations, below `/<partnership>/governance/escalations/`."""

from django.urls import path

from governance.views import escalations

urlpatterns = [
    path("", escalations.Escalations.as_view(), name="escalations"),
    path("raise/", escalations.EscalateFrom.as_view(), name="escalate_from"),
    path("from/<uuid:pk>/", escalations.Escalate.as_view(), name="escalate"),
    path("<uuid:pk>/", escalations.EscalationPage.as_view(), name="escalation"),
    path("<uuid:pk>/accept/", escalations.Accept.as_view(), name="accept_escalation"),
    path("<uuid:pk>/decline/", escalations.Decline.as_view(), name="decline_escalation"),
    path("<uuid:pk>/answer/", escalations.Answer.as_view(), name="answer_escalation"),
    path("<uuid:pk>/pass-on/", escalations.PassOn.as_view(), name="pass_on"),
    path("<uuid:pk>/close/", escalations.Close.as_view(), name="close_escalation"),
    path("<uuid:pk>/withdraw/", escalations.TakeBack.as_view(), name="withdraw_escalation"),
]
