# SPDX-License-Identifier: Apache-2.0
"""./dev send-event: signs a file as Stripe signs a webhook and posts it to the local ingress.

Signature: https://docs.stripe.com/webhooks/signature, scheme v1 over the bytes as they are.
"""

import hashlib
import hmac
import http.client
import json
import sys
import time
from pathlib import Path
from urllib.parse import quote

from ports import HOST
from settings import Settings
from shell import DevError, say

POST_TIMEOUT_S = 15


def signature(secret: str, body: bytes, timestamp: int) -> str:
    message = str(timestamp).encode() + b"." + body
    return f"t={timestamp},v1={hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()}"


def read_body(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise DevError(f"{file} cannot be read: {error.strerror}") from error


def post(settings: Settings, body: bytes, secret: str) -> tuple[int, str]:
    headers = {"Content-Type": "application/json; charset=utf-8",
               "Stripe-Signature": signature(secret, body, int(time.time()))}
    connection = http.client.HTTPConnection(HOST, settings.ports["webhook-ingress"],
                                            timeout=POST_TIMEOUT_S)
    try:
        connection.request("POST", "/webhooks/stripe", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        raise DevError(f"the ingress at {settings.url('webhook-ingress')} does not answer "
                       f"({error}): ./dev status tells whether it runs") from error
    finally:
        connection.close()


def send(settings: Settings, file: str, secret_index: int) -> bool:
    """Posts the file; true when the ingress took it."""
    secrets = settings.values()["STRIPE_WEBHOOK_SECRETS"].split(",")
    if not 0 <= secret_index < len(secrets):
        raise DevError(f"--secret-index is between 0 and {len(secrets) - 1}")
    body = read_body(file)
    status, text = post(settings, body, secrets[secret_index])
    say(f"{status} {http.client.responses.get(status, '')}".strip())
    if status != 200:
        say(text)
        return False
    user = user_of(body)
    if user:
        say(f"Read what {user} may use now:")
        say('  curl -H "Authorization: Bearer $(./dev token --service)" '
            f"{settings.url('entitlements')}/v1/users/{quote(user, safe='')}/entitlements")
    return True


def user_of(body: bytes) -> str:
    """Whom the event's object names, as the entitlements service would look; empty for nobody."""
    try:
        stripe_object = json.loads(body)["data"]["object"]
        named = stripe_object.get("client_reference_id")
        return str(named or stripe_object.get("metadata", {}).get("user_id") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
