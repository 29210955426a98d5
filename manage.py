#!/usr/bin/env python
"""Runs Django's commands: those that change the schema as the database's owner, all others as the app."""

import os
import sys

OWNER_COMMANDS = {"migrate", "sqlmigrate", "pgtrigger"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "svd_portal.settings")
    if OWNER_COMMANDS.intersection(sys.argv[1:2]):
        os.environ["SVD_CONNECT_AS"] = "owner"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
