"""Addresses of the tracker, below `/<partnership>/governance/actions/`."""

from django.urls import path

from governance.views import actions, passing, tracker

urlpatterns = [
    path("together/", tracker.Together.as_view(), name="together"),
    path("owners-who-left/", passing.OwnersWhoLeft.as_view(), name="owners_who_left"),
    path("owners-who-left/pass-on/", passing.PassActionsOn.as_view(), name="pass_actions_on"),
    path("evidence/<uuid:pk>/", actions.EvidenceFile.as_view(), name="action_evidence"),
    path("evidence/<uuid:pk>/withdraw/", actions.WithdrawEvidence.as_view(), name="withdraw_action_evidence"),
]
