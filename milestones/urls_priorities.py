"""Addresses of priorities and their tiers, under the delivery plan."""

from django.urls import path

from milestones.views import priorities as views

urlpatterns = [
    path("plan/priorities/add/", views.AddPriority.as_view(), name="add_priority"),
    path("plan/priorities/<uuid:pk>/", views.PriorityPage.as_view(), name="priority"),
    path("plan/priorities/<uuid:pk>/change/", views.ChangePriority.as_view(), name="change_priority"),
    path("plan/tiers/", views.Tiers.as_view(), name="tiers"),
    path("plan/tiers/usual/", views.UseUsualTiers.as_view(), name="usual_tiers"),
    path("plan/tiers/add/", views.AddTier.as_view(), name="add_tier"),
    path("plan/tiers/<uuid:pk>/change/", views.ChangeTier.as_view(), name="change_tier"),
]
