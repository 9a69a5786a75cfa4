# SPDX-License-Identifier: Apache-2.0
"""Users' tokens of an identity provider, whose keys change while checkout runs."""

import http.server
import json
import subprocess
import threading
import time
from pathlib import Path

import pytest
import requests

from stack import eventually
from storefront import encode, new_user

# A key that is not known is looked for at most every ten seconds.
ROTATION_S = 30
WORD_BYTES = 32


class Key:
    """A signing key and its public half as RFC 7517 writes it; openssl makes both."""

    def __init__(self, folder: Path, name: str, algorithm: str):
        self.name, self.algorithm = name, algorithm
        self.path = folder / f"{name}.pem"
        kind = (("RSA", "rsa_keygen_bits:2048") if algorithm == "RS256"
                else ("EC", "ec_paramgen_curve:P-256"))
        openssl("genpkey", "-algorithm", kind[0], "-pkeyopt", kind[1], "-out", str(self.path))

    def public(self) -> dict:
        known = {"kid": self.name, "alg": self.algorithm, "use": "sig"}
        if self.algorithm == "RS256":
            modulus = openssl("rsa", "-in", str(self.path), "-noout", "-modulus").decode()
            number = bytes.fromhex(modulus.strip().partition("=")[2])
            return known | {"kty": "RSA", "n": encode(number), "e": "AQAB"}
        whole = openssl("pkey", "-in", str(self.path), "-pubout", "-outform", "DER")
        point = whole[-2 * WORD_BYTES:]
        return known | {"kty": "EC", "crv": "P-256", "x": encode(point[:WORD_BYTES]),
                        "y": encode(point[WORD_BYTES:])}

    def token(self, stack, user: str) -> str:
        now = int(time.time())
        claims = {"iss": stack["JWT_ISSUER"], "aud": stack["JWT_AUDIENCE"], "sub": user,
                  "exp": now + 600}
        header = {"alg": self.algorithm, "kid": self.name}
        text = ".".join(encode(json.dumps(part).encode()) for part in (header, claims))
        signature = openssl("dgst", "-sha256", "-sign", str(self.path), data=text.encode())
        if self.algorithm == "ES256":
            signature = fixed_width(signature)
        return f"{text}.{encode(signature)}"


def openssl(*words: str, data: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *words], input=data, check=True, capture_output=True,
                          timeout=30).stdout


def fixed_width(signature: bytes) -> bytes:
    """Two DER integers as RFC 7518 wants them: 32 bytes each."""
    numbers, at = [], 2
    for _ in range(2):
        length = signature[at + 1]
        numbers.append(int.from_bytes(signature[at + 2:at + 2 + length], "big"))
        at += 2 + length
    return b"".join(number.to_bytes(WORD_BYTES, "big") for number in numbers)


def key_set(*keys: Key) -> bytes:
    return json.dumps({"keys": [key.public() for key in keys]}).encode()


class Provider:
    """Serves a key set over HTTP."""

    def __init__(self):
        self.keys = b""
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", str(len(provider.keys)))
                self.end_headers()
                self.wfile.write(provider.keys)

            def log_message(self, *_):
                """Silent: nobody reads it."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/keys"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def provider():
    standing = Provider()
    yield standing
    standing.close()


@pytest.mark.parametrize("source, algorithm", [("JWT_JWKS_FILE", "RS256"),
                                               ("JWT_JWKS_URL", "ES256")])
def test_keys_rotate_under_a_running_checkout(
        stack, checkout_at, tmp_path, provider, source, algorithm):
    place = tmp_path / "keys.json"

    def publish(*keys: Key) -> None:
        place.write_bytes(key_set(*keys))
        provider.keys = key_set(*keys)

    old, new = (Key(tmp_path, name, algorithm) for name in ("old", "new"))
    publish(old)
    where = str(place) if source == "JWT_JWKS_FILE" else provider.url
    checkout = checkout_at(JWT_HS256_SECRET="", **{source: where})
    user = new_user()

    def status(key: Key) -> int:
        headers = {"Authorization": f"Bearer {key.token(stack, user)}"}
        return requests.get(f"{checkout.url}/v1/subscriptions", headers=headers,
                            timeout=10).status_code

    assert (status(old), status(new)) == (200, 401)
    publish(old, new)
    eventually(lambda: status(new) == 200, ROTATION_S, "the new key's token taken")
    assert status(old) == 200, "tokens that are still out count until their key is withdrawn"
    publish(new)
    # A key that nobody has makes checkout look again.
    stranger = Key(tmp_path, "stranger", algorithm)
    eventually(lambda: status(stranger) == 401 and status(old) == 401, ROTATION_S,
               "the old key's token refused")
    assert status(new) == 200
