# The help desk for production: the official Odoo image, the OCA addons, ours.
FROM odoo:19.0

# The base image ends as the user odoo; packages need root.
USER root
ENV ODOO_RC=/run/school-helpdesk/odoo.conf
ENV PIP_BREAK_SYSTEM_PACKAGES=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
SHELL ["/bin/bash", "-o", "pipefail", "-c"]

# A font for Thai labels. Debian keeps one version of a package, so none is pinned.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-thai-tlwg \
    && rm -rf /var/lib/apt/lists/*

# --no-deps: the wheels require a package "odoo" with all its requirements.
# --ignore-installed: Debian's packages stay, ours come first on Python's path.
COPY requirements.txt requirements-18.0.txt /opt/school-helpdesk/
RUN pip3 install --no-deps --ignore-installed -r /opt/school-helpdesk/requirements.txt

# OCA has not released these for 19.0 yet. Delete this step when it has.
RUN pip3 install --no-deps --ignore-installed -r /opt/school-helpdesk/requirements-18.0.txt \
    && find /usr/local/lib /usr/lib/python3 -path '*/odoo/addons/*' -name __manifest__.py \
        \( -path '*/helpdesk_mgmt_timesheet/*' \
        -o -path '*/project_timesheet_time_control/*' \) -print0 \
    | xargs -0 --no-run-if-empty \
        sed -i 's/\(["'\'']version["'\'']: *["'\'']\)18\.0\./\119.0./'

COPY . /opt/school-helpdesk
RUN install -d -o odoo -g odoo -m 700 /run/school-helpdesk

USER odoo
EXPOSE 8069 8072
VOLUME ["/var/lib/odoo", "/mnt/extra-addons"]
HEALTHCHECK --interval=30s --timeout=10s --start-period=15m --retries=5 \
    CMD ["python3", "/opt/school-helpdesk/docker/manage.py", "health"]
ENTRYPOINT ["/opt/school-helpdesk/docker/entrypoint.sh"]
