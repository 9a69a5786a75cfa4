# SPDX-License-Identifier: Apache-2.0
"""A service run beside the stack's own, as a child: for other settings, or to see how it ends."""

import json
import os
import signal
import subprocess
from pathlib import Path

import requests

from stack import Stack, eventually

INGRESS_SETTINGS = ("KAFKA_BROKERS", "STRIPE_EVENTS_TOPIC", "STRIPE_WEBHOOK_SECRETS")
# What a drain may take, and some for the process around it.
END_TIMEOUT_S = 15


class Ingress:
    """A webhook-ingress on free ports that takes the stack's topic."""

    def __init__(self, stack: Stack, log: Path, **settings: str):
        self.log = log
        environment = {name: stack[name] for name in INGRESS_SETTINGS}
        environment |= {"HTTP_LISTEN": "127.0.0.1:0", "ADMIN_LISTEN": "127.0.0.1:0"} | settings
        passed_on = {name: value for name, value in os.environ.items()
                     if name == "PATH" or name.endswith("SAN_OPTIONS")}
        with log.open("wb") as output:
            self.process = subprocess.Popen([stack.binary("webhook-ingress")], stderr=output,
                                            stdout=output, env=passed_on | environment,
                                            stdin=subprocess.DEVNULL)

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def wait_listening(self) -> None:
        listening = eventually(
            lambda: [line for line in self.lines() if line["message"] == "listening"],
            what="an ingress that listens")
        self.url = f"http://127.0.0.1:{listening[0]['port']}"
        self.admin_url = f"http://127.0.0.1:{listening[0]['admin_port']}"

    def readiness(self) -> requests.Response:
        return requests.get(f"{self.admin_url}/readyz", timeout=5)

    def wait_ready(self, seconds: float = 20) -> None:
        eventually(lambda: self.readiness().status_code == 200, seconds, "readiness")

    def in_flight(self) -> int:
        """Deliveries that are read and not yet answered."""
        for line in requests.get(f"{self.admin_url}/metrics", timeout=5).text.splitlines():
            if line.startswith("tollgate_webhook_in_flight"):
                return int(float(line.split()[-1]))
        raise LookupError("no metric of deliveries in flight")

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def exit_status(self) -> int:
        return self.process.wait(END_TIMEOUT_S)

    def discard(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
