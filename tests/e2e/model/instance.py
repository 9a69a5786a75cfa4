# SPDX-License-Identifier: Apache-2.0
"""A second entitlements process beside the stack's own, on its topic and database."""

import contextlib
import json
import os
import subprocess
from pathlib import Path

from stack import Stack, eventually

# Everything else is as the stack's own has it.
TAKEN = ("KAFKA_BROKERS", "STRIPE_EVENTS_TOPIC", "STRIPE_MODE", "CATALOG_FILE", "JWT_HS256_SECRET",
         "JWT_ISSUER", "JWT_AUDIENCE", "SERVICE_TOKENS")


class Instance:
    def __init__(self, stack: Stack, log: Path, name: str):
        self.log_file = log
        environment = {setting: stack[setting] for setting in TAKEN}
        environment |= {"DATABASE_URL": stack["ENTITLEMENTS_DATABASE_URL"], "INSTANCE_NAME": name,
                        "HTTP_LISTEN": "127.0.0.1:0", "ADMIN_LISTEN": "127.0.0.1:0",
                        "PATH": os.environ["PATH"]}
        with log.open("wb") as output:
            self.process = subprocess.Popen([stack.binary("entitlements")], env=environment,
                                            stdout=output, stderr=output,
                                            stdin=subprocess.DEVNULL)
        self.pid = self.process.pid

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def wait_listening(self) -> None:
        def listening() -> list[dict]:
            lines = [json.loads(line) for line in self.log().splitlines()]
            return [line for line in lines if line["message"] == "listening"]
        eventually(listening, what="a second instance that listens")

    def discard(self) -> None:
        self.process.kill()
        self.process.wait()


def holds_port(pid: int, port: int) -> bool:
    """Whether the process has a TCP connection from that local port."""
    sockets = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            sockets.add(os.readlink(descriptor))
    for row in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = row.split()
        if int(fields[1].rpartition(":")[2], 16) == port and f"socket:[{fields[9]}]" in sockets:
            return True
    return False
