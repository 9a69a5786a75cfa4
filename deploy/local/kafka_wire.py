# SPDX-License-Identifier: Apache-2.0
"""The two requests of Kafka's protocol that starting a broker needs, without a JVM for each.

Layouts: https://kafka.apache.org/protocol.html, ApiVersions version 0, CreateTopics version 2.
"""

import socket
import struct
from dataclasses import dataclass

from shell import DevError

API_VERSIONS = 18
CREATE_TOPICS = 19
TOPIC_ALREADY_EXISTS = 36
RESPONSE_BYTES_MAX = 1024 * 1024


@dataclass(frozen=True)
class Topic:
    name: str
    partitions: int
    settings: dict[str, str]


def text(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack(">h", len(encoded)) + encoded


def answers(address: tuple[str, int], timeout_s: float = 2) -> bool:
    """True when a broker there takes requests; it does not before it has joined its controller."""
    try:
        request(address, API_VERSIONS, 0, b"", timeout_s)
    except (OSError, EOFError):
        return False
    return True


def create_topics(address: tuple[str, int], topics: list[Topic], timeout_s: float = 30) -> None:
    """Creates those that do not exist, with one replica; leaves the others as they are."""
    body = struct.pack(">i", len(topics)) + b"".join(map(encode, topics))
    body += struct.pack(">ib", int(timeout_s * 1000), 0)
    answer = request(address, CREATE_TOPICS, 2, body, timeout_s)
    for name, code, message in decode_results(answer):
        if code not in (0, TOPIC_ALREADY_EXISTS):
            raise DevError(f"Kafka refuses topic {name}: {message or 'no reason'} (error {code})")


def encode(topic: Topic) -> bytes:
    replicas, assignments = 1, 0
    head = text(topic.name) + struct.pack(">ihi", topic.partitions, replicas, assignments)
    settings = b"".join(text(name) + text(value) for name, value in topic.settings.items())
    return head + struct.pack(">i", len(topic.settings)) + settings


def decode_results(answer: bytes) -> list[tuple[str, int, str]]:
    """(topic, error code, message) of each topic; the throttle time before them is skipped."""
    (count,) = struct.unpack_from(">i", answer, 4)
    position = 8
    results = []
    for _ in range(count):
        name, position = read_text(answer, position)
        (code,) = struct.unpack_from(">h", answer, position)
        message, position = read_text(answer, position + 2)
        results.append((name, code, message))
    return results


def read_text(answer: bytes, position: int) -> tuple[str, int]:
    (length,) = struct.unpack_from(">h", answer, position)
    end = position + 2 + max(length, 0)
    return answer[position + 2:end].decode(), end


def request(address: tuple[str, int], key: int, version: int, body: bytes,
            timeout_s: float) -> bytes:
    """One request on a connection of its own; the answer without its length and correlation id."""
    correlation_id = 1
    message = struct.pack(">hhi", key, version, correlation_id) + text("tollgate-dev") + body
    with socket.create_connection(address, timeout_s) as connection:
        connection.sendall(struct.pack(">i", len(message)) + message)
        (length,) = struct.unpack(">i", read_exactly(connection, 4))
        if not 4 <= length <= RESPONSE_BYTES_MAX:
            raise EOFError(f"no answer of Kafka: {length} bytes announced")
        return read_exactly(connection, length)[4:]


def read_exactly(connection: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        piece = connection.recv(count - len(received))
        if not piece:
            raise EOFError("the broker closed the connection")
        received += piece
    return received
