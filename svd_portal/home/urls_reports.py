from django.urls import path

from svd_portal.home.views import reports, turnout

urlpatterns = [
    path("reports/", reports.Reports.as_view(), name="reports"),
    path("reports/new/", reports.BeginReport.as_view(), name="begin_report"),
    path("reports/turnout/", turnout.Turnout.as_view(), name="turnout"),
    path("reports/<uuid:pk>/", reports.ReportPage.as_view(), name="report"),
    path("reports/<uuid:pk>/write/", reports.WriteReport.as_view(), name="write_report"),
    path("reports/<uuid:pk>/freeze/", reports.FreezeReport.as_view(), name="freeze_report"),
    path("reports/<uuid:pk>/pdf/make/", reports.RequestPdf.as_view(), name="make_report_pdf"),
    path("reports/<uuid:pk>/pdf/state/", reports.PdfState.as_view(), name="report_pdf_state"),
    path("reports/<uuid:pk>/report.pdf", reports.Pdf.as_view(), name="report_pdf"),
    path("reports/<uuid:pk>/report.docx", reports.Word.as_view(), name="report_word"),
]
