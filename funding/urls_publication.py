"""Addresses of the monthly lists, below `/<partnership>/funding/publications/`."""

from django.urls import path

from funding.views import publication, publication_released

urlpatterns = [
    path("", publication.Publications.as_view(), name="publications"),
    path("open/", publication.OpenMonth.as_view(), name="open_month"),
    path("prefix/", publication.SetPublisher.as_view(), name="set_publisher"),
    path("<uuid:pk>/", publication.PublicationPage.as_view(), name="publication"),
    path("<uuid:pk>/preview/", publication.Preview.as_view(), name="preview_publication"),
    path("<uuid:pk>/bring-in/", publication.BringIn.as_view(), name="bring_in_publication"),
    path("<uuid:pk>/spending/", publication.AddSpending.as_view(), name="add_spending"),
    path("<uuid:pk>/correct/", publication_released.Correct.as_view(), name="correct_publication"),
    path("<uuid:pk>/take-off/<uuid:entry>/", publication_released.TakeOff.as_view(), name="take_off"),
    path("entries/<uuid:pk>/", publication.WordEntry.as_view(), name="word_entry"),
    path("entries/<uuid:pk>/leave-out/", publication.LeaveOut.as_view(), name="leave_out_entry"),
]
