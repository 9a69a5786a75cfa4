# SPDX-License-Identifier: Apache-2.0
"""Requests by the byte, for shapes that no client library sends. For others use tollgate.py."""

import json
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

DEADLINE_S = 10


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]  # Names in lower case.
    body: bytes

    def problem(self) -> dict:
        return json.loads(self.body)


class Connection:
    def __init__(self, url: str):
        address = urlsplit(url)
        self.host = address.netloc
        self.socket = socket.create_connection((address.hostname, address.port), DEADLINE_S)
        self.received = b""

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def send_as_much_as_possible(self, data: bytes) -> None:
        """The server may answer and close before it has read everything."""
        try:
            self.send(data)
        except OSError:
            return

    def post(self, body: bytes, signature: str, *, head_only: bool = False) -> None:
        head = (f"POST /webhooks/stripe HTTP/1.1\r\nHost: {self.host}\r\n"
                f"Stripe-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n")
        self.send(head.encode() + (b"" if head_only else body))

    def has_answer(self, wait_s: float = 0.02) -> bool:
        """Whether bytes or the end of the connection have come."""
        self.socket.settimeout(wait_s)
        try:
            return self.socket.recv(1, socket.MSG_PEEK) is not None
        except TimeoutError:
            return False
        finally:
            self.socket.settimeout(DEADLINE_S)

    def answer(self) -> Answer:
        """The next answer; EOFError when the connection ends before one."""
        while b"\r\n\r\n" not in self.received:
            self._receive()
        head, _, self.received = self.received.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.split(":", 1) for line in lines)
        headers = {name.lower(): value.strip() for name, value in pairs}
        size = int(headers.get("content-length", "0"))
        while len(self.received) < size:
            self._receive()
        body, self.received = self.received[:size], self.received[size:]
        return Answer(int(status_line.split()[1]), headers, body)

    def answers_until_closed(self) -> list[Answer]:
        """Everything the server says before it closes; TimeoutError when it does not close."""
        found = []
        try:
            while True:
                found.append(self.answer())
        except (EOFError, ConnectionResetError):
            return found

    def _receive(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise EOFError("the server closed the connection")
        self.received += data


def chunked(body: bytes, chunk_bytes: int = 7) -> bytes:
    chunks = [body[at:at + chunk_bytes] for at in range(0, len(body), chunk_bytes)]
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in [*chunks, b""])
