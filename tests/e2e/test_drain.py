# SPDX-License-Identifier: Apache-2.0
"""SIGTERM at the ingress: what is under way is answered, nothing new begins, the end is clean."""

from concurrent.futures import ThreadPoolExecutor

from load import Load, assert_nothing_lost_or_invented
from raw_http import Connection
from stack import eventually
from stripe_events import Story, encode, sign

IN_FLIGHT = 8


def test_an_ingress_drained_under_load_loses_no_200(ready_ingress, tollgate):
    ingress = ready_ingress()
    with Load(tollgate, url=ingress.url) as load:
        load.run_for_a_while()
        ingress.terminate()
        assert ingress.exit_status() == 0
    assert_nothing_lost_or_invented(tollgate, load)


def test_deliveries_under_way_are_answered_before_the_end(stack, ready_ingress, tollgate):
    ingress = ready_ingress()
    events = [Story().subscription_created() for _ in range(IN_FLIGHT)]
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        with stack.frozen("kafka"):
            answers = [pool.submit(tollgate.deliver, event, url=ingress.url) for event in events]
            eventually(lambda: ingress.in_flight() == IN_FLIGHT, what="deliveries in flight")
            ingress.terminate()
            eventually(lambda: ingress.readiness().status_code == 503, what="an unready ingress")
            refuses_connections(ingress)
        for answer in answers:
            assert answer.result().status_code == 200
            assert answer.result().headers["Connection"] == "close"
    assert ingress.exit_status() == 0
    for event in events:
        tollgate.fact(event)


def refuses_connections(ingress) -> None:
    def refused() -> bool:
        try:
            Connection(ingress.url).socket.close()
        except ConnectionRefusedError:
            return True
        return False

    eventually(refused, what="a port that is closed")


def test_a_request_half_sent_at_the_signal_is_finished(stack, ready_ingress, tollgate):
    ingress = ready_ingress()
    event = Story().subscription_created()
    body = encode(event)
    with Connection(ingress.url) as connection:
        connection.post(body, sign(body, stack.webhook_secrets()[0]), head_only=True)
        connection.send(body[:100])
        ingress.terminate()
        eventually(lambda: ingress.readiness().status_code == 503, what="an unready ingress")
        connection.send(body[100:])
        answer = connection.answer()
    assert answer.status == 200
    assert answer.headers["connection"] == "close"
    assert ingress.exit_status() == 0
    tollgate.fact(event)


def test_silent_connections_do_not_hold_up_the_end(ready_ingress):
    ingress = ready_ingress()
    with Connection(ingress.url) as connection:
        connection.send(f"GET / HTTP/1.1\r\nHost: {connection.host}\r\n\r\n".encode())
        assert connection.answer().status == 404
        ingress.terminate()
        assert connection.answers_until_closed() == []
    assert ingress.exit_status() == 0
