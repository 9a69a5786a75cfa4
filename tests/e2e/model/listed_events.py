# SPDX-License-Identifier: Apache-2.0
"""A Stripe that can only list events (https://docs.stripe.com/api/events/list), when it is up."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

UNAVAILABLE = {"error": {"type": "api_error", "message": "down"}}
NO_SUCH = {"error": {"type": "invalid_request_error", "code": "resource_missing"}}


class ListedEvents:
    """Use as a context. Until told the events it is unavailable."""

    def __init__(self):
        self._newest_first: list[dict] | None = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, body = outer.answer(self.path)
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_) -> None:
                """Its requests are the service's affair."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "ListedEvents":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._server.server_close()

    def tell(self, events: list[dict]) -> None:
        self._newest_first = sorted(events, key=lambda event: event["created"], reverse=True)

    def answer(self, target: str) -> tuple[int, dict]:
        url = urlsplit(target)
        if self._newest_first is None:
            return 503, UNAVAILABLE
        if url.path != "/v1/events":
            return 404, NO_SUCH
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        found = [event for event in self._newest_first
                 if int(asked.get("created[gte]", 0)) <= event["created"]
                 < int(asked.get("created[lt]", 1 << 40))]
        ids = [event["id"] for event in found]
        begin = ids.index(asked["starting_after"]) + 1 if "starting_after" in asked else 0
        end = begin + int(asked.get("limit", 10))
        return 200, {"object": "list", "url": "/v1/events", "data": found[begin:end],
                     "has_more": end < len(found)}
