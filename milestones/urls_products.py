"""Addresses of products, and of the forms of the partnership agreement."""

from django.urls import path

from milestones.views import agreements, products

urlpatterns = [
    path("products/<uuid:pk>/", products.ProductPage.as_view(), name="product"),
    path("agreements/draft/", agreements.DraftAgreement.as_view(), name="draft_agreement"),
    path("agreements/<uuid:pk>/change/", agreements.ChangeAgreement.as_view(), name="change_agreement"),
    path("agreements/<uuid:pk>/adopt/", agreements.AdoptAgreement.as_view(), name="adopt_agreement"),
    path("agreements/<uuid:pk>/partners/", agreements.AddParty.as_view(), name="add_party"),
    path("agreements/<uuid:pk>/appendices/", agreements.AddAppendix.as_view(), name="add_appendix"),
    path("agreements/partners/<uuid:pk>/change/", agreements.ChangeParty.as_view(), name="change_party"),
    path("agreements/partners/<uuid:pk>/take-out/", agreements.TakeOutParty.as_view(), name="take_out_party"),
    path("agreements/partners/<uuid:pk>/sign/", agreements.Sign.as_view(), name="sign_agreement"),
    path(
        "agreements/partners/<uuid:pk>/withdraw/", agreements.WithdrawParty.as_view(), name="withdraw_party"
    ),
    path(
        "agreements/appendices/<uuid:pk>/take-out/",
        agreements.TakeOutAppendix.as_view(),
        name="take_out_appendix",
    ),
    path("agreements/appendices/<uuid:pk>/file/", products.AppendixFile.as_view(), name="appendix_file"),
]
