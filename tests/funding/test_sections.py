"""The sections of a return: laid out for a grant, followed by what is being written, frozen with the rest."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from funding.models import ReturnNarrative, ReturnSection
from funding.rules import sections as rules
from funding.rules.sections import Kind, Section
from funding.selectors import returns as return_selectors
from funding.selectors import sections as selectors
from funding.services import returns
from funding.services import sections as services
from svd_portal.kit.errors import DomainError, Stale
from tests.cast import TODAY
from tests.funding.pages import errors, look, queries, send
from tests.funding.return_story import act, begin, certify, complete, explain, lock

TEXTS = ["Milestones", "Interventions", "Risks"]
FILLED = ["reached", "milestones", "decisions", "findings", "comments"]


@pytest.fixture(autouse=True)
def business_date(settings):
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def story(cast):
    return begin(cast)


def titles(story):
    return [each.title for each in selectors.of_grant(story.grant.pk) if each.asked]


def lay_out(story, sections, *, by=None, version=None):
    story.grant.refresh_from_db()
    return services.lay_out(
        grant_id=story.grant.pk,
        version=version or story.grant.version,
        sections=sections,
        by=by or story.cast.finance,
    )


def frozen(story):
    return return_selectors.frozen_content(story.reload().snapshot)


# Rules


def test_what_nobody_placed_stands_around_the_texts():
    laid_out = rules.laid_out([Section("a", Kind.TEXT, "Risks")])
    assert [each.key for each in laid_out] == ["awards", "a", *FILLED]
    assert rules.laid_out(laid_out[::-1]) == laid_out[::-1]


@pytest.mark.parametrize(
    ("places", "order"),
    [
        ([1, 2, 3, 4], "abcd"),
        ([1, 2, 3, 1], "dabc"),
        ([1, 4, 3, 4], "acdb"),
        ([3, 2, 1, 4], "cbad"),
        ([1, 2, 3, 99], "abcd"),
        ([1, 2, 1, 2], "cdab"),
        ([4, 4, 3, 4], "cdba"),
    ],
)
def test_a_section_takes_the_place_that_is_written(places, order):
    sections = [Section(key, Kind.TEXT, key) for key in "abcd"]
    assert "".join(each.key for each in rules.moved(sections, places)) == order


@given(st.integers(1, 12).flatmap(lambda n: st.lists(st.integers(1, 99), min_size=n, max_size=n)))
def test_whatever_is_written_no_section_is_lost(places):
    sections = [Section(str(number), Kind.TEXT) for number in range(len(places))]
    assert sorted(rules.moved(sections, places), key=sections.index) == sections


@given(st.integers(2, 12).flatmap(lambda n: st.tuples(st.just(n), st.permutations(range(1, n + 1)))))
def test_every_place_that_is_written_is_given(wanted):
    count, places = wanted
    sections = [Section(str(number), Kind.TEXT) for number in range(count)]
    found = rules.moved(sections, places)
    assert [found.index(section) + 1 for section in sections] == places


@given(st.integers(1, 12).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1), st.integers(1, n))))
def test_one_that_moves_gets_exactly_its_place_and_the_others_keep_their_order(moves):
    count, which, place = moves
    sections = [Section(str(number), Kind.TEXT) for number in range(count)]
    places = [place if number == which else number + 1 for number in range(count)]
    found = rules.moved(sections, places)
    assert found.index(sections[which]) == place - 1
    assert [each for each in found if each != sections[which]] == [
        each for each in sections if each != sections[which]
    ]


def test_what_is_wrong_is_said_of_each_section():
    wrong = [
        Section("awards", Kind.AWARDS, asked=False),
        Section("a", Kind.TEXT, "Risks"),
        Section("b", Kind.TEXT, "risks"),
        Section("c", Kind.TEXT),
        Section("d", Kind.TEXT, "What the checks found", asked=False),
        Section("findings", Kind.FINDINGS),
    ]
    assert [(each.key, each.field, each.sentence) for each in rules.problems(wrong)] == [
        ("awards", "asked", "A return always lists its awards."),
        ("b", "heading", "“risks” is there already. Choose another heading."),
        ("c", "heading", "Give the text a heading."),
        (
            *("findings", "heading"),
            "“What the checks found” is there already. Choose another heading.",
        ),
    ]
    around = [Section("a", Kind.TEXT, "summary"), Section("b", Kind.TEXT, "Signatures")]
    assert [each.sentence for each in rules.problems(around)] == [
        "“summary” is there already. Choose another heading.",
        "“Signatures” is there already. Choose another heading.",
    ]
    left_out = [Section(str(number), Kind.TEXT, f"Old {number}", asked=False) for number in range(40)]
    assert [*rules.problems(left_out)] == []
    many = [Section(str(number), Kind.TEXT, f"Text {number}") for number in range(31)]
    assert [each.sentence for each in rules.problems(many)] == ["A return has at most 30 sections."]


# Laid out


def test_a_grant_begins_with_its_texts_between_awards_and_the_rest(story):
    assert titles(story) == ["Awards", *TEXTS, *(Kind(kind).label for kind in FILLED)]


def test_sections_are_moved_left_out_named_and_added(story):
    awards, milestones, interventions, risks, *filled = selectors.of_grant(story.grant.pk)
    new = Section("new1", Kind.TEXT, " Voices of young people ", "Quotes, without names.")
    renamed = Section(filled[1].key, Kind.MILESTONES, "Our milestones")
    out = Section(milestones.key, Kind.TEXT, "Milestones", asked=False)
    lay_out(story, [risks, awards, new, out, interventions, filled[0], renamed, *filled[2:]])
    assert titles(story) == [
        *("Risks", "Awards", "Voices of young people", "Interventions", "Whom interventions reached"),
        *("Our milestones", "The decisions behind each award", "What the checks found"),
        "What partners said",
    ]
    texts = story.quarterly_return.narratives.order_by("section__position")
    assert [each.section.heading for each in texts] == [
        *("Risks", "Voices of young people", "Milestones", "Interventions"),
    ]
    known = return_selectors.facts(story.reload())
    assert list(known.narrative) == ["Risks", "Voices of young people", "Interventions"]


def test_what_was_written_comes_back_with_its_heading(story):
    complete(story)
    laid_out = selectors.of_grant(story.grant.pk)
    lay_out(story, [each if each.title != "Risks" else _without(each) for each in laid_out])
    assert "Risks" not in return_selectors.facts(story.reload()).narrative
    lay_out(story, laid_out)
    assert return_selectors.facts(story.reload()).narrative["Risks"] == "Risks are on course."
    assert ReturnNarrative.objects.count() == 3


def _without(section):
    return Section(section.key, section.kind, section.heading, section.prompt, asked=False)


def test_two_headings_change_places(story):
    awards, first, second, *rest = selectors.of_grant(story.grant.pk)
    swapped = [
        Section(first.key, Kind.TEXT, second.heading),
        Section(second.key, Kind.TEXT, first.heading),
    ]
    lay_out(story, [awards, *swapped, *rest])
    assert titles(story)[:3] == ["Awards", "Interventions", "Milestones"]
    assert {str(each.pk): each.heading for each in ReturnSection.objects.filter(position__in=(2, 3))} == {
        first.key: "Interventions",
        second.key: "Milestones",
    }


def test_a_locked_return_keeps_its_sections_and_the_next_has_the_new_ones(story):
    complete(story)
    lock(story)
    awards, *rest = selectors.of_grant(story.grant.pk)
    lay_out(story, [*rest[::-1], awards])
    assert [each["heading"] for each in frozen(story)["sections"]] == [
        *("Awards", *TEXTS),
        *(Kind(kind).label for kind in FILLED),
    ]
    fourth = returns.open_return(
        grant=story.grant,
        year=2023,
        quarter=4,
        due=date(2024, 4, 30),
        by=story.cast.finance,
    )
    shown = return_selectors.shown(fourth, today=TODAY)[1]
    assert [each["heading"] for each in shown["sections"]] == [*titles(story)]
    assert [each["heading"] for each in shown["narrative"]] == TEXTS[::-1]


def test_a_new_version_has_the_sections_of_its_grant_with_the_old_words(story):
    complete(story)
    certify(story)
    laid_out = selectors.of_grant(story.grant.pk)
    lay_out(story, [*laid_out, Section("new1", Kind.TEXT, "Voices")])
    current = story.reload()
    new = returns.new_edition(
        return_id=current.pk, version=current.version, reason="Woking's figure", by=story.cast.finance
    )
    assert {each.section.heading: each.text for each in new.narratives.all()} == {
        **{heading: f"{heading} are on course." for heading in TEXTS},
        "Voices": "",
    }


def test_a_return_that_is_sent_back_has_the_texts_its_grant_asks_for_now(story):
    complete(story)
    lock(story)
    lay_out(story, [*selectors.of_grant(story.grant.pk), Section("new1", Kind.TEXT, "Voices")])
    act(story, "send_back", story.cast.cfo, reason="The cameras")
    assert return_selectors.facts(story.reload()).narrative["Voices"] == ""


def test_a_new_version_keeps_what_was_written_under_a_heading_that_is_left_out(story):
    complete(story)
    certify(story)
    laid_out = selectors.of_grant(story.grant.pk)
    lay_out(story, [each if each.title != "Risks" else _without(each) for each in laid_out])
    current = story.reload()
    new = returns.new_edition(
        return_id=current.pk, version=current.version, reason="Woking's figure", by=story.cast.finance
    )
    assert "Risks" not in return_selectors.facts(new).narrative
    lay_out(story, laid_out)
    assert return_selectors.facts(new).narrative["Risks"] == "Risks are on course."


@pytest.mark.parametrize("status", ["commenting", "checking"])
def test_what_partners_or_finance_read_does_not_change_under_them(story, status):
    complete(story)
    if status == "commenting":
        act(story, "ask_for_comments", story.cast.finance, closes_on=TODAY)
    else:
        explain(story)
        act(story, "submit_for_check", story.cast.finance)
    with pytest.raises(DomainError, match="are reading the return of 2023/24 quarter 3"):
        lay_out(story, selectors.of_grant(story.grant.pk)[::-1])
    assert "Partners or finance are reading the return of 2023/24 quarter 3" in look(
        story.cast.finance, page(story)
    )
    assert not ReturnSection.objects.exclude(kind="text").exists()


def test_of_two_who_change_the_sections_the_second_is_told(story):
    laid_out = selectors.of_grant(story.grant.pk)
    lay_out(story, laid_out[::-1], version=1)
    with pytest.raises(Stale):
        lay_out(story, laid_out, version=1)
    assert titles(story)[0] == "What partners said"


@pytest.mark.parametrize("who", ["lead", "checker", "cfo", "woking_rep", "outsider"])
def test_only_who_manages_funding_lays_out_a_return(story, who):
    laid_out = selectors.of_grant(story.grant.pk)
    with pytest.raises(PermissionDenied):
        lay_out(story, laid_out[::-1], by=getattr(story.cast, who))


# Pages


def page(story):
    return f"/surrey/funding/grants/{story.grant.pk}/sections/"


def boxes(story, **changes):
    """What the page sends, as it stands."""
    story.grant.refresh_from_db()
    sent = {"version": story.grant.version}
    sections = [*selectors.of_grant(story.grant.pk), *(Section(key, Kind.TEXT) for key in ("new1", "new2"))]
    for place, each in enumerate(sections, 1):
        sent |= {f"place_{each.key}": place, f"heading_{each.key}": each.heading}
        if each.kind == Kind.TEXT:
            sent[f"prompt_{each.key}"] = each.prompt
        if each.asked:
            sent[f"asked_{each.key}"] = "on"
    return sent | changes


def test_finance_lays_out_a_return_on_a_page(story):
    seen = look(story.cast.finance, page(story))
    assert "Sections of the quarterly return" in seen
    assert "The decisions behind each award filled by the portal" in seen
    sent = boxes(story, place_decisions=2, heading_new1="Voices", prompt_new1="Quotes, without names.")
    del sent["asked_comments"]
    answer = send(story.cast.finance, page(story), **sent)
    assert answer.status_code == 302
    assert titles(story) == [
        *("Awards", "The decisions behind each award", *TEXTS, "Whom interventions reached"),
        *("Milestones of the agreement", "What the checks found", "Voices"),
    ]
    seen = look(story.cast.woking_rep, f"/surrey/funding/grants/{story.grant.pk}/")
    assert "The decisions behind each award Milestones Interventions Risks" in seen
    assert "Voices: Quotes, without names." in seen
    assert "Change the sections" not in seen


def test_what_is_wrong_stands_beside_its_box_and_all_that_was_typed_is_kept(story):
    sent = boxes(story, place_reached="first", heading_new1="Risks", prompt_new2="Somebody's own words")
    answer = send(story.cast.finance, page(story), **sent)
    assert errors(answer) == [
        "Whom interventions reached: write its place as a number, 1 being the first",
        "“Risks” is there already. Choose another heading.",
        "Give the text a heading.",
    ]
    assert 'value="Somebody&#39;s own words"' in answer.content.decode()
    answer = send(story.cast.finance, page(story), **(sent | {"place_reached": 5}))
    assert errors(answer) == [
        "“Risks” is there already. Choose another heading.",
        "Give the text a heading.",
    ]
    assert titles(story)[0] == "Awards"
    assert not ReturnSection.objects.exclude(kind="text").exists()


def test_a_box_that_is_wrong_brings_no_second_complaint_about_it(story):
    answer = send(story.cast.finance, page(story), **boxes(story, heading_new1="x" * 121))
    [sentence] = errors(answer)
    assert "120" in sentence


def test_the_page_asks_as_much_for_three_sections_as_for_thirteen(story):
    first = queries(story.cast.finance, page(story))
    laid_out = selectors.of_grant(story.grant.pk)
    lay_out(story, [*laid_out, *(Section(f"new{n}", Kind.TEXT, f"Text {n}") for n in range(10))])
    assert queries(story.cast.finance, page(story)) == first == 7


def test_texts_of_a_certified_return_keep_their_headings(story):
    complete(story)
    certify(story)
    laid_out = selectors.of_grant(story.grant.pk)
    renamed = [
        Section(each.key, each.kind, "Dangers") if each.title == "Risks" else each for each in laid_out
    ]
    lay_out(story, renamed)
    seen = look(story.cast.woking_rep, "/surrey/funding/returns/2023-24/q3/")
    assert "Risks Risks are on course." in seen
    assert "Dangers" not in seen
