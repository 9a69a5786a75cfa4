# SPDX-License-Identifier: Apache-2.0
"""Tokens for trying things out: a user's JWT under the development secret, the service token."""

import base64
import hashlib
import hmac
import json
import time

from settings import JWT_AUDIENCE, JWT_ISSUER, Settings

USER_TOKEN_TTL_S = 12 * 3600


def encode(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def user_token(settings: Settings, user: str, ttl_s: int = USER_TOKEN_TTL_S) -> str:
    """RFC 7519 with HS256."""
    now = int(time.time())
    claims = {"iss": JWT_ISSUER, "aud": JWT_AUDIENCE, "sub": user, "iat": now, "exp": now + ttl_s}
    header = {"alg": "HS256", "typ": "JWT"}
    signed = ".".join(encode(json.dumps(part).encode()) for part in (header, claims))
    key = settings.secrets["jwt_hs256_secret"].encode()
    return f"{signed}.{encode(hmac.digest(key, signed.encode(), hashlib.sha256))}"


def service_token(settings: Settings) -> str:
    return settings.secrets["service_token"]
