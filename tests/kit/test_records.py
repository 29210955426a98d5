"""What PostgreSQL itself refuses the app's role, and what a saved record leaves behind."""

from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import IntegrityError, ProgrammingError
from django.utils import timezone
from simple_history.models import registered_models

from governance.models import Seat
from milestones.models import Milestone, MilestoneMove
from milestones.services import milestones
from partners.models import Partner
from svd_portal.kit.database import append_only_tables, rights_by_table
from svd_portal.kit.errors import Stale
from tests.cast import SINCE, TODAY, Cast


def refused(sql: str, params: tuple[object, ...] = ()) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
    return str(caught.value).splitlines()[0]


@pytest.fixture
def milestone(cast: Cast) -> Milestone:
    return milestones.add(partnership=cast.surrey, title="Strategy", due=TODAY, by=cast.lead)


def test_the_app_connects_as_a_role_that_owns_nothing(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == ("svd_app", 0)


def test_history_cannot_be_changed_deleted_or_emptied(milestone: Milestone) -> None:
    table = "milestones_milestonehistory"
    assert refused(f"UPDATE {table} SET title = 'x'") == f"permission denied for table {table}"
    assert refused(f"DELETE FROM {table}") == f"permission denied for table {table}"
    assert refused(f"TRUNCATE {table}") == f"permission denied for table {table}"
    assert milestone.history.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE milestones_milestonehistory SET title = 'x'",
        "DELETE FROM milestones_milestonehistory",
        "TRUNCATE milestones_milestonehistory",
    ],
)
def test_triggers_refuse_even_the_owner(
    milestone: Milestone, owner_connection: psycopg.Connection, statement: str
) -> None:
    with pytest.raises(psycopg.errors.RaiseException):
        owner_connection.execute(statement)
    assert milestone.history.get().title == "Strategy"


TOLD = "history says of a record what stands there"
ONCE = 'duplicate key value violates unique constraint "milestones_milestone_version_once"'


def telling(**said: str) -> str:
    """A row of history about the only milestone: `said` otherwise than it stands there."""
    history = Milestone.history.model
    columns = [field.column for field in history.tracked_fields]
    more = {
        "request_id": "''",
        "history_type": "'~'",
        "history_date": "'2001-01-01'",
        "history_change_reason": "'Made up'",
    }
    values = {name: said.get(name, text) for name, text in ({c: c for c in columns} | more).items()}
    return (
        f"INSERT INTO {history._meta.db_table} ({', '.join(values)})"
        f" SELECT {', '.join(values.values())} FROM milestones_milestone"
    )


def test_history_is_not_made_up(milestone: Milestone, cast: Cast) -> None:
    assert refused(telling(history_type="'+'")) == ONCE
    assert refused(telling()) == TOLD
    assert refused(telling(version="version + 1")) == TOLD
    assert refused(telling(version="version + 1", title="'Never so'")) == TOLD
    assert refused(telling(history_type="'-'")) == TOLD
    assert refused(telling(id="gen_random_uuid()", history_type="'+'")) == TOLD
    milestones.change(milestone_id=milestone.pk, version=1, title="Plan", source="", by=cast.lead)
    assert refused(telling()) == ONCE
    assert refused(telling(version="1", title="'Strategy'", history_type="'+'")) == TOLD
    assert refused(telling(version="version - 1")) == TOLD
    assert milestone.history.count() == 2


def test_history_says_when_by_the_clock_of_the_database(milestone: Milestone) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE milestones_milestone SET version = 2, title = 'Plan'")
        cursor.execute(telling())
    latest = milestone.history.first()
    assert (latest.version, latest.title) == (2, "Plan")
    assert timezone.now() - latest.history_date < timedelta(minutes=1)


def test_each_save_and_each_of_many_is_told_once(cast: Cast, milestone: Milestone) -> None:
    with transaction.atomic():
        for title in ("Plan", "Plan of 2024"):
            milestone.title = title
            with transaction.atomic():
                milestone.save_by(cast.lead)
    told = milestone.history.order_by("version").values_list("version", "title", "history_type")
    assert list(told) == [(1, "Strategy", "+"), (2, "Plan", "~"), (3, "Plan of 2024", "~")]
    many = [Milestone(partnership=cast.surrey, title=f"Step {n}", due=TODAY) for n in range(3)]
    Milestone.objects.add_all(many, by=cast.lead)
    assert [each.history.get().title for each in many] == ["Step 0", "Step 1", "Step 2"]


def test_every_history_is_guarded(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE tgname LIKE 'pgtrigger\\_as\\_it\\_stands\\_%' AND tgenabled = 'O'"
        )
        guarded = {name for (name,) in cursor.fetchall()}
    assert guarded == {model.history.model._meta.db_table for model in registered_models.values()}
    assert len(guarded) > 80


def test_every_record_table_may_be_written_and_none_deleted(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, string_agg(privilege_type, ', ' ORDER BY privilege_type)"
            " FROM information_schema.role_table_grants WHERE grantee = 'svd_app' GROUP BY 1"
        )
        granted = dict(cursor.fetchall())
    assert granted["funding_claim"] == "INSERT, SELECT, UPDATE"
    assert granted["funding_claimhistory"] == "INSERT, SELECT"
    assert granted["funding_returnsnapshot"] == "INSERT, SELECT"
    assert granted["guardian_userobjectpermission"] == "SELECT"
    assert granted["partners_partnershipuserobjectpermission"] == "DELETE, INSERT, SELECT, UPDATE"
    deletable = {table for table, rights in granted.items() if "DELETE" in rights}
    assert not {t for t in deletable if t.startswith(("funding_", "milestones_", "kit_"))}
    assert all(granted[table] == "INSERT, SELECT" for table in append_only_tables())
    assert rights_by_table(["funding_returnstep"])["funding_returnstep"] == "SELECT, INSERT"


def test_a_record_never_points_into_another_partnership(cast: Cast) -> None:
    seat = Seat(
        partnership=cast.surrey,
        body=cast.executive,
        kind="partner",
        title="Theirs",
        partner=cast.their_police,
        first_day=SINCE,
    )
    with pytest.raises(IntegrityError, match="partner belongs to another partnership"), transaction.atomic():
        seat.save_by(cast.lead)


def test_a_record_never_moves_to_another_partnership(cast: Cast) -> None:
    cast.police.partnership = cast.west_midlands
    with pytest.raises(IntegrityError, match="never moves to another partnership"), transaction.atomic():
        cast.police.save_by(cast.admin)


def test_a_save_records_who_why_and_under_which_request(cast: Cast, milestone: Milestone) -> None:
    milestone.title = "Strategy, second edition"
    milestone.save_by(cast.lead, reason="Renamed by the Executive")
    latest = milestone.history.first()
    assert (latest.history_user, latest.history_change_reason, latest.history_type) == (
        cast.lead,
        "Renamed by the Executive",
        "~",
    )
    assert milestone.version == 2


def test_a_stale_version_carries_what_is_stored(cast: Cast, milestone: Milestone) -> None:
    milestones.change(milestone_id=milestone.pk, version=1, title="Theirs", source="", by=cast.lead)
    with pytest.raises(Stale) as caught:
        milestones.change(milestone_id=milestone.pk, version=1, title="Mine", source="", by=cast.lead)
    assert caught.value.current["title"] == "Theirs"
    assert caught.value.version == 2


def test_update_and_delete_are_not_to_be_had(cast: Cast) -> None:
    with pytest.raises(TypeError, match="writes no history"):
        Partner.objects.update(note="x")
    with pytest.raises(TypeError, match="never deleted"):
        Partner.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_when_history_cannot_be_written_nothing_is_saved(
    cast: Cast, milestone: Milestone, owner_connection: psycopg.Connection
) -> None:
    """The move's own row is inserted and the milestone updated before the history insert is refused."""
    owner_connection.execute("REVOKE INSERT ON milestones_milestonehistory FROM svd_app")
    with pytest.raises(ProgrammingError, match="permission denied for table milestones_milestonehistory"):
        milestones.move(milestone_id=milestone.pk, version=1, to=SINCE, reason="Agreed", by=cast.lead)
    milestone.refresh_from_db()
    assert (milestone.due, milestone.version, milestone.history.count()) == (TODAY, 1, 1)
    assert MilestoneMove.objects.count() == 0


@pytest.mark.parametrize("call", ["bulk_create", "bulk_update"])
def test_bulk_writes_are_not_to_be_had(cast: Cast, call: str) -> None:
    with pytest.raises(TypeError, match="writes no history"):
        getattr(Partner.objects, call)([cast.police])


def test_triggers_look_tables_up_by_their_own_path(cast: Cast) -> None:
    """A temporary table of the same name would otherwise stand before the real one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT proconfig[1] FROM pg_proc WHERE proname LIKE 'pgtrigger\\_%'"
            " AND pronamespace = 'public'::regnamespace"
        )
        assert cursor.fetchall() == [("search_path=pg_catalog, public, pg_temp",)]
