#!/bin/sh
# Run once by the postgres image, when its data folder is new: the owner migrates, the app works.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname template1 <<'SQL'
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS citext;
\getenv owner_password SVD_OWNER_PASSWORD
\getenv app_password SVD_APP_PASSWORD
CREATE ROLE svd_owner LOGIN CREATEDB PASSWORD :'owner_password';
CREATE ROLE svd_app LOGIN PASSWORD :'app_password';
GRANT svd_app TO svd_owner;
CREATE DATABASE svd OWNER svd_owner;
SQL
