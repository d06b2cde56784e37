#!/bin/sh
# Run once by the PostgreSQL image: the role that owns Elvis's database, and the one its service signs in as.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$ELVIS_DB_PASSWORD" -v service_password="$ELVIS_DB_SERVICE_PASSWORD" \
  -U "${POSTGRES_USER:-postgres}" <<'SQL'
CREATE ROLE elvis LOGIN PASSWORD :'password';
CREATE ROLE elvis_service LOGIN PASSWORD :'service_password';
CREATE DATABASE elvis OWNER elvis;
SQL
