from django.urls import path

from partners.views import partners, people

app_name = "partners"
urlpatterns = [
    path("", partners.Partners.as_view(), name="partners"),
    path("<uuid:pk>/", partners.PartnerPage.as_view(), name="partner"),
    path("roles/", partners.Roles.as_view(), name="roles"),
    path("people/", people.People.as_view(), name="people"),
    path("people/invite/", people.Invite.as_view(), name="invite"),
    path("people/<uuid:pk>/", people.Person.as_view(), name="person"),
    path("people/<uuid:pk>/invite-again/", people.InviteAgain.as_view(), name="invite_again"),
    path("people/<uuid:pk>/give-role/", people.GiveRole.as_view(), name="give_role"),
    path("people/<uuid:pk>/<str:scope>/<uuid:appointment>/end/", people.EndRole.as_view(), name="end_role"),
    path(
        "people/<uuid:pk>/<str:scope>/<uuid:appointment>/withdraw/",
        people.WithdrawRole.as_view(),
        name="withdraw_role",
    ),
    path("people/<uuid:pk>/recover/", people.Recover.as_view(), name="recover"),
    path("people/<uuid:pk>/close/", people.Deactivate.as_view(), name="deactivate"),
    path("people/<uuid:pk>/reopen/", people.Reactivate.as_view(), name="reactivate"),
    path("people/<uuid:pk>/erase/", people.Erase.as_view(), name="erase"),
]
