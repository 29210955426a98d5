from django.urls import include, path

from milestones.views import milestones, plans

app_name = "milestones"
urlpatterns = [
    path("", milestones.Home.as_view(), name="home"),
    path("add/", milestones.Add.as_view(), name="add"),
    path("plan/", plans.Plan.as_view(), name="plan"),
    path("plan/add/", plans.AddAction.as_view(), name="add_action"),
    path("plan/<uuid:pk>/", plans.ActionDetail.as_view(), name="action"),
    path("plan/<uuid:pk>/change/", plans.ChangeAction.as_view(), name="change_action"),
    path("plan/<uuid:pk>/report/", plans.Report.as_view(), name="report"),
    path("<uuid:pk>/", milestones.Detail.as_view(), name="milestone"),
    path("<uuid:pk>/change/", milestones.Change.as_view(), name="change"),
    path("<uuid:pk>/move/", milestones.Move.as_view(), name="move"),
    path("<uuid:pk>/reached/", milestones.Achieve.as_view(), name="achieve"),
    path("<uuid:pk>/open-again/", milestones.Reopen.as_view(), name="reopen"),
    path("", include("milestones.urls_priorities")),
    path("", include("milestones.urls_products")),
]
