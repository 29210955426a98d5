"""What the app's database role may do. Run after every migration, by the owner."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models, transaction
from django.db.backends.signals import connection_created
from guardian.models import UserObjectPermissionBase
from simple_history.models import registered_models

from svd_portal.kit.models.base import InsertOnly

# Rows of these come and go by their nature; everything else is withdrawn, never deleted.
DELETABLE_APPS = {"sessions", "mfa", "usersessions", "account"}
READ_ONLY_TABLES = {"django_migrations", "guardian_userobjectpermission", "guardian_groupobjectpermission"}


# pgtrigger's triggers ask this function whether to stand aside. Ours never do: anyone could set the
# session variable that its own version reads.
_NEVER_IGNORE = """
    CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN false; END $$
"""


# A trigger that looks something up must find the table itself, not a temporary one of the same name. Where
# temporary tables are not this role's to forbid, the path alone does it.
_LOOK_UP_IN_PUBLIC = r"""
    DO $$ DECLARE found regprocedure; BEGIN
        FOR found IN SELECT oid::regprocedure FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace AND proowner = current_user::regrole
                AND proname LIKE 'pgtrigger\_%'
        LOOP
            EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp', found);
        END LOOP;
        IF (SELECT datdba = current_user::regrole FROM pg_database WHERE datname = current_database()) THEN
            EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
        END IF;
    END $$
"""


def append_only_tables() -> set[str]:
    """Tables of history and of frozen content."""
    tables = {model.history.model._meta.db_table for model in registered_models.values()}
    return tables | {m._meta.db_table for m in apps.get_models() if issubclass(m, InsertOnly)}


def deletable_tables() -> set[str]:
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in DELETABLE_APPS
        or (issubclass(model, UserObjectPermissionBase) and model._meta.app_label != "guardian")
    }


def rights_by_table(tables: list[str]) -> dict[str, str]:
    """What the app's role may do on each of `tables`."""
    return {
        **dict.fromkeys(tables, "SELECT, INSERT, UPDATE"),
        **dict.fromkeys(deletable_tables(), "SELECT, INSERT, UPDATE, DELETE"),
        **dict.fromkeys(append_only_tables(), "SELECT, INSERT"),
        **dict.fromkeys(READ_ONLY_TABLES, "SELECT"),
    }


def grant_app_role(*, using: str = "default", **kwargs: Any) -> None:
    """Give the app's role what it needs on every table, and no more."""
    connection = connections[using]
    role = connection.ops.quote_name(settings.APP_DATABASE_ROLE)
    # All at once: a portal that runs meanwhile never finds itself without its rights.
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] == settings.APP_DATABASE_ROLE:
            return
        cursor.execute(_NEVER_IGNORE)
        cursor.execute(_LOOK_UP_IN_PUBLIC)
        tables = connection.introspection.table_names(cursor)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
        rights = rights_by_table(tables)
        for table in tables:
            cursor.execute(f"GRANT {rights[table]} ON {connection.ops.quote_name(table)} TO {role}")


PLANS_KEPT = 300
"""A connection keeps the plans of so many statements, the latest asked: of every page and its forms."""


def keep_plans(connection: Any, **kwargs: Any) -> None:
    """The driver would keep a hundred, fewer than the pages ask, and throw out what comes back next."""
    connection.connection.prepared_max = PLANS_KEPT


def connect() -> None:
    """Grant once, after the last app has migrated; keep the plans of each new connection."""
    connection_created.connect(keep_plans, dispatch_uid="kit.keep_plans")
    last = list(apps.get_app_configs())[-1]
    models.signals.post_migrate.connect(
        grant_app_role, sender=last, dispatch_uid="kit.grant_app_role", weak=False
    )
