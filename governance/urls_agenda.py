from django.urls import path

from governance.views import agenda

urlpatterns = [
    path("meetings/<uuid:pk>/agenda/", agenda.ArrangeAgenda.as_view(), name="arrange_agenda"),
    path("meetings/<uuid:pk>/agenda/publish/", agenda.PublishAgenda.as_view(), name="publish_agenda"),
    path("bodies/<uuid:pk>/standing/", agenda.AddStanding.as_view(), name="add_standing"),
    path("standing/<uuid:pk>/change/", agenda.ChangeStanding.as_view(), name="change_standing"),
    path("standing/<uuid:pk>/withdraw/", agenda.WithdrawStanding.as_view(), name="withdraw_standing"),
]
