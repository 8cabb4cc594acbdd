# Words, places and privileges shared by the commands in bin/. Sourced, never run.
# shellcheck shell=bash disable=SC2034
set -Eeuo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Unicode paths and Thai data need a UTF-8 locale; C.UTF-8 is on every Debian.
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PYTHONNOUSERSITE=1

say() { printf '%s\n' "$*" >&2; }
die() { trap - ERR; printf 'school-helpdesk: %s\n' "$*" >&2; exit 1; }
# What nobody foresaw still ends in one line that says where to look.
trap 'die "stopped at line $LINENO of ${BASH_SOURCE[0]##*/}: $BASH_COMMAND (status $?)"' ERR

# step NAME: numbered in commands that announce STEPS, silent in the others.
STEPS=${STEPS:-} STEP=0
step() {
  STEP=$((STEP + 1))
  [ -z "$STEPS" ] || say "[$STEP/$STEPS] $*"
}

# as_root COMMAND...: run with root's rights, through sudo where we are a user.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -- "$@"; fi
}

# need_root WHAT: without root or sudo say what is missing, before anything is tried.
need_root() {
  [ "$(id -u)" = 0 ] && return
  command -v sudo >/dev/null 2>&1 ||
    die "$1; this needs root or sudo, and neither is there"
  # The one question this may ask, while the terminal is still ours.
  sudo -v 2>/dev/null </dev/null || { [ -t 0 ] && sudo -v; } ||
    die "$1; this needs root, and sudo refuses"
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

free_mib() { df -Pm "$CACHE" | awk 'NR==2 {print $4}'; }

# reason LOG: the one line of a failed command's log that tells a person what to do.
reason() {
  local log=$1
  # On a full disk the log itself may be cut short, so what is left counts too.
  if [ "$(free_mib)" -lt 20 ] || grep -qi 'no space left on device\|not enough free space' "$log" 2>/dev/null; then
    printf 'the disk is full (%s MiB free below %s)' "$(free_mib)" "$CACHE"
  elif grep -qiE 'could not resolve|temporary failure (in name )?resol|name or service not known|network is unreachable|could not connect|connection (refused|timed out)|failed to establish|newconnectionerror' "$log" 2>/dev/null; then
    printf 'no network, or the mirror cannot be reached'
  else
    { grep -aE '^(E:|ERROR|error|FATAL|initdb: error|fatal|dpkg-deb: error)' "$log" ||
      grep -av '^[[:space:]]*$' "$log" || printf 'no output'; } 2>/dev/null | tail -n 1 | cut -c1-300
  fi
}

# ticker: tells every few seconds that the command of a long step is still at work.
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

# run_logged LOG WHAT COMMAND...: quiet when it works; one line and the log's place when not.
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
