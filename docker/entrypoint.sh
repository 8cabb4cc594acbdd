#!/usr/bin/env bash
# Starts the help desk: waits for the database, installs or updates the suite, serves.
# docs/docker.md lists the environment variables. Arguments are passed to Odoo's server.
# "check-mail" as an argument tests the settings of mail instead. "backup", "restore" and
# "go-live" back up the help desk to the output and restore it from the input.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PYTHON=${PYTHON:-python3}

say() { printf 'school-helpdesk: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

# secret NAME: export NAME, with the content of the file in NAME_FILE if that is set.
secret() {
  local name=$1 file=$1_FILE
  if [ -n "${!file:-}" ]; then
    [ -r "${!file}" ] || die "$file names ${!file}, which cannot be read"
    printf -v "$name" '%s' "$(<"${!file}")"
  fi
  export "$name=${!name:-}"
}

for name in DB_PASSWORD ADMIN_PASSWORD MASTER_PASSWORD SMTP_PASSWORD IMAP_PASSWORD; do
  secret "$name"
done
if [ "${1:-}" = check-mail ]; then
  exec "$PYTHON" "$HERE/mail_check.py" send "${@:2}"
fi
case ${1:-} in
  backup | restore | go-live)
    # PostgreSQL's programs read these variables
    export PGHOST=${DB_HOST:-db} PGPORT=${DB_PORT:-5432} PGUSER=${DB_USER:-odoo} PGPASSWORD=$DB_PASSWORD
    export SCHOOL_HELPDESK_FILESTORES=${DATA_DIR:-/var/lib/odoo}/filestore
    set -- "$1" "${DB_NAME:-school}" "${@:2}"
    [ "$1" = go-live ] || set -- "$@" -
    exec "$PYTHON" "$HERE/../bin/lib/backup.py" "$@" ;;
esac
export ODOO_RC=${ODOO_RC:-/run/school-helpdesk/odoo.conf}

# The packages of the school's own addons are kept with the files of the help desk.
PYTHONPATH=$("$PYTHON" "$HERE/manage.py" packages)${PYTHONPATH:+:$PYTHONPATH}
export PYTHONPATH

manage() { "$PYTHON" "$HERE/manage.py" "$@"; }

umask 077
manage configure
manage wait
manage check
manage needs

state=$(manage state)
if [ "$state" = new ] || [ "$state" = changed ]; then
  install=$(manage modules missing) update=$(manage modules installed)
  case $state in
    new) say "installing $install" ;;
    *) say "updating ${update:-nothing}${install:+, installing $install}" ;;
  esac
  odoo ${install:+"--init=$install"} ${update:+"--update=$update"} \
    --stop-after-init --no-http --workers=0 --max-cron-threads=0
fi
if [ "$state" != ready ]; then
  say "writing the settings"
  SCHOOL_HELPDESK_DOCKER=$HERE odoo shell --no-http --workers=0 --max-cron-threads=0 <"$HERE/settings.py"
  [ "$(manage state)" = ready ] || die "the setup did not finish: see the log above"
fi

# A mail server that is down must not keep the help desk from starting.
"$PYTHON" "$HERE/mail_check.py" || true

# The server does not need these: it reads them from its private configuration file.
unset DB_PASSWORD ADMIN_PASSWORD MASTER_PASSWORD SMTP_PASSWORD IMAP_PASSWORD
say "serving"
exec odoo "$@"
