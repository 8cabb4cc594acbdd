# Prepares system packages, Odoo 19 and a Python environment. Odoo and the environment are
# built in folders of the cache whose names contain a hash of their sources: a new folder
# is built only if a source has changed. Sourced after common.sh.
# shellcheck shell=bash

SYSTEM_PACKAGES="ca-certificates postgresql python3 python3-venv wkhtmltopdf
  fonts-roboto-unhinted fonts-font-awesome fonts-inconsolata fonts-ocr-b fonts-thai-tlwg
  fonts-noto-core libjs-jquery libjs-jquery-form libjs-underscore libmagic1"
# Used by bin/test, which sources this file.
# shellcheck disable=SC2034
TEST_PACKAGES="chromium chromium-headless-shell dovecot-imapd nginx python3-aiosmtpd"

PYTHON=/usr/bin/python3
# The disk space that each part needs while it is built, in MiB.
ODOO_MIB=1450 PYTHON_MIB=450 DATABASES_MIB=600

missing_packages() {
  local name
  for name in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || printf '%s ' "$name"
  done
}

# Prevents Debian's server package from creating and starting a cluster of the system.
without_system_cluster() {
  local setting=/etc/postgresql-common/createcluster.d/school-helpdesk.conf status=0
  if [ -d /etc/postgresql-common ]; then "$@"; return; fi
  as_root install -d "$(dirname "$setting")"
  printf 'create_main_cluster = false\n' | as_root tee "$setting" >/dev/null
  "$@" || status=$?
  as_root rm -f "$setting"
  return "$status"
}

# Prevents a package from starting its service, for example the mail server Dovecot.
without_services() {
  local setting=/usr/sbin/policy-rc.d status=0
  if [ -e "$setting" ]; then "$@"; return; fi
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$setting" >/dev/null
  as_root chmod 755 "$setting"
  "$@" || status=$?
  as_root rm -f "$setting"
  return "$status"
}

apt_install() {
  # An interrupted setup may have left packages unconfigured.
  as_root dpkg --configure -a --force-confdef --force-confold
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

install_packages() {
  local missing
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  need_root "these system packages are missing: $missing"
  say "      installing $missing"
  # error-mode=any: without it, apt ignores a source that cannot be reached.
  run_logged "$CACHE/log/apt-update.log" "refreshing the package lists" \
    as_root apt-get update -oAPT::Update::Error-Mode=any
  # shellcheck disable=SC2086
  run_logged "$CACHE/log/apt-install.log" "installing the system packages" \
    without_system_cluster without_services apt_install $missing
}

check_system() {
  command -v apt-get >/dev/null 2>&1 && command -v dpkg-query >/dev/null 2>&1 ||
    die "this system has no apt: use Debian 12 or newer, or Docker (docs/docker.md)"
  [ -n "${SCHOOL_HELPDESK_ODOO:-}" ] || grep -qE '^(ID|ID_LIKE)=.*debian' /etc/os-release 2>/dev/null ||
    die "this system is not Debian or derived from it: set SCHOOL_HELPDESK_ODOO to a checkout" \
      "of Odoo 19, or use Docker (docs/docker.md)"
  mkdir -p "$CACHE" 2>/dev/null && [ -w "$CACHE" ] ||
    die "the cache folder $CACHE cannot be written (SCHOOL_HELPDESK_CACHE names another place)"
  [ -z "$(find "$CACHE" -maxdepth 0 ! -uid "$(id -u)")" ] ||
    die "the cache folder $CACHE belongs to another user (SCHOOL_HELPDESK_CACHE names another place)"
}

# Removes unfinished builds, and checks that there is space for all that is missing.
check_disk() {
  local folder needed=100
  rm -rf "$CACHE/apt"
  for folder in "$CACHE"/odoo-* "$CACHE"/python-*; do
    prepared "$folder" || rm -rf "$folder"
  done
  compgen -G "$CACHE/odoo-*" >/dev/null || [ -n "${SCHOOL_HELPDESK_ODOO:-}" ] ||
    needed=$((needed + ODOO_MIB))
  compgen -G "$CACHE/python-*" >/dev/null || needed=$((needed + PYTHON_MIB))
  prepared "$CACHE/cluster" || needed=$((needed + DATABASES_MIB))
  [ "$(free_mib)" -ge "$needed" ] ||
    die "not enough disk: $(free_mib) MiB free below $CACHE, the setup needs $needed MiB"
}

# --- Odoo ---------------------------------------------------------------------------

# The Debian mirror that the system's apt uses; its sid has the package odoo-19.
debian_mirror() {
  apt-get indextargets --format '$(SITE)|$(ORIGIN)|$(LABEL)|$(COMPONENT)' 2>/dev/null |
    awk -F'|' '$2 == "Debian" && $3 == "Debian" && $4 == "main" && !found {found = $1}
      END {print found}'
}

apt_private() {
  "$@" -oDir::State::Lists="$CACHE/apt/lists" -oDir::Cache="$CACHE/apt/cache" \
    -oDir::Etc::SourceList="$CACHE/apt/sources.list" -oDir::Etc::SourceParts=/dev/null \
    -oAcquire::Check-Valid-Until=false -oAPT::Sandbox::User=root -oDebug::NoLocking=1 \
    -oAPT::Update::Error-Mode=any
}

# Debian's package links to fonts and scripts outside itself and lacks a file: see
# docs/platform.md.
mend_odoo_package() {
  local prefix=$1 name selfie
  for name in fonts fonts-font-awesome javascript; do
    [ -e "$prefix/usr/share/$name" ] || ln -s "/usr/share/$name" "$prefix/usr/share/$name"
  done
  selfie=$prefix/usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation
  mkdir -p "$selfie"
  [ -s "$selfie/selfie_segmentation.js" ] ||
    printf '/* Not in the Debian package: background blur in calls is unavailable. */\n' \
      >"$selfie/selfie_segmentation.js"
}

prepare_odoo() {
  local prefix mirror
  if [ -n "${SCHOOL_HELPDESK_ODOO:-}" ]; then
    ODOO_PATH=$(cd "$SCHOOL_HELPDESK_ODOO" 2>/dev/null && pwd) &&
      grep -q 'version_info = (19' "$ODOO_PATH/odoo/release.py" 2>/dev/null ||
      die "SCHOOL_HELPDESK_ODOO=$SCHOOL_HELPDESK_ODOO is not a checkout of Odoo 19"
    return
  fi
  prefix=$CACHE/odoo-$(key "odoo-19" "$(declare -f mend_odoo_package)")
  ODOO_PATH=$prefix/usr/lib/python3/dist-packages
  prepared "$prefix" && [ -f "$ODOO_PATH/odoo/release.py" ] && return
  mirror=$(debian_mirror)
  [ -n "$mirror" ] || die "apt knows no Debian mirror, so Odoo 19 cannot be fetched:" \
    "set SCHOOL_HELPDESK_ODOO to a checkout of Odoo 19, or use Docker (docs/docker.md)"
  rm -rf "$prefix" "$CACHE/apt"
  mkdir -p "$prefix" "$CACHE/apt/lists/partial" "$CACHE/apt/cache/archives/partial"
  printf 'deb %s sid main\n' "$mirror" >"$CACHE/apt/sources.list"
  say "      reading the index of Debian's sid"
  run_logged "$CACHE/log/odoo-index.log" "reading the index of Debian's sid" apt_private apt-get update
  say "      downloading (120 MB)"
  # apt downloads into the folder it runs in.
  run_logged "$CACHE/log/odoo-download.log" "downloading Debian's package odoo-19" \
    apt_private env -C "$CACHE/apt" apt-get download odoo-19
  say "      unpacking"
  run_logged "$CACHE/log/odoo-unpack.log" "unpacking Odoo 19" \
    dpkg-deb -x "$CACHE"/apt/odoo-19_*.deb "$prefix"
  mend_odoo_package "$prefix"
  rm -rf "$CACHE/apt"
  mark_prepared "$prefix"
}

# --- Python -------------------------------------------------------------------------

purelib() { "$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }

# OCA has not released these for 19.0 yet. The 18.0 wheels run once their manifests say
# 19.0. When OCA has, delete this, requirements-18.0.txt and the overrides in
# school_helpdesk_timesheet.
install_wheels_18() {
  local venv=$1 addons manifest
  "$venv/bin/python" -m pip install --quiet --no-deps -r "$ROOT/requirements-18.0.txt"
  addons=$(purelib "$venv")/odoo/addons
  for manifest in "$addons"/{helpdesk_mgmt_timesheet,project_timesheet_time_control}/__manifest__.py; do
    sed -i 's/\(["'\'']version["'\'']: *["'\'']\)18\.0\./\119.0./' "$manifest"
  done
}

install_python() {
  local venv=$1
  "$PYTHON" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check wheel "setuptools<81"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    -r "$ROOT/requirements-odoo.txt" -r "$ROOT/requirements-test.txt"
  # Lets Python find Odoo. From now on, pip also finds Odoo's requirements, some of
  # which need a compiler, so --no-deps installs only what is named.
  printf '%s\n' "$ODOO_PATH" >"$(purelib "$venv")/odoo19.pth"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
    -r "$ROOT/requirements.txt"
  install_wheels_18 "$venv"
}

prepare_python() {
  "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    die "Python 3.10 or newer is needed, $PYTHON is $("$PYTHON" -V 2>&1)"
  VENV=$CACHE/python-$(key "$ROOT"/requirements{-odoo,,-18.0,-test}.txt "$ODOO_PATH" \
    "$("$PYTHON" -V)" "$(declare -f install_python install_wheels_18)")
  prepared "$VENV" && "$VENV/bin/python" -c 'import odoo.release, psycopg2, lxml.etree' 2>/dev/null && return
  say "      installing packages (about a minute)"
  rm -rf "$VENV"
  # In a new shell, because "|| status" in run_logged switches "set -e" off in this one.
  run_logged "$CACHE/log/pip.log" "installing the Python packages" \
    bash -c 'source "$0/bin/lib/common.sh"; source "$0/bin/lib/prepare.sh"; trap - ERR
      ODOO_PATH=$1; install_python "$2"' "$ROOT" "$ODOO_PATH" "$VENV"
  mark_prepared "$VENV"
}

# The Python packages that the school's own addons name in their manifests or in a
# requirements.txt. They are installed once into the same environment.
prepare_needs() {
  local folders
  [ -n "${SCHOOL_HELPDESK_ADDONS:-}" ] || return 0
  IFS=: read -ra folders <<<"$SCHOOL_HELPDESK_ADDONS"
  # 9>&-: what pip starts must not keep the lock of the setup.
  "$VENV/bin/python" "$ROOT/bin/lib/needs.py" --log "$CACHE/log/needs.log" "${folders[@]}" \
    </dev/null 9>&- || exit 1
}

# --- all ----------------------------------------------------------------------------

# prepare [PACKAGE...]: prepare everything except a database, with more system packages.
prepare() {
  check_system
  exec 9>"$CACHE/.lock"
  flock -n 9 || { say "waiting for another setup in $CACHE"; flock 9; }
  check_disk
  step "System packages"
  # shellcheck disable=SC2086
  install_packages $SYSTEM_PACKAGES "$@"
  step "Odoo 19 from Debian's package"
  prepare_odoo
  find_odoo_addons
  step "Python environment with the OCA helpdesk addons"
  prepare_python
  step "PostgreSQL, a cluster of its own"
  prepare_cluster
  write_configuration
  prepare_needs
  exec 9>&-
  # Compiled Python is kept in the cache, not beside the sources. Without it, each start of
  # Odoo takes three times as long, and some computers switch it off.
  unset PYTHONDONTWRITEBYTECODE
  export PYTHONPYCACHEPREFIX=$CACHE/bytecode
  # The Python part of the commands reads these.
  export SCHOOL_HELPDESK_CACHE=$CACHE SCHOOL_HELPDESK_ROOT=$ROOT ODOO_PATH ODOO_ADDONS VENV PG_BIN STEPS STEP
}

# A checkout has most addons in addons/, Debian's package has all in odoo/addons/.
find_odoo_addons() {
  ODOO_ADDONS=$ODOO_PATH/odoo/addons
  [ -d "$ODOO_ADDONS/web" ] || ODOO_ADDONS=$ODOO_PATH/addons,$ODOO_ADDONS
}

# Odoo's configuration, one file for each checkout, since the addons path contains it.
write_configuration() {
  local addons="" folder
  local IFS=:
  for folder in ${SCHOOL_HELPDESK_ADDONS:-}; do
    [ -n "$folder" ] || continue
    folder=$(cd "$folder" 2>/dev/null && pwd) ||
      die "SCHOOL_HELPDESK_ADDONS names a folder that is not there: $folder"
    addons=$addons$folder,
  done
  addons=$addons$ROOT,
  [ ! -d "$ROOT/tests/addons" ] || addons=$addons$ROOT/tests/addons,
  ODOO_RC=$CACHE/conf/$(key "$ROOT" "$addons" "$ODOO_PATH").conf
  export ODOO_RC
  mkdir -p "$CACHE/conf" "$CACHE/data"
  cat >"$ODOO_RC.$$" <<CONF
[options]
addons_path = $addons$ODOO_ADDONS
data_dir = $CACHE/data
db_host = $SOCKET
db_user = $DATABASE_ROLE
db_template = template0
http_interface = 127.0.0.1
list_db = False
CONF
  mv "$ODOO_RC.$$" "$ODOO_RC"
}
