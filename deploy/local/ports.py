# SPDX-License-Identifier: Apache-2.0
"""TCP ports on loopback: whether one is free, who holds it, which ones a new stack takes."""

import contextlib
import os
import random
import socket
import time

from shell import DevError

HOST = "127.0.0.1"
# Below the kernel's range for outgoing connections, so that none of those takes one of ours.
FREE_RANGE = range(20000, 32000)
# A process that was just killed may need a moment until the kernel has closed its sockets.
RELEASE_WAIT_S = 3


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def choose(count: int) -> list[int]:
    """Free ports, picked at random so that stacks made at the same time seldom collide."""
    chosen: list[int] = []
    for port in random.SystemRandom().sample(FREE_RANGE, 2000):
        if is_free(port):
            chosen.append(port)
        if len(chosen) == count:
            return chosen
    raise DevError(f"no {count} free ports between {FREE_RANGE.start} and {FREE_RANGE.stop}")


def require_free(port: int, wanted_by: str, remedy: str) -> None:
    deadline = time.monotonic() + RELEASE_WAIT_S
    while not is_free(port):
        if time.monotonic() > deadline:
            raise DevError(f"port {port}, which {wanted_by} needs, is in use by {holder(port)}.\n"
                           f"{remedy}")
        time.sleep(0.1)


def holder(port: int) -> str:
    """The process that listens on the port, as far as this user may know."""
    inodes = listening_inodes(port)
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            for descriptor in os.scandir(f"/proc/{pid}/fd"):
                if os.readlink(descriptor.path) in inodes:
                    return f"process {pid} ({command_line(pid)})"
    return "a process that this user may not look at"


def listening_inodes(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError), open(table, encoding="ascii") as rows:
            for row in list(rows)[1:]:
                fields = row.split()
                listening = fields[3] == "0A"
                if listening and int(fields[1].rpartition(":")[2], 16) == port:
                    found.add(f"socket:[{fields[9]}]")
    return found


def command_line(pid: str) -> str:
    with open(f"/proc/{pid}/cmdline", "rb") as words:
        return words.read().replace(b"\0", b" ").decode(errors="replace").strip()[:80]
