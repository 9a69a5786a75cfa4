# SPDX-License-Identifier: Apache-2.0
"""What the ingress does not believe, and what it takes although it knows nothing of it."""

import gzip
import time

import pytest

from stack import eventually
from stripe_events import Story, encode, padded_to, sign, thin_event
from raw_http import Connection

MIB = 1024 * 1024
STALE_S = 301


def refusal(answer) -> dict:
    """What a stranger learns: everything but what differs from request to request."""
    told = {name.lower(): value for name, value in answer.headers.items()}
    for name in ("date", "x-request-id"):
        told.pop(name, None)
    problem = answer.json()
    request_id = problem.pop("request_id")
    assert request_id
    told["content-length"] = int(told["content-length"]) - len(request_id)
    return {"status": answer.status_code, "headers": told, "problem": problem}


@pytest.fixture
def reference(tollgate):
    """The refusal of a signature under another secret."""
    body = encode(Story().subscription_created())
    found = refusal(tollgate.deliver(body, signature=sign(body, "whsec_of_somebody_else")))
    assert found["status"] == 400
    assert found["problem"]["code"] == "invalid_webhook"
    return found


def signatures(body: bytes, secret: str) -> dict[str, str]:
    now = int(time.time())
    good = sign(body, secret, timestamp=now)
    mac = good.partition("v1=")[2]
    return {
        "empty": "",
        "no scheme we know": good.replace("v1=", "v0="),
        "no timestamp": f"v1={mac}",
        "two timestamps": f"t={now},{good}",
        "a timestamp with a fraction": good.replace(",", ".0,", 1),
        "a timestamp with a sign": good.replace("t=", "t=+", 1),
        "a space after the comma": good.replace(",", ", ", 1),
        "hex in capitals": f"t={now},v1={mac.upper()}",
        "half a MAC": good[:-32],
        "another body's": sign(body + b"\n", secret),
        "too old": sign(body, secret, timestamp=now - STALE_S),
        "too early": sign(body, secret, timestamp=now + STALE_S + 60),
        "under an empty secret": sign(body, ""),
        "another timestamp": good.replace(f"t={now}", f"t={now - 1}"),
    }


def test_every_bad_signature_gets_the_same_answer_and_leaves_no_trace(stack, tollgate, reference):
    story = Story()
    refused = story.subscription_created(metadata={"user_id": story.user})
    body = encode(refused)
    for name, signature in signatures(body, stack.webhook_secrets()[0]).items():
        assert refusal(tollgate.deliver(body, signature=signature)) == reference, name
    tollgate.settle(story)
    assert tollgate.facts(refused["id"]) == []
    assert tollgate.plan(story.user) == "free"


@pytest.mark.parametrize("body", [
    b"", b" ", b"null", b"[]", b'"evt_1"', b"{", b"{}", b"{'id':1}", b'{"id":"evt_1"} x',
    b'\xef\xbb\xbf{"id":"evt_bom","object":"event","type":"invoice.paid"}',
    b'{"id":"evt_1","object":"event"}', b'{"object":"event","type":"invoice.paid"}',
    b'{"id":1,"object":"event","type":"invoice.paid"}',
    b'{"id":"evt_1","object":"event","type":null}',
    b'{"id":"evt_1","object":"charge","type":"invoice.paid"}',
    b'{"id":"evt_1","object":"event","type":"invoice.paid","deep":' + b"[" * 5000 + b"]" * 5000
    + b"}",
], ids=lambda body: body[:40].decode(errors="replace"))
def test_a_well_signed_body_that_is_no_event_gets_that_answer_too(tollgate, reference, body):
    assert refusal(tollgate.deliver(body)) == reference


def test_a_compressed_body_is_refused(tollgate, reference):
    body = gzip.compress(encode(Story().subscription_created()))
    answer = tollgate.deliver(body, headers={"Content-Encoding": "gzip"})
    assert refusal(answer) == reference


def test_no_signature_at_all_is_refused(stack, tollgate, reference):
    answer = tollgate.http.post(f"{stack['INGRESS_URL']}/webhooks/stripe",
                                encode(Story().subscription_created()), timeout=5)
    assert refusal(answer)["problem"] == reference["problem"]


def test_two_signature_headers_are_refused_even_if_both_are_good(stack, tollgate, reference):
    body = encode(Story().subscription_created())
    line = f"Stripe-Signature: {sign(body, stack.webhook_secrets()[0])}\r\n"
    with Connection(stack["INGRESS_URL"]) as connection:
        connection.send(f"POST /webhooks/stripe HTTP/1.1\r\nHost: {connection.host}\r\n{line}{line}"
                        f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = connection.answer()
    assert answer.status == 400
    assert answer.problem()["code"] == reference["problem"]["code"]


@pytest.mark.parametrize("secret", [0, 1])
def test_both_secrets_of_a_rotation_are_accepted(tollgate, secret):
    event = Story().subscription_created()
    assert tollgate.deliver(event, secret=secret).status_code == 200
    tollgate.fact(event)


def test_a_header_with_one_signature_a_secret_is_accepted(stack, tollgate):
    event = Story().subscription_created()
    body = encode(event)
    signature = sign(body, "whsec_not_configured_here", *stack.webhook_secrets()) + ",v0=00,"
    assert tollgate.deliver(body, signature=signature).status_code == 200
    tollgate.fact(event)


def test_a_hundred_signatures_fit_into_the_header(stack, tollgate):
    body = encode(Story().subscription_created())
    decoys = [f"whsec_{number}" for number in range(99)]
    signature = sign(body, *decoys, stack.webhook_secrets()[1])
    assert tollgate.deliver(body, signature=signature).status_code == 200


def test_an_answer_of_200_has_no_body(tollgate):
    answer = tollgate.deliver(Story().subscription_created())
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_thin_event_is_kept(tollgate):
    story = Story()
    event = thin_event("v1.customer.subscription.updated", "subscription", story.subscription)
    tollgate.accept(event)
    row = tollgate.fact(event)
    assert row["type"] == "v1.customer.subscription.updated"
    assert row["state"] is None


def test_a_type_that_nobody_knows_is_kept(tollgate):
    event = Story().event("treasury.teapot.boiled", {"id": "tea_1", "object": "treasury.teapot"})
    tollgate.accept(event)
    row = tollgate.fact(event)
    assert (row["type"], row["state"]) == ("treasury.teapot.boiled", None)


def test_a_body_of_exactly_one_mebibyte_is_taken(tollgate):
    event = Story().subscription_created()
    assert tollgate.deliver(padded_to(event, MIB)).status_code == 200
    tollgate.fact(event)


def test_one_byte_more_is_too_large(stack):
    body = padded_to(Story().subscription_created(), MIB + 1)
    with Connection(stack["INGRESS_URL"]) as connection:
        connection.post(body, sign(body, stack.webhook_secrets()[0]), head_only=True)
        announced = connection.answer()
    with Connection(stack["INGRESS_URL"]) as connection:
        head = (f"POST /webhooks/stripe HTTP/1.1\r\nHost: {connection.host}\r\n"
                "Transfer-Encoding: chunked\r\n\r\n").encode()
        connection.send_as_much_as_possible(head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
        unannounced = connection.answer()
    for answer in (announced, unannounced):
        assert answer.status == 413
        assert answer.headers["content-type"].startswith("application/problem+json")


def test_after_a_refusal_the_stack_is_as_ready_as_before(stack, tollgate):
    tollgate.deliver(b"{}", signature="t=1,v1=00")
    assert eventually(lambda: set(stack.states().values()) == {"ready"})
