# SPDX-License-Identifier: Apache-2.0
"""Asks a broker whether it takes requests, without a JVM for the question.

Layout: https://kafka.apache.org/protocol.html, ApiVersions version 0.
"""

import socket
import struct

API_VERSIONS = 18
CORRELATION_ID = 1
CLIENT_ID = b"tollgate-dev"
RESPONSE_BYTES_MAX = 1024 * 1024


def answers(address: tuple[str, int], timeout_s: float = 2) -> bool:
    """True when a broker there takes requests; it does not before it has joined its controller."""
    message = struct.pack(">hhih", API_VERSIONS, 0, CORRELATION_ID, len(CLIENT_ID)) + CLIENT_ID
    try:
        with socket.create_connection(address, timeout_s) as connection:
            connection.sendall(struct.pack(">i", len(message)) + message)
            (length,) = struct.unpack(">i", read_exactly(connection, 4))
            return 4 <= length <= RESPONSE_BYTES_MAX and bool(read_exactly(connection, length))
    except (OSError, EOFError):
        return False


def read_exactly(connection: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        piece = connection.recv(count - len(received))
        if not piece:
            raise EOFError("the broker closed the connection")
        received += piece
    return received
