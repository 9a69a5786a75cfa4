# SPDX-License-Identifier: Apache-2.0
"""Servers that go away and come back: the services wait for them and need no restart."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from load import Load, assert_nothing_lost_or_invented
from stack import eventually
from stripe_events import Story, padded_to

# Stripe would rather hear a no than wait: the producer gives up after 8 s.
REFUSAL_S = 12
AT_ONCE_S = 3
QUEUED_BYTES = 50_000  # One fits into a queue of 64 kB, two do not.


def is_ready(tollgate, service: str) -> bool:
    return tollgate.admin(service, "/readyz").status_code == 200


def test_without_kafka_the_ingress_asks_stripe_to_come_again_and_recovers(breakable, tollgate):
    pid = breakable.pid("webhook-ingress")
    event = Story().subscription_created()
    breakable.stop("kafka")

    begun = time.monotonic()
    answer = tollgate.deliver(event)
    assert time.monotonic() - begun < REFUSAL_S
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert tollgate.deliver(b"{}", signature="t=1,v1=00").status_code == 400, "needs no broker"

    eventually(lambda: not is_ready(tollgate, "webhook-ingress"), what="an unready ingress")
    assert "kafka" in tollgate.admin("webhook-ingress", "/readyz").text
    assert tollgate.admin("webhook-ingress", "/livez").status_code == 200
    assert breakable.states()["kafka"] == "stopped"

    breakable.start("kafka")
    eventually(lambda: is_ready(tollgate, "webhook-ingress"), 30, "an ingress that is ready again")
    tollgate.accept(event)
    tollgate.fact(event)
    assert breakable.pid("webhook-ingress") == pid


def test_an_outage_of_kafka_under_load_loses_nothing_that_was_accepted(breakable, tollgate):
    pids = breakable.pid("webhook-ingress"), breakable.pid("entitlements")
    with Load(tollgate) as load:
        load.run_for_a_while()
        breakable.stop("kafka")
        eventually(load.not_taken_at_once, 30, "refusals while Kafka is away")
        breakable.start("kafka")
        load.run_for_a_while()
    load.send_again()
    assert_nothing_lost_or_invented(tollgate, load)
    assert (breakable.pid("webhook-ingress"), breakable.pid("entitlements")) == pids


def test_an_ingress_starts_while_kafka_is_away_and_becomes_ready(breakable, ingress_with, tollgate):
    breakable.stop("kafka")
    ingress = ingress_with()
    ingress.wait_listening()
    assert ingress.readiness().status_code == 503
    assert tollgate.deliver(Story().subscription_created(), url=ingress.url).status_code == 503
    breakable.start("kafka")
    ingress.wait_ready(30)
    event = Story().subscription_created()
    assert tollgate.deliver(event, url=ingress.url).status_code == 200
    tollgate.fact(event)


def test_a_full_queue_is_refused_at_once(breakable, ready_ingress, tollgate):
    ingress = ready_ingress(PUBLISH_QUEUE_KBYTES_MAX="64")
    first, second = Story().subscription_created(), Story().subscription_created()
    with ThreadPoolExecutor(1) as pool:
        with breakable.frozen("kafka"):
            waiting = pool.submit(tollgate.deliver, padded_to(first, QUEUED_BYTES), url=ingress.url)
            eventually(lambda: ingress.in_flight() == 1, what="a delivery that waits")
            begun = time.monotonic()
            refused = tollgate.deliver(padded_to(second, QUEUED_BYTES), url=ingress.url)
            assert time.monotonic() - begun < AT_ONCE_S
            assert refused.status_code == 503
            assert int(refused.headers["Retry-After"]) >= 1
        assert waiting.result().status_code == 200
    assert [line["reason"] for line in ingress.lines() if "reason" in line] == ["queue_full"]
    tollgate.fact(first)
    assert tollgate.deliver(second, url=ingress.url).status_code == 200
    tollgate.fact(second)


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_restart_of_postgres_under_load_loses_nothing(breakable, tollgate, end):
    pid = breakable.pid("entitlements")
    with Load(tollgate) as load:
        load.run_for_a_while()
        getattr(breakable, end)("postgres")
        eventually(lambda: "postgres" in tollgate.admin("entitlements", "/readyz").text,
                   what="the name of what is missing")
        assert not is_ready(tollgate, "entitlements")
        load.run_for_a_while()  # The ingress needs no database.
        breakable.start("postgres")
        eventually(lambda: is_ready(tollgate, "entitlements"), 30, "entitlements ready again")
        load.run_for_a_while()
    load.send_again()
    assert_nothing_lost_or_invented(tollgate, load)
    assert breakable.pid("entitlements") == pid


def test_without_postgres_a_read_is_503_and_comes_back(breakable, tollgate):
    story = Story()
    tollgate.accept(story.session_completed(), story.subscription_created())
    eventually(lambda: tollgate.plan(story.user) == "professional")
    breakable.stop("postgres")
    answer = tollgate.read(f"/v1/users/{story.user}/entitlements", breakable.service_token())
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    breakable.start("postgres")

    def plan() -> str:
        again = tollgate.read(f"/v1/users/{story.user}/entitlements", breakable.service_token())
        return again.json().get("plan", "")

    assert eventually(plan, 30, "an answer after the restart") == "professional"
