"""What a partner's page shows of governance: its seats and open actions, restricted ones left out."""

from typing import Any

import pytest

from governance.models import Action
from tests.cast import save, signed_in
from tests.governance.scene import Scene


@pytest.fixture
def acted(scene: Scene) -> Scene:
    for reference, restricted in (("EXEC/2024/A01", False), ("EXEC/2024/RA01", True)):
        save(
            Action(
                partnership=scene.cast.surrey,
                body=scene.cast.executive,
                reference=reference,
                text="Name a lead",
                owner_partner=scene.cast.woking,
                restricted=restricted,
            )
        )
    seat = scene.woking_seat
    seat.partner = scene.cast.woking
    save(seat)
    return scene


@pytest.mark.parametrize(("part", "restricted"), [("lead", True), ("observer", False), ("woking_rep", False)])
def test_a_partners_page_shows_its_seats_and_open_actions(acted: Scene, part: str, restricted: bool) -> None:
    page: Any = (
        signed_in(getattr(acted.cast, part)).get(f"/surrey/partners/{acted.cast.woking.pk}/").content.decode()
    )
    assert acted.woking_seat.title in page
    assert "EXEC/2024/A01" in page
    assert "no date" in page
    assert ("EXEC/2024/RA01" in page) is restricted


def test_a_partner_with_neither_is_said_so(scene: Scene) -> None:
    page = signed_in(scene.cast.lead).get(f"/surrey/partners/{scene.cast.police.pk}/").content.decode()
    assert "This partner has no open action." in page
