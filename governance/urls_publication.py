"""Addresses of published minutes."""

from django.urls import path

from governance.views import minutes_publication as views

urlpatterns = [
    path("meetings/<uuid:pk>/publish/", views.Publish.as_view(), name="publish_minutes"),
    path("published/<uuid:pk>/", views.Published.as_view(), name="published_minutes"),
    path("published/<uuid:pk>/pdf/make/", views.RequestPdf.as_view(), name="make_published"),
    path("published/<uuid:pk>/pdf/state/", views.PdfState.as_view(), name="published_state"),
    path("published/<uuid:pk>/minutes.pdf", views.Pdf.as_view(), name="published_pdf"),
    path("published/<uuid:pk>/minutes.docx", views.Word.as_view(), name="published_word"),
]
