"""The ports of test servers: two programs at the same time never get the same one."""

import socket
import subprocess
import sys

import ports
import pytest
import suite

#: Asks for ports, prints them, and keeps them until its input ends.
ASK = """
import sys, ports
print(*(ports.free_port() for _ in range(200)), flush=True)
sys.stdin.read()
"""


def start_asking():
    return subprocess.Popen(
        [sys.executable, "-c", ASK],
        cwd=suite.ROOT / "bin/lib",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_processes_get_different_ports():
    asking = [start_asking() for _ in range(4)]
    found = [port for process in asking for port in process.stdout.readline().split()]
    for process in asking:
        process.communicate()
    assert len(found) == len({*found}) == 800


@pytest.mark.parametrize("first", [21000, 32768, 49152])
def test_the_kernel_gives_none_of_them_to_a_connection(first, tmp_path, monkeypatch):
    limits = tmp_path / "range"
    limits.write_text(f"{first}\t60999\n")
    monkeypatch.setattr(ports, "KERNEL_RANGE", limits)
    assert len(ports.ports()) >= 1000
    assert not set(ports.ports()) & set(range(first, 61000))


def test_a_computer_that_uses_low_ports_for_connections(tmp_path, monkeypatch):
    """No range is left, so any free port must do."""
    limits = tmp_path / "range"
    limits.write_text("1024\t65535\n")
    monkeypatch.setattr(ports, "KERNEL_RANGE", limits)
    assert ports.free_port() in ports.ports()


def test_a_reservation_ends_with_its_process():
    with start_asking() as process:
        port = int(process.stdout.readline().split()[0])
        assert not ports.reserve(port)
        process.kill()
    assert ports.reserve(port)


def test_a_port_in_use_is_not_free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not ports.reserve(server.getsockname()[1])
