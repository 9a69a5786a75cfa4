# SPDX-License-Identifier: Apache-2.0
"""Tokens for trying things out: a user's JWT under the development secret, the service token."""

import base64
import hashlib
import hmac
import json
import time

from settings import Settings

USER_TOKEN_TTL_S = 12 * 3600


def encode(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def user_token(settings: Settings, user: str, ttl_s: int = USER_TOKEN_TTL_S) -> str:
    """RFC 7519 with HS256."""
    now = int(time.time())
    values = settings.values()
    claims = {"iss": values["JWT_ISSUER"], "aud": values["JWT_AUDIENCE"], "sub": user, "iat": now,
              "exp": now + ttl_s}
    header = {"alg": "HS256", "typ": "JWT"}
    signed = ".".join(encode(json.dumps(part).encode()) for part in (header, claims))
    key = values["JWT_HS256_SECRET"].encode()
    return f"{signed}.{encode(hmac.digest(key, signed.encode(), hashlib.sha256))}"


def service_token(settings: Settings) -> str:
    """The first of the stack's tokens."""
    return settings.values()["SERVICE_TOKENS"].split(",")[0].partition(":")[2]
