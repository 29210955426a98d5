from django.urls import path

from governance.views import papers

urlpatterns = [
    path("items/<uuid:pk>/papers/", papers.AddPaper.as_view(), name="add_paper"),
    path("papers/<uuid:pk>/", papers.PaperPage.as_view(), name="paper"),
    path("papers/<uuid:pk>/file/", papers.PaperFile.as_view(), name="paper_file"),
    path("papers/<uuid:pk>/new-version/", papers.AddVersion.as_view(), name="add_paper_version"),
    path("papers/<uuid:pk>/withdraw/", papers.WithdrawPaper.as_view(), name="withdraw_paper"),
]
