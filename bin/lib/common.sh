# Words, places and privileges shared by the commands in bin/. Sourced, never run.
# shellcheck shell=bash
set -Eeuo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Unicode paths and Thai data need a UTF-8 locale; C.UTF-8 is on every Debian.
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PYTHONNOUSERSITE=1

say() { printf '%s\n' "$*" >&2; }
die() { printf 'school-helpdesk: %s\n' "$*" >&2; exit 1; }

# as_root COMMAND...: run with root's rights, through sudo where we are a user.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1; then sudo "$@"
  else die "system packages are missing and there is neither root nor sudo to install them: $*"
  fi
}

# The account that owns the database cluster: PostgreSQL refuses to run as root.
SERVICE_ACCOUNT=school-helpdesk
if [ "$(id -u)" = 0 ]; then DATABASE_ACCOUNT=$SERVICE_ACCOUNT; else DATABASE_ACCOUNT=$(id -un); fi

as_database_account() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u "$SERVICE_ACCOUNT" -- "$@"); else "$@"; fi
}

# Root's home is closed to the account the cluster runs as, so root's cache is the system's.
default_cache() {
  if [ "$(id -u)" = 0 ]; then printf /var/cache/school-helpdesk
  else printf '%s/school-helpdesk' "${XDG_CACHE_HOME:-$HOME/.cache}"
  fi
}
CACHE=${SCHOOL_HELPDESK_CACHE:-$(default_cache)}
case $CACHE in /*) ;; *) CACHE=$PWD/$CACHE ;; esac

# key TEXT|FILE...: a short name for what a prepared thing was made from.
key() {
  local part
  for part in "$@"; do
    if [ -f "$part" ]; then cat -- "$part"; else printf '%s\n' "$part"; fi
  done | sha256sum | cut -c1-12
}

# prepared DIR: is DIR whole? Building writes the mark last, so a torn build is seen.
prepared() { [ -f "$1/.complete" ]; }
mark_prepared() { : >"$1/.complete"; }

# run_logged LOG WHAT COMMAND...: quiet when it works, the log's end and one line when not.
run_logged() {
  local log=$1 what=$2; shift 2
  mkdir -p "$(dirname "$log")"
  if "$@" >"$log" 2>&1 </dev/null; then return 0; fi
  tail -n 15 "$log" >&2 || true
  die "$what failed; the whole log is $log"
}
