# SPDX-License-Identifier: Apache-2.0
"""Stands between checkout and the simulated Stripe, for moments that no request can aim at.

A rule is asked for each call; what it does not answer is passed on. For faults by chance use the
simulator's own.
"""

import http.server
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

import requests

from simulator import Simulator

TIMEOUT_S = 10
REFUSED = (400, {"error": {"type": "invalid_request_error", "message": "Not now."}})
BUSY = (429, {"error": {"type": "invalid_request_error", "code": "rate_limit"}})
BROKEN = (500, {"error": {"type": "api_error", "message": "Something went wrong."}})


@dataclass(frozen=True)
class Rule:
    method: str
    path: re.Pattern
    answer: Callable[[Callable[[], tuple[int, dict]]], tuple[int, dict]]


class Between:
    def __init__(self, simulator: Simulator):
        self.rules: list[Rule] = []
        self.calls: list[str] = []
        self.cuts: dict[int, tuple[str, Callable]] = {}
        between = self
        target = simulator.url
        rules = self.rules

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_call(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path = self.path.partition("?")[0]

                def pass_on() -> tuple[int, dict]:
                    headers = {name: value for name, value in self.headers.items()
                               if name.lower() not in ("host", "content-length")}
                    answer = requests.request(self.command, target + self.path, data=body,
                                              headers=headers, timeout=TIMEOUT_S)
                    return answer.status_code, answer.json()

                between.calls.append(f"{self.command} {path}")
                moment, act = between.cuts.get(len(between.calls), ("", None))
                if moment == "before":
                    return self.hang_up(act)

                rule = next((each for each in rules if each.method == self.command
                             and each.path.fullmatch(path)), None)
                status, said = rule.answer(pass_on) if rule else pass_on()
                if moment == "after":
                    return self.hang_up(act)
                content = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def hang_up(self, act: Callable) -> None:
                self.close_connection = True
                act()

            do_GET = do_POST = do_DELETE = handle_call

            def log_message(self, *_) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def on(self, call: str, answer: Callable) -> None:
        """`answer(pass_on)` is what a call as `GET /v1/subscriptions/[^/]+` gets."""
        method, _, path = call.partition(" ")
        self.rules.append(Rule(method, re.compile(path), answer))

    def cut(self, number: int, moment: str, act: Callable[[], object]) -> None:
        """Does it at the call of that number, which then gets no answer: `before` Stripe sees the
        call, or `after` Stripe has done it."""
        self.cuts[number] = (moment, act)

    def before(self, call: str, act: Callable[[], object]) -> None:
        """Does it once, just before that call reaches Stripe."""
        def answer(pass_on):
            if not done:
                done.append(act())
            return pass_on()
        done: list = []
        self.on(call, answer)

    def after(self, call: str, act: Callable[[], object]) -> None:
        """Does it once, when Stripe has answered that call and checkout has not seen it yet."""
        def answer(pass_on):
            said = pass_on()
            if not done:
                done.append(act())
            return said
        done: list = []
        self.on(call, answer)
