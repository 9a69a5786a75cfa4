# SPDX-License-Identifier: Apache-2.0
"""A simulated Stripe as a child of the test, a shop behind it, and Stripe's own SDK."""

import http.server
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from stack import ROOT, eventually

SDK = "stripe==16.1.0"  # Speaks the version whose shapes the simulator keeps.
SDK_FOLDER = ROOT / ".local" / "python"
INSTALL_TIMEOUT_S = 120
END_TIMEOUT_S = 10
API_KEY = "sk_test_simulator"


def binary() -> Path:
    preset = os.environ.get("TOLLGATE_PRESET") or "release"
    return ROOT / ".local" / "build" / preset / "bin" / "stripe_simulator"


def stripe_sdk():
    """The official package, installed below .local/ when the machine has none."""
    try:
        return importlib.import_module("stripe")
    except ImportError:
        pass
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", SDK_FOLDER, SDK]
    if not SDK_FOLDER.exists():
        done = subprocess.run(install, capture_output=True, text=True, check=False,
                              timeout=INSTALL_TIMEOUT_S)
        if done.returncode != 0:
            pytest.skip(f"{SDK} cannot be installed: {done.stderr.strip()[-200:]}")
    sys.path.append(str(SDK_FOLDER))
    return importlib.import_module("stripe")


def make_price(stripe):
    """A plan of 19 dollars a month."""
    product = stripe.v1.products.create({"name": "Professional"})
    return stripe.v1.prices.create({"product": product.id, "currency": "usd", "unit_amount": 1900,
                                    "recurring": {"interval": "month"},
                                    "lookup_key": "professional_monthly"})


class Simulator:
    def __init__(self, log: Path, **settings: str):
        self.log = log
        environment = {"HTTP_LISTEN": "127.0.0.1:0", "ADMIN_LISTEN": "127.0.0.1:0"} | settings
        passed_on = {name: value for name, value in os.environ.items()
                     if name == "PATH" or name.endswith("SAN_OPTIONS")}
        with log.open("ab") as output:
            self.begin = output.tell()
            self.process = subprocess.Popen([binary()], stdout=output, stderr=output,
                                            stdin=subprocess.DEVNULL, env=passed_on | environment)
        port = eventually(lambda: self.lines("listening"), what="a simulator that listens")
        self.url = f"http://127.0.0.1:{port[0]['port']}"

    def lines(self, message: str) -> list[dict]:
        text = self.log.read_bytes()[self.begin:].decode()
        found = [json.loads(line) for line in text.splitlines(keepends=True) if line[-1] == "\n"]
        return [line for line in found if line["message"] == message]

    def control(self, method: str, path: str, body: object = None, status: int = 200) -> dict:
        answer = requests.request(method, f"{self.url}/simulator{path}", json=body, timeout=60)
        assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(self.url + path, timeout=10,
                            headers={"Authorization": f"Bearer {API_KEY}"} | headers)

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(END_TIMEOUT_S)

    def discard(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


@dataclass
class Visit:
    """A page of the shop that a browser asked for, and the types of webhooks accepted by then."""

    path: str
    webhooks: list[str]


class Receiver:
    """Takes webhooks and keeps them; refuses the first `refusals` with 503. Its pages are white."""

    def __init__(self, refusals: int = 0):
        self.received: list[tuple[bytes, str]] = []
        self.visits: list[Visit] = []
        self.documents: dict[str, str] = {}
        self.refusals = refusals
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                refused = receiver.refusals > 0
                if refused:
                    receiver.refusals -= 1
                else:
                    receiver.received.append((body, self.headers["Stripe-Signature"]))
                self.send_response(503 if refused else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self):
                receiver.visits.append(Visit(self.path, receiver.types()))
                document = receiver.documents.get(self.path.partition("?")[0], "a page of the shop")
                page = f"<!DOCTYPE html><title>Shop</title>{document}".encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_):
                """Silent: the test looks at what was received."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.pages = f"http://127.0.0.1:{self.server.server_port}"
        self.url = f"{self.pages}/webhooks"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for body, _ in self.received]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Shop:
    """A merchant by plain HTTP: a product, a price, sessions that lead back to the receiver."""

    def __init__(self, simulator: Simulator, receiver: Receiver):
        self.simulator = simulator
        self.receiver = receiver
        self.post("/v1/webhook_endpoints", **{"url": receiver.url, "enabled_events[]": "*"})

    def post(self, path: str, **parameters) -> dict:
        answer = requests.post(self.simulator.url + path, data=parameters, timeout=10,
                               headers={"Authorization": f"Bearer {API_KEY}"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, path: str) -> dict:
        return self.simulator.get(path).json()

    def read(self, session: dict) -> dict:
        return self.get(f"/v1/checkout/sessions/{session['id']}")

    def session(self, mode: str, product: str = "Professional", quantity: int = 1,
                description: str = "", **more) -> dict:
        made = self.post("/v1/products", name=product, description=description)
        line = {"quantity": quantity, "price_data][currency": "usd",
                "price_data][product": made["id"], "price_data][unit_amount": 1900}
        if mode == "subscription":
            line["price_data][recurring][interval"] = "month"
        return self.post("/v1/checkout/sessions", **{
            "mode": mode, "cancel_url": self.receiver.pages + "/cancel",
            "success_url": self.receiver.pages + "/success?session_id={CHECKOUT_SESSION_ID}",
        } | {f"line_items[0][{name}]": value for name, value in line.items()} | more)
