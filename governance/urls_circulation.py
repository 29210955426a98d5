"""Addresses of draft minutes before their members: circulated, commented on, answered, approved."""

from django.urls import path

from governance.views import circulation, texts

urlpatterns = [
    path("meetings/<uuid:pk>/circulate/", circulation.Circulate.as_view(), name="circulate"),
    path("meetings/<uuid:pk>/comments/", circulation.Comment.as_view(), name="comment_on_minutes"),
    path("comments/<uuid:pk>/answer/", circulation.Answer.as_view(), name="answer_comment"),
    path("meetings/<uuid:pk>/agree/", circulation.AgreeMinutes.as_view(), name="agree_minutes"),
    path("meetings/<uuid:pk>/<slug:name>.docx", texts.Word.as_view(), name="minutes_word"),
    path("meetings/<uuid:pk>/<slug:name>.txt", texts.Plain.as_view(), name="minutes_text"),
]
