"""Addresses of what is kept beside a decision."""

from django.urls import path

from governance.views import positions

urlpatterns = [
    path("decisions/<uuid:pk>/positions/", positions.RecordPositions.as_view(), name="positions"),
    path("decisions/<uuid:pk>/supersedes/", positions.Supersede.as_view(), name="supersede"),
    path("decisions/<uuid:pk>/publish/", positions.Publish.as_view(), name="publish"),
    path("supersessions/<uuid:pk>/take-back/", positions.TakeBack.as_view(), name="take_back"),
]
