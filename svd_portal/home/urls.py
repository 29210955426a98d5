from django.urls import path

from svd_portal.home import urls_reports
from svd_portal.home.views import history, home, search

app_name = "home"
urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("search/", search.Search.as_view(), name="search"),
    path("history/", history.PartnershipHistory.as_view(), name="history"),
    path("history/<str:label>/<uuid:pk>/", history.RecordHistory.as_view(), name="record_history"),
    *urls_reports.urlpatterns,
]
