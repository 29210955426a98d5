"""Addresses of what is written while a meeting sits: interests, who came late, and the live page."""

from django.urls import path

from governance.views import interests, live, live_saves

urlpatterns = [
    path("meetings/<uuid:pk>/interests/", interests.AddInterest.as_view(), name="add_interest"),
    path("meetings/<uuid:pk>/interests/none/", interests.PressNone.as_view(), name="none_declared"),
    path("meetings/<uuid:pk>/interests/correct/", interests.NoneDeclared.as_view(), name="correct_interests"),
    path("interests/<uuid:pk>/change/", interests.ChangeInterest.as_view(), name="change_interest"),
    path("interests/<uuid:pk>/withdraw/", interests.WithdrawInterest.as_view(), name="withdraw_interest"),
    path("attendance/<uuid:pk>/times/", interests.Times.as_view(), name="attendance_times"),
    path("meetings/<uuid:pk>/live/", live.LivePage.as_view(), name="live"),
    path("meetings/<uuid:pk>/live/changes", live.Changes.as_view(), name="live_changes"),
    path("meetings/<uuid:pk>/live/seats/", live_saves.SaveSeat.as_view(), name="live_seats"),
    path("meetings/<uuid:pk>/live/guests/", live_saves.SaveGuest.as_view(), name="live_guests"),
    path("meetings/<uuid:pk>/live/none/", live_saves.SaveNone.as_view(), name="live_none"),
    path("meetings/<uuid:pk>/live/interests/", live_saves.SaveInterest.as_view(), name="live_interests"),
    path("meetings/<uuid:pk>/live/points/", live_saves.SavePoint.as_view(), name="live_points"),
    path("meetings/<uuid:pk>/live/points/place/", live_saves.PlacePoint.as_view(), name="live_place"),
    path("meetings/<uuid:pk>/live/outcomes/", live_saves.SaveOutcome.as_view(), name="live_outcomes"),
    path("meetings/<uuid:pk>/live/actions/", live_saves.SaveAction.as_view(), name="live_actions"),
    path("meetings/<uuid:pk>/live/<slug:kind>/back/", live_saves.TakeBack.as_view(), name="live_back"),
]
