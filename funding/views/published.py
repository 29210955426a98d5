"""What everybody may read without signing in. No session is opened and no cookie set: what is answered is the
same for all, made of what was released and nothing else, and may be kept for a few minutes."""

from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import get_template
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page
from django.views.generic import View

from funding.forms.publication import PublicFilter
from funding.rules import giving
from funding.rules import publication as rules
from funding.selectors import published
from svd_portal.kit import clock, exports

KEPT = "public, max-age=300"


@method_decorator(conditional_page, name="dispatch")
class Public(View):
    """Answers for a partnership that released something; to all others there is no such page."""

    http_method_names = ["get", "head"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = super().dispatch(request, *args, **kwargs)
        if answer.status_code != 200:
            return answer
        whole = HttpResponse(b"".join(answer), headers=dict(answer.items()))  # type: ignore[arg-type, call-overload]
        whole["Cache-Control"] = KEPT
        return whole

    @cached_property
    def months(self) -> dict[date, Any]:
        found = dict(published.months_of(self.kwargs["slug"]))
        if not found:
            raise Http404("No such page.")
        return found

    @cached_property
    def chosen(self) -> dict[str, Any]:
        form = PublicFilter(self.request.GET, months=list(self.months))
        form.is_valid()
        return {name: value for name, value in form.cleaned_data.items() if value}

    @cached_property
    def found(self) -> list[published.Released]:
        """The lists asked for: of a month, or of all where none is named."""
        month = rules.parse_month(self.chosen.get("month", ""))
        keys = [self.months[month]] if month else list(self.months.values())
        every = published.lists(keys)
        wanted = self.chosen.get("recipient", "").strip()
        return published.matching(every, wanted) if wanted else every

    @property
    def contents(self) -> list[dict[str, Any]]:
        """The oldest month first."""
        return [each.content for each in reversed(self.found)]


class Awards(Public):
    """The page: the latest month, or the one that is asked for."""

    @cached_property
    def found(self) -> list[published.Released]:
        if not self.chosen:
            return published.lists([next(iter(self.months.values()))])
        return super().found

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        months = list(self.months)
        every = self.found
        latest = every[0] if every else published.lists([self.months[months[0]]])[0]
        context = {
            "slug": slug,
            "name": latest.content["partnership"],
            "body": _the(latest.content["publisher"]["name"]),
            "giving": bool(latest.content["publisher"]["prefix"]),
            "months": [(rules.slug_of(each), each) for each in months],
            "lists": every,
            "form": PublicFilter(request.GET, months=months),
            "filtered": bool(self.chosen),
            "narrowed": request.GET.urlencode() if self.chosen else "",
            "home_href": request.path,
            "name_of_public": latest.content["partnership"],
            "demo": settings.DEMO,
            "today": clock.today(),
        }
        # Without the request: what the layout asks of it would open the session.
        return HttpResponse(get_template("funding/published/awards.html").render(context))


def _the(name: str) -> str:
    """ "The Office of …", at the head of a sentence."""
    return f"The {name}" if name.startswith("Office") else name


class Sheet(Public):
    """The awards, or the other spending, as a sheet: of every month unless one is asked for."""

    headings: Any = ()
    title = ""

    def rows(self) -> Any:
        raise NotImplementedError("Give the rows under the headings.")

    def get(self, request: HttpRequest, slug: str, ending: str) -> HttpResponse:
        if ending not in ("csv", "ods"):
            raise Http404("No such page.")
        _known = self.months
        if request.GET.get("month") and "month" not in self.chosen:
            raise Http404("No list of this month is public.")
        return exports.response(
            ending,
            name=f"{slug}-{self.title.lower()}",
            title=self.title,
            headings=self.headings,
            rows=self.rows(),
        )


class AwardSheet(Sheet):
    headings, title = rules.AWARD_HEADINGS, "Awards"

    def rows(self) -> Any:
        return rules.award_rows(self.contents)


class SpendingSheet(Sheet):
    headings, title = rules.SPENDING_HEADINGS, "Spending"

    def rows(self) -> Any:
        return rules.spending_rows(self.contents)


class Giving(Public):
    """All awards by the 360Giving standard; not found while no list carries a prefix."""

    chosen: ClassVar[dict[str, Any]] = {}  # type: ignore[assignment]

    def get(self, request: HttpRequest, slug: str, ending: str) -> HttpResponse:
        every = self.contents
        if ending not in ("json", "csv") or not any(each["publisher"]["prefix"] for each in every):
            raise Http404("No such page.")
        found = giving.grants(every)
        if ending == "json":
            answer: HttpResponse = JsonResponse(
                {"grants": found}, json_dumps_params={"ensure_ascii": False, "indent": 1}
            )
            answer["Access-Control-Allow-Origin"] = "*"
            return answer
        return exports.response(
            "csv",
            name=f"{slug}-360giving",
            title=_("Grants"),
            headings=giving.HEADINGS,
            rows=giving.rows(found),
        )
