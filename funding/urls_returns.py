"""Addresses of the quarterly returns, below `/<partnership>/funding/returns/`.

`2023-24/q3/` is the current version of the Home Office grant's return; `?grant=` names another grant.
"""

from django.urls import path

from funding.views import return_forms, returns

urlpatterns = [
    path("", returns.Returns.as_view(), name="returns"),
    path("open/", return_forms.Open.as_view(), name="open_return"),
    path("narrative/<uuid:pk>/", return_forms.Narrative.as_view(), name="narrative"),
    path("<uuid:pk>/submit/", return_forms.Submit.as_view(), name="return_submit"),
    path("<uuid:pk>/check/", return_forms.Check.as_view(), name="return_check"),
    path("<uuid:pk>/certify-cfo/", return_forms.CertifyCfo.as_view(), name="return_certify-cfo"),
    path("<uuid:pk>/certify-lead/", return_forms.CertifyLead.as_view(), name="return_certify-lead"),
    path("<uuid:pk>/send-back/", return_forms.SendBack.as_view(), name="return_send-back"),
    path("<uuid:pk>/sent/", return_forms.MarkSent.as_view(), name="return_sent"),
    path("<uuid:pk>/correct/", return_forms.Correct.as_view(), name="return_correct"),
    path("<uuid:pk>/comment/", return_forms.Comment.as_view(), name="return_comment"),
    path("<uuid:pk>/document/", returns.PdfRequest.as_view(), name="return_document"),
    path("<slug:year>/<slug:quarter>/", returns.ReturnPage.as_view(), name="return"),
    path(
        "<slug:year>/<slug:quarter>/version/<int:edition>/",
        returns.ReturnPage.as_view(),
        name="return_version",
    ),
    path("<slug:year>/<slug:quarter>/<slug:name>.pdf", returns.Pdf.as_view(), name="return_pdf"),
]
