#!/bin/bash
# What the official image does at a start, as far as messox relies on it.
set -euo pipefail

case "${1:-}" in -*) set -- postgres "$@" ;; esac
if [ "$1" != postgres ]; then exec "$@"; fi

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  chmod 00700 "$PGDATA"
  find "$PGDATA" /var/lib/postgresql /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

# NAME or NAME_FILE, as the official image reads them.
value() {
  local name=$1 file="$1_FILE"
  if [ -n "${!file:-}" ]; then cat "${!file}"; else printf %s "${!name:-${2:-}}"; fi
}

mkdir -p "$PGDATA"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user=$(value POSTGRES_USER postgres)
  password=$(value POSTGRES_PASSWORD)
  database=$(value POSTGRES_DB "$user")
  if [ -z "$password" ]; then
    echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
    exit 1
  fi
  # shellcheck disable=SC2086
  eval "initdb --username=\"\$user\" --pwfile=<(printf '%s\n' \"\$password\") ${POSTGRES_INITDB_ARGS:-}"
  printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >> "$PGDATA/pg_hba.conf"
  # Nobody from outside sees the server before it is whole.
  pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -p 5432" -w start
  export PGPASSWORD="$password"
  if [ "$database" != postgres ]; then
    psql -v ON_ERROR_STOP=1 --no-password --no-psqlrc --username "$user" --dbname postgres --set db="$database" <<< 'CREATE DATABASE :"db";'
  fi
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) psql -v ON_ERROR_STOP=1 --no-password --no-psqlrc --username "$user" --dbname "$database" -f "$file" ;;
    esac
  done
  unset PGPASSWORD
  pg_ctl -D "$PGDATA" -m fast -w stop
  echo 'PostgreSQL init process complete; ready for start up.'
fi
exec "$@"
