"""Addresses of the funder's own form, below `/<partnership>/funding/`."""

from django.urls import path

from funding.views import funder_forms

urlpatterns = [
    path("grants/<uuid:pk>/form/", funder_forms.FunderFormPage.as_view(), name="funder_form"),
    path("grants/<uuid:pk>/form/upload/", funder_forms.UploadFunderForm.as_view(), name="upload_funder_form"),
    path("funder-forms/<uuid:pk>/cells/", funder_forms.FormCells.as_view(), name="form_cells"),
    path("funder-forms/<uuid:pk>/file/", funder_forms.FunderFormFile.as_view(), name="funder_form_file"),
    path("return-forms/<uuid:pk>/", funder_forms.FilledFormPage.as_view(), name="return_form"),
    path("return-forms/<uuid:pk>/file/", funder_forms.FilledFormFile.as_view(), name="return_form_file"),
]
