#!/bin/sh
# Run once by the PostgreSQL image: the role that owns Elvis's database, and nothing else.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$ELVIS_DB_PASSWORD" -U "${POSTGRES_USER:-postgres}" <<'SQL'
CREATE ROLE elvis LOGIN PASSWORD :'password';
CREATE DATABASE elvis OWNER elvis;
SQL
