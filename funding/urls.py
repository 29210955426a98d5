from django.urls import include, path

from funding.views import (
    award_register,
    awards,
    claims,
    eligibility,
    grants,
    home,
    imports,
    many_reports,
    reports,
)

app_name = "funding"
urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("grants/<uuid:pk>/", grants.GrantPage.as_view(), name="grant"),
    path(
        "grants/<uuid:pk>/allocations/<str:year>/<str:cost_type>/",
        grants.SetAllocation.as_view(),
        name="set_allocation",
    ),
    path("awards/", award_register.Awards.as_view(), name="awards"),
    path("awards/propose/", awards.Propose.as_view(), name="propose"),
    path("awards/import/", imports.ImportAwards.as_view(), name="import_awards"),
    path("awards/<uuid:pk>/", awards.AwardPage.as_view(), name="award"),
    path("awards/<uuid:pk>/change/", awards.Change.as_view(), name="change_award"),
    path("awards/<uuid:pk>/withdraw/", awards.Withdraw.as_view(), name="withdraw_award"),
    path("awards/<uuid:pk>/items/", eligibility.CheckAward.as_view(), name="check_award"),
    path("awards/<uuid:pk>/end/", awards.End.as_view(), name="end_award"),
    path("awards/<uuid:pk>/decisions/", awards.LinkDecision.as_view(), name="link_decision"),
    path("award-decisions/<uuid:pk>/remove/", awards.UnlinkDecision.as_view(), name="unlink_decision"),
    path("decisions/<uuid:pk>/approve/", awards.Approve.as_view(), name="approve"),
    path("claims/", claims.Claims.as_view(), name="claims"),
    path("claims/<uuid:pk>/", claims.ClaimPage.as_view(), name="claim"),
    path("claims/<uuid:pk>/evidence/", claims.AddEvidence.as_view(), name="add_evidence"),
    path("evidence/<uuid:pk>/", claims.EvidenceFile.as_view(), name="evidence"),
    path("evidence/<uuid:pk>/withdraw/", claims.WithdrawEvidence.as_view(), name="withdraw_evidence"),
    path("report/", reports.ReportList.as_view(), name="reports"),
    path("report/several/", many_reports.ManyReports.as_view(), name="report_several"),
    path("report/<uuid:pk>/<str:year>/<str:quarter>/", reports.ReportSpend.as_view(), name="report_spend"),
    path("", include("funding.urls_spend")),
    path("returns/", include("funding.urls_returns")),  # the quarterly returns keep their own list
    path("", include("funding.urls_grants")),
    path("", include("funding.urls_control")),
    path("publications/", include("funding.urls_publication")),
    path("proposals/", include("funding.urls_proposals")),
    path("interventions/", include("funding.urls_interventions")),
    path("", include("funding.urls_outputs")),
    path("", include("funding.urls_seeing")),
]
