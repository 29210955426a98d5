"""Addresses of the check of spend reports, below `/<partnership>/funding/`."""

from django.urls import path

from funding.views import answering, checking, spending, waiting

urlpatterns = [
    path("waiting/", waiting.Waiting.as_view(), name="waiting"),
    path("waiting/ask/", waiting.Chase.as_view(), name="chase"),
    path("check/", checking.Checking.as_view(), name="check_claims"),
    path("check/accept/", checking.AcceptAll.as_view(), name="accept_claims"),
    path("grants/<uuid:pk>/spending/", spending.SetSpending.as_view(), name="set_spending"),
    path("claims/<uuid:pk>/accept/", checking.Accept.as_view(), name="accept_claim"),
    path("claims/<uuid:pk>/confirm/", answering.Confirm.as_view(), name="confirm_claim"),
    path("claims/<uuid:pk>/wrong/", answering.Dispute.as_view(), name="dispute_claim"),
    path("claims/<uuid:pk>/send-back/", checking.SendBack.as_view(), name="send_back_claim"),
]
