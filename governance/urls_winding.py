"""Winding a body up, below `/<partnership>/governance/bodies/`."""

from django.urls import path

from governance.views import winding

urlpatterns = [
    path("bodies/<uuid:pk>/wind-up/", winding.WindUp.as_view(), name="wind_up"),
    path("bodies/<uuid:pk>/pass-actions-on/", winding.PassBodyActions.as_view(), name="pass_body_actions"),
]
