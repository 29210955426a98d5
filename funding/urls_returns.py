"""Addresses of the quarterly returns, below `/<partnership>/funding/returns/`.

`2023-24/q3/` is the current version of the Home Office grant's return; `?grant=` names another grant.
"""

from django.urls import path

from funding.views import return_forms, return_outputs, return_talk, returns, year_end

urlpatterns = [
    path("", returns.Returns.as_view(), name="returns"),
    path("open/", return_forms.Open.as_view(), name="open_return"),
    path("narrative/<uuid:pk>/", return_forms.Narrative.as_view(), name="narrative"),
    path("<uuid:pk>/ask/", return_forms.Ask.as_view(), name="return_ask"),
    path("<uuid:pk>/more-time/", return_talk.MoreTime.as_view(), name="return_more_time"),
    path("<uuid:pk>/skip/", return_forms.Skip.as_view(), name="return_skip"),
    path("<uuid:pk>/explain/<slug:digest>/", return_talk.Explain.as_view(), name="return_explain"),
    path("<uuid:pk>/submit/", return_forms.Submit.as_view(), name="return_submit"),
    path("<uuid:pk>/check/", return_forms.Check.as_view(), name="return_check"),
    path("<uuid:pk>/certify-cfo/", return_forms.CertifyCfo.as_view(), name="return_certify-cfo"),
    path("<uuid:pk>/certify-lead/", return_forms.CertifyLead.as_view(), name="return_certify-lead"),
    path("<uuid:pk>/send-back/", return_forms.SendBack.as_view(), name="return_send-back"),
    path("<uuid:pk>/sent/", return_forms.MarkSent.as_view(), name="return_sent"),
    path("<uuid:pk>/query/", return_talk.Query.as_view(), name="return_query"),
    path("queries/<uuid:pk>/", return_talk.QueryPlace.as_view(), name="funder_query"),
    path("queries/<uuid:pk>/answer/", return_talk.AnswerQuery.as_view(), name="return_answer"),
    path("<uuid:pk>/accept/", return_forms.Accept.as_view(), name="return_accept"),
    path("evidence/<uuid:pk>/", return_talk.StepEvidence.as_view(), name="return_evidence"),
    path("comments/<uuid:pk>/answer/", return_talk.AnswerComment.as_view(), name="comment_answer"),
    path("<uuid:pk>/correct/", return_forms.Correct.as_view(), name="return_correct"),
    path("<uuid:pk>/comment/", return_forms.Comment.as_view(), name="return_comment"),
    path("<uuid:pk>/files/", return_outputs.FilesRequest.as_view(), name="return_files"),
    path("<slug:year>/statement/", year_end.YearEnd.as_view(), name="year_end"),
    path("<slug:year>/<slug:quarter>/", returns.ReturnPage.as_view(), name="return"),
    path(
        "<slug:year>/<slug:quarter>/version/<int:edition>/",
        returns.ReturnPage.as_view(),
        name="return_version",
    ),
    path(
        "<slug:year>/<slug:quarter>/<slug:name>.<slug:ending>",
        return_outputs.ReturnFile.as_view(),
        name="return_file",
    ),
]
