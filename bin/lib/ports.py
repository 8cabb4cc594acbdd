"""Free TCP ports for servers that start later than their port is chosen.

Other processes use ports at any time: the kernel takes one for each outgoing
connection, and another test may ask for one. So these ports are outside the kernel's
range, and each stays reserved until the process that asked for it ends.
"""

import itertools
import random
import socket
from pathlib import Path

#: Linux: the first and the last port of outgoing connections.
KERNEL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
LOWEST = 20000
#: The reservations of this process. They are open sockets, so a process that is killed
#: keeps none.
_reservations = []


def ports():
    """The ports that may be used, as a range of at least 1,000."""
    first = int(KERNEL_RANGE.read_text().split()[0])
    # A computer may use low ports for connections. Then only the reservation helps.
    return range(LOWEST, first if first - LOWEST >= 1000 else 32768)


def free_port():
    """Reserve a free port of 127.0.0.1 for this process and return it.

    :raise OSError: no port is free
    """
    candidates = ports()
    start = random.randrange(len(candidates))
    for port in itertools.chain(candidates[start:], candidates[:start]):
        if reserve(port):
            return port
    raise OSError("no TCP port is free")


def reserve(port):
    """Reserve a port; return whether it was free.

    :param int port: 1 to 65535
    """
    # A name in Linux's abstract namespace: no file remains when the process ends.
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0school-helpdesk-port-{port}")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
    except OSError:
        mark.close()
        return False
    _reservations.append(mark)
    return True


if __name__ == "__main__":
    print(free_port())
