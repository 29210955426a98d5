from django.urls import include, path

from svd_portal import health

urlpatterns = [
    path("health/", health.view),
]
