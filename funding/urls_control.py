"""Addresses of money moved within a year and of its control, below `/<partnership>/funding/`."""

from django.urls import path

from funding.views import ledger, payments, underspend, virements

urlpatterns = [
    path("virements/", virements.Virements.as_view(), name="virements"),
    path("virements/move/", virements.MoveMoney.as_view(), name="move_money"),
    path("virements/<uuid:pk>/", virements.VirementPage.as_view(), name="virement"),
    path("virements/<uuid:pk>/back/", virements.MoveBack.as_view(), name="move_back"),
    path("underspend/", underspend.Underspent.as_view(), name="underspend"),
    path("ledger/", ledger.Ledger.as_view(), name="ledger"),
    path("ledger/<str:year>/<str:quarter>/", ledger.Ledger.as_view(), name="ledger_quarter"),
    path("ledger/<str:year>/<str:quarter>/bring-in/", ledger.BringIn.as_view(), name="bring_in_ledger"),
    path(
        "ledger/<str:year>/<str:quarter>/explain/<str:side>/<str:mark>/",
        ledger.Explain.as_view(),
        name="explain_ledger",
    ),
    path("payments/received/", payments.Received.as_view(), name="payments_received"),
    path("payments/made/", payments.Made.as_view(), name="payments_made"),
    path("grants/<uuid:pk>/received/", payments.RecordReceived.as_view(), name="record_received"),
    path("awards/<uuid:pk>/payments/", payments.RecordMade.as_view(), name="record_made"),
    path(
        "payments/received/<uuid:pk>/withdraw/",
        payments.WithdrawReceived.as_view(),
        name="withdraw_received",
    ),
    path("payments/made/<uuid:pk>/withdraw/", payments.WithdrawMade.as_view(), name="withdraw_made"),
    path("grants/<uuid:pk>/control/", virements.SetControl.as_view(), name="set_control"),
]
