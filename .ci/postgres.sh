#!/usr/bin/env bash
# Starts a PostgreSQL that lives as long as one command, and runs that command with
# WITNESSMARK_TEST_DSN naming it: `.ci/postgres.sh COMMAND...`.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -n 1)
if [ -z "$bin" ]; then
  apt-get update -q && apt-get install -yq --no-install-recommends postgresql
  bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
fi
data=$(mktemp -d)
chown postgres "$data"
as_postgres() { runuser -u postgres -- "$@"; }
stop() { as_postgres "$bin/pg_ctl" -D "$data/db" -m immediate -s stop || true; rm -rf "$data"; }
trap stop EXIT
as_postgres "$bin/initdb" -D "$data/db" -A trust -U postgres > /dev/null
as_postgres "$bin/pg_ctl" -D "$data/db" -s -w -o "-k $data -c listen_addresses=" start
as_postgres "$bin/createdb" -h "$data" -U postgres witnessmark
export WITNESSMARK_TEST_DSN="postgresql+psycopg://postgres@/witnessmark?host=$data"
"$@"
