"""Addresses of the registers of lessons and of listening: reviews and engagement."""

from django.urls import path

from governance.views import engagement, recommendations, reviews

urlpatterns = [
    path("reviews/", reviews.Reviews.as_view(), name="reviews"),
    path("reviews/new/", reviews.NewReview.as_view(), name="new_review"),
    path("reviews/note/", reviews.ChangeReviewsNote.as_view(), name="reviews_note"),
    path("reviews/themes/", recommendations.Themes.as_view(), name="themes"),
    path("reviews/themes/usual/", recommendations.UseUsualThemes.as_view(), name="usual_themes"),
    path("reviews/themes/add/", recommendations.AddTheme.as_view(), name="add_theme"),
    path("reviews/themes/<uuid:pk>/", recommendations.ChangeTheme.as_view(), name="change_theme"),
    path("reviews/<uuid:pk>/", reviews.ReviewPage.as_view(), name="review"),
    path("reviews/<uuid:pk>/change/", reviews.ChangeReview.as_view(), name="change_review"),
    path("reviews/<uuid:pk>/withdraw/", reviews.WithdrawReview.as_view(), name="withdraw_review"),
    path(
        "reviews/<uuid:pk>/recommendations/",
        recommendations.AddRecommendation.as_view(),
        name="add_recommendation",
    ),
    path(
        "reviews/recommendations/<uuid:pk>/",
        recommendations.RecommendationPage.as_view(),
        name="recommendation",
    ),
    path(
        "reviews/recommendations/<uuid:pk>/change/",
        recommendations.ChangeRecommendation.as_view(),
        name="change_review_recommendation",
    ),
    path(
        "reviews/recommendations/<uuid:pk>/report/",
        recommendations.ReportRecommendation.as_view(),
        name="report_recommendation",
    ),
    path(
        "reviews/recommendations/<uuid:pk>/done/",
        recommendations.CompleteRecommendation.as_view(),
        name="complete_recommendation",
    ),
    path(
        "reviews/recommendations/<uuid:pk>/open-again/",
        recommendations.ReopenRecommendation.as_view(),
        name="reopen_recommendation",
    ),
    path(
        "reviews/recommendations/<uuid:pk>/withdraw/",
        recommendations.WithdrawRecommendation.as_view(),
        name="withdraw_review_recommendation",
    ),
    path("reviews/files/<uuid:pk>/", recommendations.PracticeFileOf.as_view(), name="practice_file"),
    path(
        "reviews/files/<uuid:pk>/withdraw/",
        recommendations.WithdrawPracticeFile.as_view(),
        name="withdraw_practice_file",
    ),
    path("engagement/", engagement.EngagementLog.as_view(), name="engagement"),
    path("engagement/new/", engagement.NewEngagement.as_view(), name="new_engagement"),
    path("engagement/note/", engagement.ChangeEngagementNote.as_view(), name="engagement_note"),
    path("engagement/<uuid:pk>/", engagement.EngagementPage.as_view(), name="engagement_entry"),
    path("engagement/<uuid:pk>/change/", engagement.ChangeEngagement.as_view(), name="change_engagement"),
    path(
        "engagement/<uuid:pk>/withdraw/", engagement.WithdrawEngagement.as_view(), name="withdraw_engagement"
    ),
    path(
        "engagement/<uuid:pk>/papers/", engagement.AddEngagementPaper.as_view(), name="add_engagement_paper"
    ),
    path("engagement/papers/<uuid:pk>/", engagement.EngagementPaperOf.as_view(), name="engagement_paper"),
    path(
        "engagement/papers/<uuid:pk>/withdraw/",
        engagement.WithdrawEngagementPaper.as_view(),
        name="withdraw_engagement_paper",
    ),
]
