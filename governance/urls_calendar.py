from django.urls import path

from governance.views import calendar

urlpatterns = [
    path("calendar/", calendar.CalendarPage.as_view(), name="calendar"),
    path("calendar/addresses/", calendar.Feeds.as_view(), name="feeds"),
    path("calendar/addresses/make/", calendar.MakeFeed.as_view(), name="make_feed"),
    path("calendar/addresses/<uuid:pk>/stop/", calendar.StopFeed.as_view(), name="stop_feed"),
    path("meetings/<uuid:pk>/meeting.ics", calendar.MeetingFile.as_view(), name="meeting_file"),
]
