"""A real nginx on free ports, with the file that docs/scaling.md offers."""

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import suite
from common import wait_until
from ports import free_port

EXAMPLE = suite.ROOT / "docker/nginx-two-nodes.conf"
MAIN = """\
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 1;
{user}
events {{}}
http {{
  log_format nodes "$status $upstream_addr $request_method $uri";
  access_log {folder}/access.log nodes;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/site.conf;
}}
"""


class Proxy:
    """The running nginx; ``url`` is its address."""

    def __init__(self, folder):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.websocket_url = f"ws://127.0.0.1:{self.port}/websocket"
        self.log = folder / "access.log"

    def get_answers(self):
        """Return a line for each answer: its status and the node come first."""
        return self.log.read_text().splitlines()


def _prepare_site(addresses, port):
    """Return the example with other addresses, and without its certificate.

    :param dict addresses: address in the example to the real one
    """
    text = EXAMPLE.read_text()
    for name, address in addresses.items():
        assert name in text, name
        text = text.replace(name, address)
    text = re.sub(r"^ *ssl_certificate.*\n", "", text, flags=re.MULTILINE)
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    return text.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")


@contextmanager
def run_nginx(addresses):
    """Run nginx; yield the ``Proxy``.

    :param dict addresses: address of a node in the example to the real address
    """
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "nginx is missing: bin/test installs the package nginx"
    with tempfile.TemporaryDirectory(prefix="nginx-") as name:
        folder = Path(name)
        proxy = Proxy(folder)
        (folder / "site.conf").write_text(_prepare_site(addresses, proxy.port))
        # the processes that work must be able to use the folder
        user = "user root;" if os.getuid() == 0 else ""
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
        errors = folder / "error.log"
        process = subprocess.Popen(
            [program, "-p", folder, "-e", errors, "-c", folder / "nginx.conf"],
            cwd="/",
            preexec_fn=suite.die_with_parent,
        )

        def is_ready():
            assert process.poll() is None, errors.read_text()
            return (folder / "pid").exists()

        try:
            wait_until(is_ready, "nginx does not start")
            yield proxy
        finally:
            process.terminate()
            process.wait(30)
