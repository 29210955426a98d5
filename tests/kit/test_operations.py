"""What is done together in a migration builds its models once."""

import re

from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState, StateApps
from django.db.migrations.writer import MigrationWriter

from svd_portal.kit.operations import Together


def named(name: str, *others: str) -> migrations.CreateModel:
    fields = [("id", models.BigAutoField(primary_key=True))]
    fields += [(other, models.ForeignKey(f"kit.{other}", models.CASCADE)) for other in others]
    return migrations.CreateModel(name=name, fields=fields)


TWO = [named("first", "second"), named("second", "first")]
"""Each leads to the other: one by one they could not be made."""


def test_models_that_lead_to_each_other_are_made_and_built_once(db, monkeypatch) -> None:
    built = []
    was = StateApps.render_multiple
    monkeypatch.setattr(
        StateApps, "render_multiple", lambda self, states: (built.append(len(states)), was(self, states))
    )
    before = ProjectState()
    after = before.clone()
    together = Together(TWO)

    together.state_forwards("kit", after)
    with connection.schema_editor(collect_sql=True) as editor:
        together.database_forwards("kit", editor, before, after)

    assert built == [2]
    assert [line.split("(")[0] for line in editor.collected_sql if line.startswith("CREATE TABLE")] == [
        'CREATE TABLE "kit_first" ',
        'CREATE TABLE "kit_second" ',
    ]
    assert sum("FOREIGN KEY" in line for line in editor.collected_sql) == 2


def test_it_says_what_it_is_and_does_not_go_back() -> None:
    together = Together(TWO)

    written, imports = MigrationWriter.serialize(together)

    assert re.sub(r"\s+", "", written).startswith(
        "svd_portal.kit.operations.Together(operations=[migrations.CreateModel(name='first',"
    )
    assert "import svd_portal.kit.operations" in imports
    assert (together.describe(), together.reversible) == ("2 operations together", False)
