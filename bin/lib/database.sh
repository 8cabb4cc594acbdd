# The suite's own PostgreSQL cluster in the cache, reached only through a unix socket.
# Sourced after common.sh.
# shellcheck shell=bash

SOCKET=$CACHE/cluster/socket
# Odoo refuses the superuser "postgres". This role may only create databases.
DATABASE_ROLE=school_helpdesk

postgres_bin() {
  local found
  found=$(find /usr/lib/postgresql -mindepth 3 -maxdepth 3 -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
  [ -n "$found" ] || die "no PostgreSQL server below /usr/lib/postgresql"
  dirname "$found"
}

cluster_ctl() { as_database_account "$PG_BIN/pg_ctl" -D "$CACHE/cluster/data" "$@"; }

# Only the server with the version of the data can open it, even if a newer one is
# installed.
find_server() {
  local data_version
  PG_BIN=$(postgres_bin)
  if [ -f "$CACHE/cluster/data/PG_VERSION" ]; then
    data_version=$(cat "$CACHE/cluster/data/PG_VERSION")
    PG_BIN=/usr/lib/postgresql/$data_version/bin
    [ -x "$PG_BIN/pg_ctl" ] || die "the databases in $CACHE/cluster need PostgreSQL $data_version, which is not installed"
  fi
}

create_cluster() {
  local data=$CACHE/cluster/data
  say "      creating the cluster"
  if [ "$(id -u)" = 0 ] && ! id "$SERVICE_ACCOUNT" >/dev/null 2>&1; then
    useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$SERVICE_ACCOUNT"
  fi
  rm -rf "$CACHE/cluster"
  install -d -m 711 "$CACHE/cluster"
  chmod a+x "$CACHE"
  [ "$(id -u)" != 0 ] || chown "$SERVICE_ACCOUNT" "$CACHE/cluster"
  as_database_account test -x "$CACHE/cluster" ||
    die "the account $SERVICE_ACCOUNT, which runs the database, cannot reach $CACHE:" \
      "set SCHOOL_HELPDESK_CACHE to a place outside private folders"
  [ "${#SOCKET}" -lt 85 ] || die "the path $SOCKET is too long for a socket: choose a shorter SCHOOL_HELPDESK_CACHE"
  as_database_account mkdir -m 755 "$SOCKET"
  run_logged "$CACHE/log/initdb.log" "creating the database cluster" \
    as_database_account "$PG_BIN/initdb" -D "$data" -U cluster_admin -E UTF8 --locale=C.UTF-8 --auth=peer
  as_database_account tee "$data/pg_hba.conf" >/dev/null <<HBA
# Only the account that runs the suite may connect, and only through the socket.
local all all peer map=suite
HBA
  as_database_account tee "$data/pg_ident.conf" >/dev/null <<IDENT
suite $DATABASE_ACCOUNT cluster_admin
suite $(id -un) $DATABASE_ROLE
IDENT
  # Several Odoo servers and test runs share the cluster, so it allows many connections.
  # A power cut may lose the last second (synchronous_commit), which a demo can afford.
  # Compiling the queries of a dashboard (jit) takes longer than running them.
  as_database_account tee -a "$data/postgresql.conf" >/dev/null <<SETTINGS
listen_addresses = ''
unix_socket_directories = '$SOCKET'
max_connections = 200
shared_buffers = 512MB
max_wal_size = 2GB
synchronous_commit = off
jit = off
SETTINGS
}

start_cluster() {
  # Ask the server: an old pid file may contain the id of another process.
  if "$PG_BIN/pg_isready" -q -h "$SOCKET"; then return; fi
  # 9>&-: the server must not keep the lock of the setup.
  as_database_account "$PG_BIN/pg_ctl" -D "$CACHE/cluster/data" -w -t 120 -l "$CACHE/cluster/server.log" start \
    >/dev/null 2>&1 9>&- </dev/null || {
    die "PostgreSQL does not start: $(as_database_account tail -n 1 "$CACHE/cluster/server.log")." \
      "Log: $CACHE/cluster/server.log; deleting $CACHE/cluster deletes all its databases and creates a new one"
  }
}

cluster_admin() {
  as_database_account "$PG_BIN/psql" -h "$SOCKET" -U cluster_admin -d postgres -AtqX -v ON_ERROR_STOP=1 "$@" </dev/null
}

prepare_cluster() {
  find_server
  if ! [ -f "$CACHE/cluster/.complete" ]; then
    if [ -d "$CACHE/cluster/data" ]; then cluster_ctl stop -m immediate >/dev/null 2>&1 || true; fi
    create_cluster
    start_cluster
    cluster_admin -c "CREATE ROLE $DATABASE_ROLE LOGIN CREATEDB" >/dev/null
    as_database_account touch "$CACHE/cluster/.complete"
  fi
  start_cluster
  # Odoo reads these variables too: it must not use settings for another server.
  unset PGDATABASE PGPORT PGHOSTADDR PGSERVICE PGPASSWORD
  export PGHOST=$SOCKET PGUSER=$DATABASE_ROLE
}
