"""A real PostgreSQL and a real Valkey for a portal that has been given neither.

Each runs under a keeper, a small process of its own that stops its service as soon as nobody uses
it: users hold a shared lock which the operating system releases however they end, kill -9 included.

    python -m svd_portal.embedded exec -- python manage.py migrate
    python -m svd_portal.embedded serve
"""
