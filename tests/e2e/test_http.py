# SPDX-License-Identifier: Apache-2.0
"""HTTP itself at the ingress: methods, paths, limits of size and time, shapes that smuggle."""

import pytest

from raw_http import Connection, chunked
from stack import eventually
from stripe_events import Story, encode, sign

METHODS = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW")
REQUEST_MAX_MS = 700

CHUNKED = "Transfer-Encoding: chunked"
# Lines of the head beside Stripe-Signature; {length} is the body's. Each goes with a plain body
# and with a chunked one: whichever a proxy in front would have believed must not count.
SMUGGLING = {
    "length and chunks": ["Host: h", "Content-Length: {length}", CHUNKED],
    "chunks and length": ["Host: h", CHUNKED, "Content-Length: {length}"],
    "two lengths": ["Host: h", "Content-Length: {length}", "Content-Length: 5"],
    "a list of lengths": ["Host: h", "Content-Length: {length}, 5"],
    "a negative length": ["Host: h", "Content-Length: -{length}"],
    "a length with a sign": ["Host: h", "Content-Length: +{length}"],
    "a length in hex": ["Host: h", "Content-Length: 0x10"],
    "a length beyond 64 bits": ["Host: h", "Content-Length: 18446744073709551617"],
    "another coding": ["Host: h", "Transfer-Encoding: gzip"],
    "two codings": ["Host: h", "Transfer-Encoding: gzip, chunked"],
    "chunked twice": ["Host: h", "Transfer-Encoding: chunked, chunked"],
    "two lines of codings": ["Host: h", CHUNKED, "Transfer-Encoding: identity"],
    "a coding that looks like chunked": ["Host: h", "Transfer-Encoding: xchunked"],
    "a coding in quotes": ["Host: h", 'Transfer-Encoding: "chunked"'],
    "a folded coding": ["Host: h", "Transfer-Encoding:\r\n chunked"],
    "a folded header": ["Host: h", "X-Long: a\r\n b", "Content-Length: {length}"],
    "a space before the colon": ["Host: h", "Content-Length : {length}"],
    "no host": ["Content-Length: {length}"],
    "two hosts": ["Host: h", "Host: i", "Content-Length: {length}"],
    "a header without a colon": ["Host: h", "nonsense", "Content-Length: {length}"],
    "a NUL in a header": ["Host: h", "X-Odd: a\0b", "Content-Length: {length}"],
}


def head(signature: str, lines: list[str], version: str = "1.1") -> bytes:
    start = [f"POST /webhooks/stripe HTTP/{version}", f"Stripe-Signature: {signature}"]
    return "\r\n".join([*start, *lines, "", ""]).encode("latin-1")


def assert_refused_and_closed(stack, request: bytes, statuses=(400, 501)) -> None:
    """One answer, and what follows on the connection is never read as a request."""
    with Connection(stack["INGRESS_URL"]) as connection:
        follower = f"GET /smuggled HTTP/1.1\r\nHost: {connection.host}\r\n\r\n".encode()
        connection.send_as_much_as_possible(request + follower)
        answers = connection.answers_until_closed()
    assert len(answers) == 1
    assert answers[0].status in statuses


@pytest.mark.parametrize("name", SMUGGLING)
def test_a_smuggling_shape_is_refused(stack, tollgate, name):
    story = Story()
    refused = story.subscription_created()
    body = encode(refused)
    signature = sign(body, stack.webhook_secrets()[0])
    lines = [line.format(length=len(body)) for line in SMUGGLING[name]]
    for form in (body, chunked(body)):
        assert_refused_and_closed(stack, head(signature, lines) + form)
    tollgate.settle(story)
    assert tollgate.facts(refused["id"]) == []


def test_chunks_under_http_1_0_are_refused(stack):
    body = encode(Story().subscription_created())
    signature = sign(body, stack.webhook_secrets()[0])
    assert_refused_and_closed(stack, head(signature, ["Host: h", CHUNKED], "1.0") + chunked(body))


@pytest.mark.parametrize("size", ["zz", "-5", "0x5", "", "ffffffffffffffff5"])
def test_a_bad_chunk_size_is_refused(stack, size):
    body = encode(Story().subscription_created())
    signature = sign(body, stack.webhook_secrets()[0])
    request = head(signature, ["Host: h", CHUNKED]) + size.encode() + b"\r\n" + body
    # A size beyond 64 bits may be called too large as well.
    assert_refused_and_closed(stack, request + b"\r\n0\r\n\r\n", (400, 413))


def test_a_chunked_body_is_taken(stack, tollgate):
    event = Story().subscription_created()
    body = encode(event)
    signature = sign(body, stack.webhook_secrets()[0])
    with Connection(stack["INGRESS_URL"]) as connection:
        connection.send(head(signature, ["Host: h", CHUNKED]) + chunked(body))
        assert connection.answer().status == 200
    tollgate.fact(event)


def test_requests_sent_ahead_of_their_answers_are_answered_in_order(stack, tollgate):
    events = [Story().subscription_created() for _ in range(5)]
    with Connection(stack["INGRESS_URL"]) as connection:
        for event in events:
            body = encode(event)
            connection.post(body, sign(body, stack.webhook_secrets()[0]))
        connection.send(f"GET /elsewhere HTTP/1.1\r\nHost: {connection.host}\r\n\r\n".encode())
        statuses = [connection.answer().status for _ in range(6)]
    assert statuses == [200] * 5 + [404]
    for event in events:
        tollgate.fact(event)


@pytest.mark.parametrize("method", METHODS)
def test_any_other_method_is_405_and_says_which_is_allowed(stack, tollgate, method):
    answer = tollgate.http.request(method, f"{stack['INGRESS_URL']}/webhooks/stripe", timeout=5)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize("path", ["/", "/webhooks", "/webhooks/stripe/", "/webhooks/Stripe",
                                  "/metrics", "/readyz", "/webhooks/stripe/../stripe%00"])
def test_any_other_path_is_404(stack, path):
    with Connection(stack["INGRESS_URL"]) as connection:
        connection.send(f"POST {path} HTTP/1.1\r\nHost: {connection.host}\r\n"
                        "Content-Length: 2\r\n\r\n{}".encode())
        answer = connection.answer()
    assert answer.status == 404
    assert answer.problem()["code"] == "not_found"


def test_headers_beyond_eight_kibibytes_are_431(stack, tollgate):
    answer = tollgate.deliver(b"{}", headers={"X-Long": "x" * 8192})
    assert answer.status_code == 431
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_a_request_that_drips_in_slowly_is_408(stack, ready_ingress):
    ingress = ready_ingress(REQUEST_MAX_MS=str(REQUEST_MAX_MS))
    body = encode(Story().subscription_created())
    with Connection(ingress.url) as connection:
        connection.post(body, sign(body, stack.webhook_secrets()[0]), head_only=True)
        rest = iter(body)

        def drip() -> bool:
            connection.send_as_much_as_possible(bytes([next(rest)]))
            return connection.has_answer()

        eventually(drip, REQUEST_MAX_MS / 1000 + 5, "an end of the server's patience")
        assert connection.answer().status == 408


def test_a_head_that_never_ends_is_408_too(ready_ingress):
    ingress = ready_ingress(REQUEST_MAX_MS=str(REQUEST_MAX_MS))
    with Connection(ingress.url) as connection:
        connection.send(b"POST /webhooks/stripe HT")
        assert connection.answer().status == 408


def test_a_silent_connection_is_closed(ready_ingress):
    ingress = ready_ingress(IDLE_MAX_MS="500")
    with Connection(ingress.url) as connection:
        assert connection.answers_until_closed() == []


@pytest.mark.parametrize("setting", ["CONNECTIONS_MAX", "CONNECTIONS_PER_ADDRESS_MAX"])
def test_one_connection_too_many_is_closed_and_the_others_serve_on(ready_ingress, setting):
    ingress = ready_ingress(**{setting: "3"})
    question = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
    open_ones = [Connection(ingress.url) for _ in range(3)]
    for connection in open_ones:
        connection.send(question)
        assert connection.answer().status == 404
    with Connection(ingress.url) as extra:
        extra.send_as_much_as_possible(question)
        assert extra.answers_until_closed() == []
    for connection in open_ones:
        connection.send(question)
        assert connection.answer().status == 404
    open_ones.pop().socket.close()

    def there_is_room_again() -> bool:
        with Connection(ingress.url) as another:
            another.send_as_much_as_possible(question)
            return bool(another.has_answer(1) and another.answer().status == 404)

    try:
        eventually(there_is_room_again, what="room for another connection")
    finally:
        for connection in open_ones:
            connection.socket.close()
