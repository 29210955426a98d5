"""Addresses that ask nobody to sign in, below `/public/`. Near misses lead to the right address."""

from typing import Any

from django.urls import path
from django.views.generic import RedirectView

from funding.views import published


def leads_to(name: str) -> Any:
    """A redirect that says nothing of what is there."""
    return RedirectView.as_view(pattern_name=f"published:{name}", query_string=True)


app_name = "published"
urlpatterns = [
    path("<slug:slug>/awards/", published.Awards.as_view(), name="awards"),
    path("<slug:slug>/awards.<slug:ending>", published.AwardSheet.as_view(), name="award_sheet"),
    path("<slug:slug>/spending.<slug:ending>", published.SpendingSheet.as_view(), name="spending_sheet"),
    path("<slug:slug>/awards/360giving.<slug:ending>", published.Giving.as_view(), name="giving"),
    path("<slug:slug>/", leads_to("awards")),
    path("<slug:slug>/awards", leads_to("awards")),
    path("<slug:slug>/spending/", leads_to("awards")),
    path("<slug:slug>/360giving.<slug:ending>", leads_to("giving")),
    path("<slug:slug>/awards/awards.<slug:ending>", leads_to("award_sheet")),
    path("<slug:slug>/awards/spending.<slug:ending>", leads_to("spending_sheet")),
    path("<slug:slug>/awards/.<slug:ending>", leads_to("award_sheet")),
]
