"""Addresses of grants beyond their page, below `/<partnership>/funding/`."""

from django.urls import path

from funding.views import agreements, divisions, grants, other_money, sections

urlpatterns = [
    path("grants/<uuid:pk>/stated/<str:year>/", grants.StateTotal.as_view(), name="state_total"),
    path("allocation-entries/<uuid:pk>/document/", grants.EntryDocument.as_view(), name="entry_document"),
    path("allocations/<uuid:pk>/divide/", divisions.Divide.as_view(), name="divide"),
    path("grants/<uuid:pk>/divide/", divisions.DivideFromSheet.as_view(), name="divide_sheet"),
    path("divisions/<uuid:pk>/", divisions.DivisionPage.as_view(), name="division"),
    path("awards/<uuid:pk>/other-money/", other_money.RecordOtherMoney.as_view(), name="record_other_money"),
    path("other-money/<uuid:pk>/change/", other_money.ChangeOtherMoney.as_view(), name="change_other_money"),
    path(
        "other-money/<uuid:pk>/withdraw/",
        other_money.WithdrawOtherMoney.as_view(),
        name="withdraw_other_money",
    ),
    path("grants/record/", agreements.RecordGrant.as_view(), name="record_grant"),
    path("grants/<uuid:pk>/change/", agreements.ChangeGrant.as_view(), name="change_grant"),
    path("grants/<uuid:pk>/sections/", sections.LayOut.as_view(), name="lay_out_return"),
    path("grants/<uuid:pk>/signatures/", agreements.RecordSignature.as_view(), name="record_signature"),
    path("grants/<uuid:pk>/documents/", agreements.AddGrantDocument.as_view(), name="add_grant_document"),
    path(
        "grant-signatures/<uuid:pk>/withdraw/",
        agreements.WithdrawSignature.as_view(),
        name="withdraw_signature",
    ),
    path("grant-documents/<uuid:pk>/", agreements.GrantDocumentFile.as_view(), name="grant_document"),
    path(
        "grant-documents/<uuid:pk>/withdraw/",
        agreements.WithdrawGrantDocument.as_view(),
        name="withdraw_grant_document",
    ),
]
