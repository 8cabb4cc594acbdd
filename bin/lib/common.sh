# Messages, folders and privileges that the commands in bin/ share. Only sourced.
# shellcheck shell=bash disable=SC2034
set -Eeuo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Unicode paths and Thai data need a UTF-8 locale; every Debian has C.UTF-8.
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PYTHONNOUSERSITE=1

say() { printf '%s\n' "$*" >&2; }
die() { trap - ERR; printf 'school-helpdesk: %s\n' "$*" >&2; exit 1; }
# An unexpected failure also ends in one line that says where it happened.
trap 'die "stopped at line $LINENO of ${BASH_SOURCE[0]##*/}: $BASH_COMMAND (status $?)"' ERR

# step NAME: print a numbered step, in commands that set STEPS.
STEPS=${STEPS:-} STEP=0
step() {
  STEP=$((STEP + 1))
  [ -z "$STEPS" ] || say "[$STEP/$STEPS] $*"
}

# as_root COMMAND...: run as root, with sudo if needed.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -- "$@"; fi
}

# need_root WHAT: stop with the message WHAT if neither root nor sudo is available.
need_root() {
  [ "$(id -u)" = 0 ] && return
  command -v sudo >/dev/null 2>&1 ||
    die "$1; this needs root or sudo, and neither is available"
  # sudo must ask for a password now: later, the output goes to a log.
  sudo -v 2>/dev/null </dev/null || { [ -t 0 ] && sudo -v; } ||
    die "$1; this needs root, and sudo refuses"
}

# The account that owns the database cluster: PostgreSQL refuses to run as root.
SERVICE_ACCOUNT=school-helpdesk
if [ "$(id -u)" = 0 ]; then DATABASE_ACCOUNT=$SERVICE_ACCOUNT; else DATABASE_ACCOUNT=$(id -un); fi

as_database_account() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u "$SERVICE_ACCOUNT" -- "$@"); else "$@"; fi
}

# The account of the cluster cannot enter root's home, so root uses the system's cache.
default_cache() {
  if [ "$(id -u)" = 0 ]; then printf /var/cache/school-helpdesk
  else printf '%s/school-helpdesk' "${XDG_CACHE_HOME:-$HOME/.cache}"
  fi
}
CACHE=${SCHOOL_HELPDESK_CACHE:-$(default_cache)}
case $CACHE in /*) ;; *) CACHE=$PWD/$CACHE ;; esac

# check_database_name NAME: stop if people may not use the name for a database.
check_database_name() {
  # Odoo's rule for names, with room for the suffix of an unfinished database.
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9_.-]{0,49}$ ]] ||
    die "--database needs a name of at most 50 letters, digits, dots, dashes and underscores"
  case $1 in
    postgres | template[01] | template-* | suite-* | test-* | *-building | *-restoring)
      die "the name $1 is reserved for the commands: choose another --database" ;;
  esac
}

# key TEXT|FILE...: a short hash of the sources of something that is prepared.
key() {
  local part
  for part in "$@"; do
    if [ -f "$part" ]; then cat -- "$part"; else printf '%s\n' "$part"; fi
  done | sha256sum | cut -c1-12
}

# prepared DIR: is DIR complete? The mark is written last, after everything is built.
prepared() { [ -f "$1/.complete" ]; }
mark_prepared() { : >"$1/.complete"; }

free_mib() { df -Pm "$CACHE" | awk 'NR==2 {print $4}'; }

# reason LOG: the line in the log of a failed command that says why it failed.
reason() {
  local log=$1
  # On a full disk the log may be incomplete, so the free space is checked too.
  if [ "$(free_mib)" -lt 20 ] || grep -qi 'no space left on device\|not enough free space' "$log" 2>/dev/null; then
    printf 'the disk is full (%s MiB free below %s)' "$(free_mib)" "$CACHE"
  elif grep -qiE 'could not resolve|temporary failure (in name )?resol|name or service not known|network is unreachable|could not connect|connection (refused|timed out)|failed to establish|newconnectionerror' "$log" 2>/dev/null; then
    printf 'no network, or the mirror cannot be reached'
  else
    { grep -aE '^(E:|ERROR|error|FATAL|initdb: error|fatal|dpkg-deb: error)' "$log" ||
      grep -av '^[[:space:]]*$' "$log" || printf 'no output'; } 2>/dev/null | tail -n 1 | cut -c1-300
  fi
}

# ticker: print every few seconds how long the command of a step has been running.
ticker() {
  local seconds=0 pause=10
  [ ! -t 2 ] || pause=1
  while sleep "$pause" && kill -0 "$$" 2>/dev/null; do
    seconds=$((seconds + pause))
    if [ -t 2 ]; then printf '\r      %d s ' "$seconds" >&2
    else printf '      %d s\n' "$seconds" >&2
    fi
  done
}

# run_logged LOG WHAT COMMAND...: on failure print one line with the reason and the log.
run_logged() {
  local log=$1 what=$2 status=0 ticking; shift 2
  mkdir -p "$(dirname "$log")" 2>/dev/null && : >"$log" 2>/dev/null ||
    die "$what failed: $log cannot be written (is the disk full?)"
  ticker 9>&- >/dev/null &
  ticking=$!
  "$@" >"$log" 2>&1 </dev/null || status=$?
  kill "$ticking" 2>/dev/null || true
  wait "$ticking" 2>/dev/null || true
  [ ! -t 2 ] || printf '\r               \r' >&2
  [ "$status" = 0 ] || die "$what failed: $(reason "$log"). Log: $log"
}
