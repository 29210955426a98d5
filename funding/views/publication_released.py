"""What is done with a released list: a version that corrects it, an entry taken off."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from funding.forms import publication as forms
from funding.models import Publication
from funding.services import publication as services
from funding.views.publication import OfList
from svd_portal.kit.rules.canonical import read


class Correct(OfList):
    released = True
    form_class = forms.CorrectForm
    title, submit = _("Correct the list"), _("Begin the new version")
    intro = _("What was released stays public until you release the new version.")
    done_message = _("The new version is begun. Change what is wrong, then release it.")

    def perform(self, form: forms.CorrectForm) -> Publication:
        return services.correct(
            publication_id=self.object.pk, corrects=form.cleaned_data["corrects"], by=self.request.user
        )

    def get_done_url(self, result: Publication) -> str:
        return self.at(result)[1]


class TakeOff(OfList):
    released = True
    form_class = forms.TakeOffForm
    title, submit, danger = _("Take an entry off the public list"), _("Take it off"), True
    done_message = _("It is off the public list, which says so.")

    @cached_property
    def entry(self) -> dict[str, Any]:
        content = read(self.object.release.canonical)
        for each in (*content["awards"], *content["spending"]):
            if each["key"] == str(self.kwargs["entry"]):
                return dict(each)
        raise Http404("No such page.")

    @property
    def intro(self) -> str:  # type: ignore[override]
        return str(self.entry.get("title") or self.entry.get("payee"))

    def perform(self, form: forms.TakeOffForm) -> Any:
        return services.withdraw(
            release_id=self.object.release.pk,
            entry=UUID(self.entry["key"]),
            reason=form.cleaned_data["reason"],
            today=self.today,
            by=self.request.user,
        )
