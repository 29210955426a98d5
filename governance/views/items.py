"""Forms of agenda items: the item, what it recommends, what was said, what was decided."""

from datetime import time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.forms.decisions import AddActionForm, RecordOutcomeForm
from governance.forms.items import (
    AddItemForm,
    AddPointForm,
    AddRecommendationForm,
    ItemForm,
    PointForm,
    RecommendationForm,
    WithdrawForm,
)
from governance.models import AgendaItem, KeyPoint, Recommendation
from governance.selectors import minutes
from governance.selectors.live import now_in
from governance.selectors.people import people_of
from governance.services import actions, agenda, decisions, points
from governance.views.base import ItemForms, MeetingForm, PressMixin
from partners.models import Partner
from partners.models.organisations import running_on


class Versioned(ItemForms):
    """A form that changes what is there already."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}


class AddItem(MeetingForm):
    form_class = AddItemForm
    title, submit = _("Add an item"), _("Add item")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"run_here": self.meeting.body.run_here}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        if not self.may_restrict:
            del form.fields["restricted"]
        return form

    def perform(self, form: Any) -> AgendaItem:
        return agenda.add(meeting_id=self.meeting.pk, by=self.request.user, **form.facts())

    def get_done_url(self, result: Any) -> str:
        return f"{self.back()}#item-{result.pk}"


class ChangeItem(Versioned):
    form_class = ItemForm
    title = _("Change the item")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"run_here": self.meeting.body.run_here}

    def get_initial(self) -> dict[str, Any]:
        return self.item.shown_values()

    def perform(self, form: Any) -> AgendaItem:
        return agenda.change(item_id=self.item.pk, by=self.request.user, **form.facts())


class MoveItem(PressMixin, ItemForms):
    form_class = WithdrawForm

    def perform(self, form: Any) -> AgendaItem:
        up = self.request.POST.get("to") == "up"
        return agenda.move(item_id=self.item.pk, up=up, by=self.request.user, **form.cleaned_data)

    def get_done_message(self, result: AgendaItem) -> str:
        """What a screen reader says where the page opens again, with the focus on the item."""
        listed = minutes.items_of(self.meeting, with_restricted=self.may_restrict)
        place = next(number for number, view in enumerate(listed, start=1) if view.item.pk == result.pk)
        words = {"item": result.title, "place": place, "count": len(listed)}
        return str(_("“%(item)s” is now item %(place)s of %(count)s.") % words)

    def get_done_url(self, result: AgendaItem) -> str:
        return f"{self.at('meeting', self.meeting.pk)}?open={result.pk}&moved={result.pk}#item-{result.pk}"


class WithdrawItem(ItemForms):
    form_class = WithdrawForm
    title, submit, danger = _("Take the item off the agenda"), _("Take it off"), True

    def get_title(self) -> Any:
        return _("Take “%(title)s” off the agenda") % {"title": self.item.title}

    def get_done_url(self, result: Any) -> str:
        return self.at("meeting", self.meeting.pk)

    def perform(self, form: Any) -> AgendaItem:
        return agenda.withdraw(item_id=self.item.pk, by=self.request.user, **form.cleaned_data)


class Recommend(ItemForms):
    form_class = AddRecommendationForm
    title, submit = _("Add a recommendation"), _("Add recommendation")

    def perform(self, form: Any) -> Recommendation:
        return agenda.recommend(item_id=self.item.pk, by=self.request.user, **form.cleaned_data)


class ChangeRecommendation(Versioned):
    model = Recommendation
    form_class = RecommendationForm
    title = _("Change the recommendation")

    def get_initial(self) -> dict[str, Any]:
        return {"verb": self.object.verb, "text": self.object.text}

    def perform(self, form: Any) -> Recommendation:
        return agenda.change_recommendation(
            recommendation_id=self.object.pk, by=self.request.user, **form.cleaned_data
        )


class MoveRecommendation(PressMixin, ItemForms):
    model = Recommendation
    form_class = WithdrawForm

    def perform(self, form: Any) -> Recommendation:
        up = self.request.POST.get("to") == "up"
        return agenda.move_recommendation(
            recommendation_id=self.object.pk, up=up, by=self.request.user, **form.cleaned_data
        )


class WithdrawRecommendation(ItemForms):
    model = Recommendation
    form_class = WithdrawForm
    title, submit, danger = _("Withdraw the recommendation"), _("Withdraw it"), True

    def perform(self, form: Any) -> Recommendation:
        return agenda.withdraw_recommendation(
            recommendation_id=self.object.pk, by=self.request.user, **form.cleaned_data
        )


class PointForms(ItemForms):
    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"people": self.people()}

    def people(self) -> list[tuple[str, str]]:
        """Those who came; for a body run elsewhere, and while correcting, everyone the partnership knows."""
        came = minutes.people_who_came(minutes.attendance_of(self.meeting))
        return came or [(str(person.pk), str(person)) for person in people_of(self.partnership)]


class AddPoint(PointForms):
    form_class = AddPointForm
    title, submit = _("Add a key point"), _("Add point")

    def perform(self, form: Any) -> KeyPoint:
        return points.add(item_id=self.item.pk, by=self.request.user, **form.facts())

    def get_done_url(self, result: Any) -> str:
        return f"{self.at('meeting', self.meeting.pk)}{self.place(f'point-{result.pk}')}"


class AddPointBelow(AddPoint):
    model = KeyPoint
    title = _("Add a point below this one")

    def perform(self, form: Any) -> KeyPoint:
        return points.add(
            item_id=self.item.pk, parent_id=self.object.pk, by=self.request.user, **form.facts()
        )


class ChangePoint(PointForms, Versioned):
    model = KeyPoint
    form_class = PointForm
    title = _("Change the key point")

    def people(self) -> list[tuple[str, str]]:
        known = super().people()
        speaker = self.object.speaker
        if speaker and str(speaker.pk) not in dict(known):
            known.append((str(speaker.pk), str(speaker)))
        return known

    def get_initial(self) -> dict[str, Any]:
        return PointForm.initial_of(self.object)

    def perform(self, form: Any) -> KeyPoint:
        return points.change(point_id=self.object.pk, by=self.request.user, **form.facts())


class WithdrawPoint(ItemForms):
    model = KeyPoint
    form_class = WithdrawForm
    title, submit, danger = _("Withdraw the key point"), _("Withdraw it"), True
    intro = _("The points below it go with it.")

    def perform(self, form: Any) -> KeyPoint:
        return points.withdraw(point_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class RecordOutcome(ItemForms):
    """An outcome in words of its own; also where a pressed copy of a recommendation arrives."""

    form_class = RecordOutcomeForm
    title, submit = _("Record an outcome"), _("Record outcome")

    def perform(self, form: Any) -> Any:
        return decisions.record_outcome(
            item_id=self.item.pk,
            today=self.today,
            at=self.now(),
            by=self.request.user,
            **form.cleaned_data,
        )

    def now(self) -> time | None:
        """The time in the meeting, while it sits: whoever is not there now is not counted."""
        return now_in(self.meeting, self.today, timezone.localtime().time())

    def get_done_message(self, result: Any) -> str:
        return str(_("Recorded as %(reference)s.") % {"reference": result.reference})


class RecordFromRecommendation(RecordOutcome):
    """One press copies the recommendation; the form changes the words first."""

    model = Recommendation

    def get_initial(self) -> dict[str, Any]:
        return {"verb": self.object.verb, "text": self.object.text}

    def perform(self, form: Any) -> Any:
        return decisions.record_outcome(
            item_id=self.item.pk,
            recommendation_id=self.object.pk,
            today=self.today,
            at=self.now(),
            by=self.request.user,
            **form.cleaned_data,
        )


class AddAction(ItemForms):
    form_class = AddActionForm
    title, submit = _("Add an action"), _("Add action")
    intro = _("No owner or no date yet? Leave it empty: it is shown as a gap until somebody fills it.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | owners(self)

    def perform(self, form: Any) -> Any:
        return actions.create(item_id=self.item.pk, by=self.request.user, **form.facts())

    def get_done_message(self, result: Any) -> str:
        return str(_("Recorded as %(reference)s.") % {"reference": result.reference})


def owners(view: Any) -> dict[str, Any]:
    """Whom an action may belong to here."""
    partners = view.readable(Partner).filter(running_on(view.today)).select_related("organisation")
    return {"partners": partners.order_by("organisation__name"), "people": people_of(view.partnership)}
