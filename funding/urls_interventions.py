"""Addresses of interventions, below `/<partnership>/funding/interventions/`."""

from django.urls import path

from funding.views import intervention_forms as forms
from funding.views import interventions

urlpatterns = [
    path("", interventions.Interventions.as_view(), name="interventions"),
    path("record/", forms.NewIntervention.as_view(), name="new_intervention"),
    path("<uuid:pk>/", interventions.InterventionPage.as_view(), name="intervention"),
    path("<uuid:pk>/change/", forms.ChangeIntervention.as_view(), name="change_intervention"),
    path("<uuid:pk>/withdraw/", forms.WithdrawIntervention.as_view(), name="withdraw_intervention"),
    path("<uuid:pk>/awards/", forms.PayFrom.as_view(), name="pay_from"),
    path("awards/<uuid:pk>/take-off/", forms.PayNoMore.as_view(), name="pay_no_more"),
    path("<uuid:pk>/measures/", forms.AddMeasure.as_view(), name="add_measure"),
    path("measures/<uuid:pk>/", forms.ChangeMeasure.as_view(), name="change_measure"),
    path("<uuid:pk>/papers/", forms.AddInterventionPaper.as_view(), name="add_intervention_paper"),
    path("papers/<uuid:pk>/", interventions.InterventionPaperOf.as_view(), name="intervention_paper"),
    path(
        "papers/<uuid:pk>/withdraw/",
        forms.WithdrawInterventionPaper.as_view(),
        name="withdraw_intervention_paper",
    ),
    path("<uuid:pk>/<str:year>/<str:quarter>/", forms.ReportResult.as_view(), name="report_result"),
]
