#!/usr/bin/env bash
# bin/test --fresh: what shows a missing install step. Builds a bare Debian 12, runs
# bin/up in it as on a new machine, sees that it serves, and removes it again.
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=database.sh
source "$ROOT/bin/lib/database.sh"
# shellcheck source=prepare.sh
source "$ROOT/bin/lib/prepare.sh"

SUITE=bookworm
STORY=tests/browser/test_device_story.py
PATIENCE=1500

[ "$(id -u)" = 0 ] || die "--fresh needs root: it builds a Debian of its own"
command -v debootstrap >/dev/null 2>&1 || die "--fresh needs the package debootstrap"

# All happens in a mount and a process namespace of its own: when this script ends, by
# whatever signal, its mounts and all it started end with it, and only a folder remains.
if [ "${1:-}" != --inside ]; then
  FRESH=$CACHE/fresh
  check_system
  exec 8>"$CACHE/.fresh-lock"
  flock -n 8 || die "another bin/test --fresh is running"
  # A second Ctrl-C shall not leave half of it.
  trap 'trap "" INT TERM HUP; rm -rf --one-file-system "$FRESH"' EXIT
  trap 'exit 130' INT TERM HUP
  rm -rf --one-file-system "$FRESH"
  status=0
  unshare --mount --pid --fork --kill-child --mount-proc "${BASH_SOURCE[0]}" --inside "$FRESH" 8>&- &
  child=$!
  # "wait" is cut short by a signal, so that the traps above act at once.
  trap 'trap - ERR; kill -KILL "$child" 2>/dev/null; wait "$child"; exit 130' INT TERM HUP
  trap - ERR
  wait "$child" || status=$?
  exit "$status"
fi

FRESH=$2
LOG=$CACHE/log
PORT=$("$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mirror=$(debian_mirror)
[ -n "$mirror" ] || die "apt knows no Debian mirror"

say "- a bare Debian 12"
run_logged "$LOG/fresh-debootstrap.log" "building a bare Debian 12" \
  debootstrap --variant=minbase "$SUITE" "$FRESH" "$mirror"

say "- this machine's way to its mirrors: package sources, resolver, certificates, proxy"
rm -f "$FRESH/etc/apt/sources.list"
mkdir -p "$FRESH/etc/apt/sources.list.d" "$FRESH/etc/apt/apt.conf.d" "$FRESH/usr/share/keyrings" \
  "$FRESH/etc/ssl/certs" "$FRESH/usr/local/share/ca-certificates"
# The Debian sources alone: a foreign repository may bring what a user's machine lacks.
for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian*; do
  [ ! -f "$file" ] || cp "$file" "$FRESH$file"
done
cp -n /usr/share/keyrings/debian-archive-* "$FRESH/usr/share/keyrings/"
while IFS= read -r file; do cp "$file" "$FRESH$file"; done < <(
  grep -lE '^[[:space:]]*Acquire::' /etc/apt/apt.conf.d/* /etc/apt/apt.conf 2>/dev/null || true)
cp -L /etc/resolv.conf /etc/hosts "$FRESH/etc/"
# Certificates the machine trusts beyond Debian's: before and after ca-certificates comes.
cp -L /etc/ssl/certs/ca-certificates.crt "$FRESH/etc/ssl/certs/"
"$PYTHON" "$ROOT/bin/lib/split_certificates.py" /etc/ssl/certs/ca-certificates.crt \
  "$FRESH/usr/local/share/ca-certificates"

say "- the checkout in it"
mkdir -p "$FRESH/school"
mount --bind "$ROOT" "$FRESH/school"
mount -o remount,ro,bind "$FRESH/school"
mount -t proc proc "$FRESH/proc"
mount --rbind /dev "$FRESH/dev"
mount -t tmpfs tmpfs "$FRESH/run"

# A new machine's environment: nothing of this one but the proxy that leads outside.
environment=(HOME=/root TERM="${TERM:-dumb}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  PIP_CERT=/etc/ssl/certs/ca-certificates.crt)
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
  [ -z "${!name:-}" ] || environment+=("$name=${!name}")
done

keep_logs() {
  rm -rf "$LOG/fresh"
  cp -r "$FRESH/var/cache/school-helpdesk/log" "$LOG/fresh" 2>/dev/null || mkdir "$LOG/fresh"
}

say "- bin/up in it"
started=$SECONDS
env -i "${environment[@]}" chroot "$FRESH" /school/bin/up --port "$PORT" </dev/null &
up=$!
serving=0
while kill -0 "$up" 2>/dev/null && [ $((SECONDS - started)) -lt "$PATIENCE" ]; do
  # Served from the prepared environment of the new machine, so it brings the client too.
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
  say "bin/up does not serve on a new machine; its logs are in $LOG/fresh"
  printf '0 passed, 1 failed, 0 skipped\n'
  exit 1
fi
say "- 200 on /web/login after $((SECONDS - started)) s"

status=0 counts="1 passed, 0 failed, 0 skipped"
if [ -f "$ROOT/$STORY" ]; then
  say "- the story in a browser"
  # The browser is this machine's; the server is the new one's.
  counts=$(SCHOOL_HELPDESK_TEST_URL="http://127.0.0.1:$PORT" "$ROOT/bin/test" "$STORY") || status=$?
  # The 200 above is a check too.
  counts=$(awk '{printf "%d passed, %d failed, %d skipped", $1 + 1, $3, $5}' <<<"$counts")
fi
if [ "$status" != 0 ]; then
  keep_logs
  say "the story fails on a new machine; its logs are in $LOG/fresh"
fi
kill -TERM "$up"
wait "$up" || true
printf '%s\n' "$counts"
exit "$status"
