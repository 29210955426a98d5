from django.urls import include, path

from funding.views.verifying import Verify
from governance.views.calendar import Feed
from partners.views.account import Start
from svd_portal import health

urlpatterns = [
    path("", Start.as_view(), name="start"),
    path("health/", health.view, name="health"),
    path("accounts/", include("partners.sign_in_urls")),
    path("calendar/<str:secret>.ics", Feed.as_view(), name="calendar_feed"),
    path("verify/", Verify.as_view(), name="verify"),
    path("public/", include("funding.urls_published")),
    path("<slug:slug>/partners/", include("partners.urls")),
    path("<slug:slug>/governance/", include("governance.urls")),
    path("<slug:slug>/milestones/", include("milestones.urls")),
    path("<slug:slug>/funding/", include("funding.urls")),
    path("<slug:slug>/", include("svd_portal.home.urls")),
]

handler400 = "svd_portal.home.views.errors.bad_request"
handler403 = "svd_portal.home.views.errors.forbidden"
handler404 = "svd_portal.home.views.errors.not_found"
handler500 = "svd_portal.home.views.errors.server_error"
