"""The demonstration in a template database: loaded once per state of the code, cloned for each test."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import psycopg

from tests.support.databases import (
    APPS,
    CHECKOUT,
    Clone,
    drop,
    one_at_a_time,
    owner_url,
    schema_digest,
    unmeasured,
)
from tests.support.portal import environment

PREFIX = "svd_demonstration_"


def digest() -> str:
    """Changes with anything that the loaded demonstration could depend on."""
    found = hashlib.sha256(schema_digest().encode())
    for app in APPS:
        for path in sorted((CHECKOUT / app).rglob("*")):
            if path.suffix in (".py", ".csv") and "views" not in path.parts:
                found.update(path.read_bytes())
    return found.hexdigest()[:10]


def prepare(clone: Clone, broker_url: str) -> str:
    """The name of the template database with the demonstration, made if there is none."""
    name = f"{PREFIX}{digest()}"
    with one_at_a_time(), psycopg.connect(owner_url(), autocommit=True) as owner:
        known = owner.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
        names = {row[0] for row in known.fetchall()}
        if name not in names:
            for old in names:
                drop(owner, old)
            _load(owner, name, clone.template, broker_url)
    return name


def _load(owner: psycopg.Connection, name: str, migrated: str, broker_url: str) -> None:
    """Under another name until it is whole, so that a killed load leaves no half demonstration."""
    part = f"{name}_part"
    owner.execute(f'CREATE DATABASE "{part}" TEMPLATE "{migrated}"')
    done = subprocess.run(
        [sys.executable, "manage.py", "load_demo"],
        cwd=CHECKOUT,
        env={**unmeasured(), **environment(part, broker_url)},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise RuntimeError(f"The demonstration could not be loaded:\n{done.stdout}{done.stderr}")
    owner.execute(f'ALTER DATABASE "{part}" RENAME TO "{name}"')


def put_in_place(clone: Clone, demonstration: str) -> None:
    """Replace the test's database by a fresh copy of the demonstration."""
    with one_at_a_time(), psycopg.connect(owner_url(), autocommit=True) as owner:
        drop(owner, clone.name)
        owner.execute(f'CREATE DATABASE "{clone.name}" TEMPLATE "{demonstration}"')
