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
CHECKOUT_SETTINGS = ("KAFKA_BROKERS", "STRIPE_EVENTS_TOPIC", "STRIPE_SECRET_KEY", "STRIPE_MODE",
                     "CATALOG_FILE", "JWT_HS256_SECRET", "JWT_ISSUER", "JWT_AUDIENCE")
# What a drain may take, and some for the process around it.
END_TIMEOUT_S = 30


class Program:
    """A service on free ports with some of the stack's settings."""

    def __init__(self, stack: Stack, name: str, takes: tuple[str, ...], log: Path,
                 **settings: str):
        self.log = log
        environment = {setting: stack[setting] for setting in takes}
        environment |= {"HTTP_LISTEN": "127.0.0.1:0", "ADMIN_LISTEN": "127.0.0.1:0"} | settings
        passed_on = {variable: value for variable, value in os.environ.items()
                     if variable == "PATH" or variable.endswith("SAN_OPTIONS")}
        with log.open("wb") as output:
            self.process = subprocess.Popen([stack.binary(name)], stderr=output, stdout=output,
                                            env=passed_on | environment, stdin=subprocess.DEVNULL)

    def lines(self) -> list[dict]:
        text = self.log.read_text()
        return [json.loads(line) for line in text.splitlines(keepends=True) if line[-1] == "\n"]

    def wait_listening(self) -> None:
        listening = eventually(
            lambda: [line for line in self.lines() if line["message"] == "listening"],
            what="a service that listens")
        self.url = f"http://127.0.0.1:{listening[0]['port']}"
        self.admin_url = f"http://127.0.0.1:{listening[0]['admin_port']}"

    def readiness(self) -> requests.Response:
        return requests.get(f"{self.admin_url}/readyz", timeout=5)

    def wait_ready(self, seconds: float = 20) -> None:
        eventually(lambda: self.readiness().status_code == 200, seconds, "readiness")

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def exit_status(self) -> int:
        return self.process.wait(END_TIMEOUT_S)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def discard(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Ingress(Program):
    """A webhook-ingress that takes the stack's topic."""

    def __init__(self, stack: Stack, log: Path, **settings: str):
        super().__init__(stack, "webhook-ingress", INGRESS_SETTINGS, log, **settings)

    def in_flight(self) -> int:
        """Deliveries that are read and not yet answered."""
        for line in requests.get(f"{self.admin_url}/metrics", timeout=5).text.splitlines():
            if line.startswith("tollgate_webhook_in_flight"):
                return int(float(line.split()[-1]))
        raise LookupError("no metric of deliveries in flight")


class Checkout(Program):
    """A checkout on the stack's database."""

    def __init__(self, stack: Stack, log: Path, **settings: str):
        database = {"DATABASE_URL": stack["CHECKOUT_DATABASE_URL"]}
        super().__init__(stack, "checkout", CHECKOUT_SETTINGS, log, **(database | settings))

    def end(self) -> None:
        """Leaves its consumer group, so that the next one need not wait for its session's end."""
        if self.process.poll() is None:
            self.terminate()
            try:
                self.exit_status()
            except subprocess.TimeoutExpired:
                self.discard()
