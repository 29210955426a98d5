"""Addresses of the thread of a pound and of a partner's year, below `/<partnership>/funding/`."""

from django.urls import path

from funding.views import partner_year, threads

urlpatterns = [
    path("partners/<uuid:pk>/<str:year>/", partner_year.PartnerYear.as_view(), name="partner_year"),
    path("thread/awards/<uuid:pk>/", threads.AwardThread.as_view(), name="thread_award"),
    path("thread/claims/<uuid:pk>/", threads.ClaimThread.as_view(), name="thread_claim"),
    path("thread/allocations/<uuid:pk>/", threads.AllocationThread.as_view(), name="thread_allocation"),
    path("thread/decisions/<uuid:pk>/", threads.DecisionThread.as_view(), name="thread_decision"),
    path("thread/returns/<uuid:pk>/<uuid:award>/", threads.LineThread.as_view(), name="thread_line"),
]
