# SPDX-License-Identifier: Apache-2.0
"""SIGTERM: what is under way is answered, nothing new begins, the end is clean."""

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg2

from between import Between
from load import Load, assert_nothing_lost_or_invented
from raw_http import Connection
from stack import eventually
from storefront import Storefront, new_user
from stripe_events import Story, encode, sign

IN_FLIGHT = 8
CONSUMER_WAIT_S = 40  # A checkout that ended keeps its partitions until its session's end.


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


def test_a_consumer_that_would_wait_for_a_lock_does_not_delay_the_end_of_the_requests(
        breakable, stack, sandbox, checkout_at, tollgate):
    breakable.stop("checkout")  # Its partitions are read by the one that is drained.
    held = Between(sandbox)
    shop = Storefront(stack, sandbox, checkout_at(STRIPE_API_BASE=held.url))
    waiting, answer = threading.Event(), threading.Event()
    held.on("POST /v1/customers", lambda pass_on: waiting.set() or answer.wait(30) and pass_on())
    story = Story(new_user())
    with psycopg2.connect(stack["CHECKOUT_DATABASE_URL"]) as locks, ThreadPoolExecutor(1) as pool:
        tollgate.accept(story.session_completed(metadata={"user_id": story.user}))
        cursor = locks.cursor()

        def is_read() -> bool:
            cursor.execute("select from sessions where id = %s", [story.session])
            locks.commit()
            return cursor.rowcount == 1

        eventually(is_read, CONSUMER_WAIT_S, "a consumer that reads")
        asked = pool.submit(shop.buy)
        assert waiting.wait(10)
        shop.checkout.terminate()
        eventually(lambda: shop.checkout.readiness().status_code == 503, what="the drain")
        cursor.execute("lock table consumer_offsets in exclusive mode")
        tollgate.accept(Story(new_user()).session_completed())
        assert shop.checkout.exit_status() == 0
        answer.set()
        assert asked.exception() is not None, "it was cut off"
    held.close()
