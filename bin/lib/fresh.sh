#!/usr/bin/env bash
# bin/test --fresh: finds missing steps of the installation. Builds a minimal Debian 12,
# runs bin/up in it as on a new computer, checks that it serves, and removes it again.
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=database.sh
source "$ROOT/bin/lib/database.sh"
# shellcheck source=prepare.sh
source "$ROOT/bin/lib/prepare.sh"

SUITE=bookworm
STORY=tests/browser/test_device_story.py
PATIENCE=1500

[ "$(id -u)" = 0 ] || die "--fresh needs root, to build a Debian"
command -v debootstrap >/dev/null 2>&1 || die "--fresh needs the package debootstrap"

# Everything runs in separate mount and process namespaces. When this script ends, even
# by a signal, its mounts and processes end too, and only a folder remains.
if [ "${1:-}" != --inside ]; then
  FRESH=$CACHE/fresh
  check_system
  exec 8>"$CACHE/.fresh-lock"
  flock -n 8 || die "another bin/test --fresh is running"
  # A second Ctrl-C must not interrupt the removal.
  trap 'trap "" INT TERM HUP; rm -rf --one-file-system "$FRESH"' EXIT
  trap 'exit 130' INT TERM HUP
  rm -rf --one-file-system "$FRESH"
  status=0
  unshare --mount --pid --fork --kill-child --mount-proc "${BASH_SOURCE[0]}" --inside "$FRESH" 8>&- &
  child=$!
  # A signal interrupts "wait", so that the trap runs immediately.
  trap 'trap - ERR; kill -KILL "$child" 2>/dev/null; wait "$child"; exit 130' INT TERM HUP
  trap - ERR
  wait "$child" || status=$?
  exit "$status"
fi

FRESH=$2
LOG=$CACHE/log
PORT=$("$PYTHON" "$ROOT/bin/lib/ports.py")
mirror=$(debian_mirror)
[ -n "$mirror" ] || die "apt knows no Debian mirror"

say "- a minimal Debian 12"
run_logged "$LOG/fresh-debootstrap.log" "building a minimal Debian 12" \
  debootstrap --variant=minbase "$SUITE" "$FRESH" "$mirror"

say "- what it needs to reach the mirrors: package sources, resolver, certificates, proxy"
rm -f "$FRESH/etc/apt/sources.list"
mkdir -p "$FRESH/etc/apt/sources.list.d" "$FRESH/etc/apt/apt.conf.d" "$FRESH/usr/share/keyrings" \
  "$FRESH/etc/ssl/certs" "$FRESH/usr/local/share/ca-certificates"
# Only Debian's sources: another repository might provide what a user does not have.
for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian*; do
  [ ! -f "$file" ] || cp "$file" "$FRESH$file"
done
cp -n /usr/share/keyrings/debian-archive-* "$FRESH/usr/share/keyrings/"
while IFS= read -r file; do cp "$file" "$FRESH$file"; done < <(
  grep -lE '^[[:space:]]*Acquire::' /etc/apt/apt.conf.d/* /etc/apt/apt.conf 2>/dev/null || true)
cp -L /etc/resolv.conf /etc/hosts "$FRESH/etc/"
# This computer's own certificates, for before and after ca-certificates is installed.
cp -L /etc/ssl/certs/ca-certificates.crt "$FRESH/etc/ssl/certs/"
"$PYTHON" "$ROOT/bin/lib/split_certificates.py" /etc/ssl/certs/ca-certificates.crt \
  "$FRESH/usr/local/share/ca-certificates"

say "- mounting the checkout"
mkdir -p "$FRESH/school"
mount --bind "$ROOT" "$FRESH/school"
mount -o remount,ro,bind "$FRESH/school"
mount -t proc proc "$FRESH/proc"
mount --rbind /dev "$FRESH/dev"
mount -t tmpfs tmpfs "$FRESH/run"

# The environment of a new computer: only the proxy is taken from this one.
environment=(HOME=/root TERM="${TERM:-dumb}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  PIP_CERT=/etc/ssl/certs/ca-certificates.crt)
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
  [ -z "${!name:-}" ] || environment+=("$name=${!name}")
done

keep_logs() {
  rm -rf "$LOG/fresh"
  cp -r "$FRESH/var/cache/school-helpdesk/log" "$LOG/fresh" 2>/dev/null || mkdir "$LOG/fresh"
}

say "- running bin/up"
started=$SECONDS
env -i "${environment[@]}" chroot "$FRESH" /school/bin/up --port "$PORT" </dev/null &
up=$!
serving=0
while kill -0 "$up" 2>/dev/null && [ $((SECONDS - started)) -lt "$PATIENCE" ]; do
  # The new Debian has Python as soon as bin/up has installed it.
  if env -i "${environment[@]}" chroot "$FRESH" /usr/bin/env python3 - "$PORT" 2>/dev/null <<'PYTHON'
import sys
import urllib.request

opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
answer = opener.open(f"http://127.0.0.1:{sys.argv[1]}/web/login", timeout=60)
sys.exit(answer.status != 200)
PYTHON
  then serving=1; break; fi
  sleep 2
done
if [ "$serving" = 0 ]; then
  trap - ERR
  keep_logs
  say "bin/up does not serve on a new computer; its logs are in $LOG/fresh"
  printf '0 passed, 1 failed, 0 skipped\n'
  exit 1
fi
say "- 200 on /web/login after $((SECONDS - started)) s"

status=0 counts="1 passed, 0 failed, 0 skipped"
if [ -f "$ROOT/$STORY" ]; then
  say "- $STORY"
  # The browser runs here, the server in the new Debian.
  counts=$(SCHOOL_HELPDESK_TEST_URL="http://127.0.0.1:$PORT" "$ROOT/bin/test" "$STORY") || status=$?
  # The login page above counts as one test.
  counts=$(awk '{printf "%d passed, %d failed, %d skipped", $1 + 1, $3, $5}' <<<"$counts")
fi
if [ "$status" != 0 ]; then
  keep_logs
  say "$STORY fails on a new computer; its logs are in $LOG/fresh"
fi
kill -TERM "$up"
wait "$up" || true
printf '%s\n' "$counts"
exit "$status"
