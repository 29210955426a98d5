"""Priorities in tiers: who sets and who coordinates them, what they may say, and where they are shown."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from governance.models import Body
from milestones.models import Priority, PriorityTier, Product
from milestones.services import plans
from milestones.services import priorities as services
from milestones.services.priorities import About
from svd_portal.kit.errors import DomainError, Stale
from tests.cast import SINCE, Cast, save, signed_in

ONE, TWO = "Tier one: for action", "Tier two: for oversight"


@pytest.fixture
def assembly(cast: Cast) -> Body:
    return body(cast, "Community Safety Assembly", "CSA")


def body(cast: Cast, name: str, code: str) -> Body:
    return save(
        Body(partnership=cast.surrey, name=name, code=code, kind="board", run_here=False, first_day=SINCE)
    )


def product(cast: Cast, kind: str = "strategy") -> Product:
    return save(Product(partnership=cast.surrey, kind=kind, title="Prevent strategy", edition="2023"))


def tiers(cast: Cast) -> tuple[PriorityTier, PriorityTier]:
    services.use_usual_tiers(partnership=cast.surrey, by=cast.lead)
    one, two = PriorityTier.objects.order_by("position")
    return one, two


def add(cast: Cast, title: str = "Leadership", key: Any = None, **about: Any) -> Priority:
    return services.add(partnership=cast.surrey, about=About(title=title, **about), key=key, by=cast.lead)


def page(user: Any, address: str = "plan/") -> str:
    answer = signed_in(user).get(f"/surrey/milestones/{address}")
    assert answer.status_code == 200
    return " ".join(str(answer.content.decode()).split())


def test_a_priority_gets_the_next_number_and_keeps_it(cast: Cast) -> None:
    key = uuid4()
    first, second = add(cast), add(cast, "Evidence", key=key)
    assert (first.number, second.number, add(cast, "Evidence", key=key)) == (1, 2, second)
    changed = services.change(
        priority_id=first.pk, version=1, about=About(title="Lead", need="Many act."), by=cast.lead
    )
    assert (str(changed), changed.need) == ("1. Lead", "Many act.")
    with pytest.raises(Stale):
        services.change(priority_id=first.pk, version=1, about=About(title="Led"), by=cast.lead)


def test_the_coordinating_body_has_papers_of_its_own_one_way_or_the_other(cast: Cast, assembly: Body) -> None:
    ours, link = product(cast), "https://prevent.example/strategy"
    for about, field in (
        ({"own_strategy_id": ours.pk}, "coordinated_by"),
        ({"own_plan_url": link}, "coordinated_by"),
        (
            {"own_strategy_id": ours.pk, "own_strategy_url": link, "coordinated_by_id": assembly.pk},
            "own_strategy_url",
        ),
        ({"set_by_id": cast.their_executive.pk}, "set_by"),
        ({"tier_id": uuid4()}, "tier"),
    ):
        with pytest.raises(DomainError) as refused:
            add(cast, **about)
        assert refused.value.field == field
    made = add(cast, own_strategy_id=ours.pk, own_plan_url=link, coordinated_by_id=assembly.pk)
    assert (made.own_strategy, made.own_plan_url) == (ours, link)
    made.coordinated_by = None
    with pytest.raises(IntegrityError, match="priority_papers_of_coordinator"), transaction.atomic():
        made.save_by(cast.lead)


def test_tiers_are_begun_renamed_and_retired_once_empty(cast: Cast) -> None:
    one, two = tiers(cast)
    services.use_usual_tiers(partnership=cast.surrey, by=cast.lead)
    assert [one.name, two.name, PriorityTier.objects.count()] == [ONE, TWO, 2]
    three = services.add_tier(partnership=cast.surrey, name="Tier three", by=cast.lead)
    assert three.position == 3
    with pytest.raises(DomainError, match="There is a tier of this name"):
        services.add_tier(partnership=cast.surrey, name="TIER THREE", by=cast.lead)
    priority = add(cast, tier_id=one.pk)
    given = {"tier_id": one.pk, "version": 1, "name": ONE, "position": 1, "by": cast.lead}
    with pytest.raises(DomainError, match=r"1 priority is in this tier\. Move it first\."):
        services.change_tier(**given, retired=True)
    services.change(priority_id=priority.pk, version=1, about=About(title="L"), by=cast.lead)
    assert services.change_tier(**given, retired=True).retired
    with pytest.raises(DomainError, match="no longer offered"):
        add(cast, "Late", tier_id=one.pk)
    with pytest.raises(Stale):
        services.change_tier(**given, retired=False)


@pytest.mark.parametrize("part", ["finance", "auditor", "police_rep", "woking_rep", "chair", "observer"])
def test_only_who_manages_the_programme_writes(cast: Cast, part: str) -> None:
    user, priority, (one, _two) = cast.members[part], add(cast), tiers(cast)
    about = About(title="Mine")
    for press in (
        lambda: services.add(partnership=cast.surrey, about=about, by=user),
        lambda: services.change(priority_id=priority.pk, version=9, about=about, by=user),
        lambda: services.use_usual_tiers(partnership=cast.surrey, by=user),
        lambda: services.add_tier(partnership=cast.surrey, name="Mine", by=user),
        lambda: services.change_tier(
            tier_id=one.pk, version=9, name="Mine", position=1, retired=False, by=user
        ),
    ):
        with pytest.raises(PermissionDenied):
            press()
    client = signed_in(user)
    for address in ("priorities/add/", f"priorities/{priority.pk}/change/", "tiers/", "tiers/add/"):
        assert client.get(f"/surrey/milestones/plan/{address}").status_code == 403
    assert client.get(f"/surrey/milestones/plan/priorities/{priority.pk}/").status_code == 200
    assert "Change the priority" not in page(user, f"plan/priorities/{priority.pk}/")


def test_an_outsider_finds_no_priority(cast: Cast) -> None:
    address = f"/surrey/milestones/plan/priorities/{add(cast).pk}/"
    assert signed_in(cast.outsider).get(address).status_code == 404
    assert signed_in(cast.outsider).get(address.replace("surrey", "west-midlands")).status_code == 404


def test_without_tiers_no_page_speaks_of_them(cast: Cast) -> None:
    priority = add(cast)
    for address in ("plan/", f"plan/priorities/{priority.pk}/"):
        assert "tier" not in page(cast.woking_rep, address).lower()
    form = page(cast.lead, "plan/priorities/add/")
    assert 'name="tier"' not in form
    tiers(cast)
    assert 'name="tier"' in page(cast.lead, "plan/priorities/add/")


def test_the_plan_puts_our_own_first_then_each_bodys_tier_by_tier(cast: Cast, assembly: Body) -> None:
    one, two = tiers(cast)
    add(cast, "Leadership")
    add(cast, "Road safety", set_by_id=assembly.pk, tier_id=two.pk)
    group = body(cast, "Prevent group", "PG")
    link = "https://prevent.example/plan"
    add(
        cast,
        "Prevent",
        set_by_id=assembly.pk,
        tier_id=one.pk,
        coordinated_by_id=group.pk,
        own_plan_url=link,
    )
    shown = page(cast.woking_rep)
    order = [
        "1. Leadership",
        f"Set by Community Safety Assembly · {ONE}",
        "3. Prevent",
        f"Set by Community Safety Assembly · {TWO}",
        "2. Road safety",
        "No coordinating body recorded.",
    ]
    places = [shown.index(words) for words in order]
    assert places == sorted(places)
    assert f'<a href="{link}">its action plan</a>' in shown
    of_group = signed_in(cast.woking_rep).get(f"/surrey/governance/bodies/{group.pk}/").content.decode()
    assert [words in of_group for words in ("<h2>Coordinates</h2>", "3. Prevent", link)] == [True] * 3
    of_assembly = signed_in(cast.woking_rep).get(f"/surrey/governance/bodies/{assembly.pk}/").content.decode()
    assert "<h2>Sets these priorities</h2>" in of_assembly
    assert "<h2>Coordinates</h2>" not in of_assembly


def test_priorities_are_added_and_changed_on_forms(cast: Cast, assembly: Body) -> None:
    one, _two = tiers(cast)
    client, address = signed_in(cast.lead), "/surrey/milestones/plan/priorities/add/"
    typed = {"title": "Prevent", "own_plan_url": "prevent.example/plan", "tier": str(one.pk)}
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "Name the coordinating body first" in refused.content.decode()
    saved = client.post(address, typed | {"coordinated_by": str(assembly.pk)})
    made = Priority.objects.get()
    assert saved["Location"] == f"/surrey/milestones/plan/priorities/{made.pk}/"
    assert (made.own_plan_url, made.tier, made.set_by) == ("https://prevent.example/plan", one, None)
    change = f"/surrey/milestones/plan/priorities/{made.pk}/change/"
    assert f'value="{one.pk}" selected' in client.get(change).content.decode()
    add(cast, "Other")
    services.change(priority_id=made.pk, version=1, about=About(title="Theirs"), by=cast.lead)
    stale = client.post(change, {"title": "Mine", "version": "1"})
    assert stale.status_code == 422
    assert "Someone changed this while you were editing" in stale.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_plan_asks_the_same_for_few_and_many(
    cast: Cast, assembly: Body, rows: int, django_assert_num_queries: Any
) -> None:
    one, _two = tiers(cast)
    for number in range(rows):
        made = add(cast, f"P{number}", tier_id=one.pk, set_by_id=assembly.pk, coordinated_by_id=assembly.pk)
        plans.add_action(priority=made, objective="O", title="T", lead_partner=cast.woking, by=cast.lead)
    client = signed_in(cast.woking_rep)
    client.get("/surrey/milestones/plan/")
    with django_assert_num_queries(7):
        client.get("/surrey/milestones/plan/")
    address = f"/surrey/governance/bodies/{assembly.pk}/"
    client.get(address)
    with django_assert_num_queries(12):
        client.get(address)
