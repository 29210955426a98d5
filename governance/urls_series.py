from django.urls import path

from governance.views import series

urlpatterns = [
    path("meetings/series/", series.CallSeries.as_view(), name="call_series"),
    path("meetings/series/days/", series.CallSeriesDays.as_view(), name="series_days"),
    path("meetings/<uuid:pk>/following/change/", series.ChangeFollowing.as_view(), name="change_following"),
    path("meetings/<uuid:pk>/following/cancel/", series.CancelFollowing.as_view(), name="cancel_following"),
]
