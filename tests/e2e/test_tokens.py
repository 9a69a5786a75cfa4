# SPDX-License-Identifier: Apache-2.0
"""Who may read: users by their JWT, services by their token, nobody else."""

import base64
import json

import pytest

from stack import eventually
from stripe_events import Story

ME = "/v1/me/entitlements"
USER = "/v1/users/usr_1/entitlements"


def changed_payload(token: str, **claims) -> str:
    """The same signature over other claims."""
    header, payload, signature = token.split(".")
    known = json.loads(base64.urlsafe_b64decode(payload + "=="))
    encoded = base64.urlsafe_b64encode(json.dumps(known | claims).encode())
    return f"{header}.{encoded.decode().rstrip('=')}.{signature}"


def unsigned(token: str) -> str:
    header = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    return f"{header}.{token.split('.')[1]}."


def assert_unauthorized(answer) -> None:
    assert answer.status_code == 401, answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["code"] == "unauthorized"


def test_a_user_reads_what_is_theirs(stack, tollgate):
    story = Story()
    tollgate.accept(story.session_completed(), story.subscription_created())
    token = stack.user_token(story.user)
    eventually(lambda: tollgate.read(ME, token).json()["plan"] == "professional")
    answer = tollgate.read(ME, token).json()
    assert answer["user_id"] == story.user
    assert answer["is_premium"] is True


def test_a_user_who_bought_nothing_reads_free(stack, tollgate):
    answer = tollgate.read(ME, stack.user_token("usr_who_bought_nothing"))
    assert (answer.status_code, answer.json()["plan"]) == (200, "free")
    assert answer.json()["is_premium"] is False


def test_dev_prints_the_service_token(stack, tollgate):
    token = stack.dev("token", "--service").stdout.splitlines()[-1]
    assert tollgate.read(USER, token).status_code == 200


@pytest.mark.parametrize("path", [ME, USER])
def test_without_a_token_nothing_is_read(tollgate, path):
    assert_unauthorized(tollgate.read(path, None))


@pytest.mark.parametrize("path", [ME, USER])
@pytest.mark.parametrize("token", ["", "x", "a.b.c", "..", "é".encode().decode("latin-1")])
def test_a_token_that_is_none_reads_nothing(tollgate, path, token):
    assert_unauthorized(tollgate.read(path, token))


def test_a_user_cannot_read_as_a_service(stack, tollgate):
    assert_unauthorized(tollgate.read(USER, stack.user_token("usr_1")))


def test_a_service_is_no_user(stack, tollgate):
    assert_unauthorized(tollgate.read(ME, stack.service_token()))


def test_a_service_token_must_be_whole(stack, tollgate):
    assert_unauthorized(tollgate.read(USER, stack.service_token()[:-1]))


def test_another_users_name_under_the_same_signature_is_refused(stack, tollgate):
    token = changed_payload(stack.user_token("usr_1"), sub="usr_2")
    assert_unauthorized(tollgate.read(ME, token))


def test_an_unsigned_token_is_refused(stack, tollgate):
    assert_unauthorized(tollgate.read(ME, unsigned(stack.user_token("usr_1"))))


def test_an_expired_token_is_refused(stack, tollgate):
    assert_unauthorized(tollgate.read(ME, stack.user_token("usr_1", "--ttl-s=-120")))


def test_a_token_expired_within_the_leeway_is_taken(stack, tollgate):
    assert tollgate.read(ME, stack.user_token("usr_1", "--ttl-s=-5")).status_code == 200
