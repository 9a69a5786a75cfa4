# SPDX-License-Identifier: Apache-2.0
"""Signed events at a fixed rate over several connections, with every answer remembered.

What Stripe does and a receiver must bear is in it: a third of the events come three times, the
order is shuffled in windows, and now and then a forged one is among them.
"""

import http.client
import os
import random
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from stack import eventually
from stripe_events import Story, encode, sign
from tollgate import Tollgate

# Both may be raised for a longer run: TOLLGATE_E2E_LOAD_S=600 TOLLGATE_E2E_EVENTS_PER_S=500.
SECONDS = float(os.environ.get("TOLLGATE_E2E_LOAD_S", "3"))
EVENTS_PER_S = float(os.environ.get("TOLLGATE_E2E_EVENTS_PER_S", "200"))
CONNECTIONS = 8
WINDOW = 60
FORGED_EVERY = 40
ANSWER_TIMEOUT_S = 15
DELAY_MADE_UP_S = 0.5
PATIENCE_S = 60 + 2 * SECONDS
PLANS_CHECKED_MAX = 200


@dataclass(frozen=True)
class Delivery:
    event_id: str
    body: bytes
    secret: str


class Load:
    """Use as a context: it runs inside. Events are known by their ids."""

    def __init__(self, tollgate: Tollgate, url: str = "", seed: int = 0):
        self.seed = seed or random.SystemRandom().randrange(1, 1 << 32)
        self._random = random.Random(self.seed)
        self._address = urlsplit(url or tollgate.stack["INGRESS_URL"])
        self._secret = tollgate.stack.webhook_secrets()[0]
        self._deliveries = self._endless()
        self._turn = threading.Lock()
        self._due = time.monotonic()
        self._ending = threading.Event()
        self._pool = ThreadPoolExecutor(CONNECTIONS)
        self._bodies: dict[str, bytes] = {}  # Of events that are not taken yet.
        self.forged: set[str] = set()
        self.users: dict[str, set[str]] = defaultdict(set)  # The ids of each user's two events.
        self._answering = threading.Lock()
        self._events: dict[int, set[str]] = defaultdict(set)  # By status; 0: no answer came.

    def __repr__(self) -> str:
        counts = {status: len(events) for status, events in sorted(self._events.items())}
        return f"Load(seed={self.seed}, events by status: {counts})"

    def __enter__(self) -> "Load":
        self._workers = [self._pool.submit(self._work) for _ in range(CONNECTIONS)]
        return self

    def __exit__(self, *_) -> None:
        self._ending.set()
        for worker in self._workers:
            worker.result()

    def answered(self, *statuses: int) -> set[str]:
        """Events that got one of these answers at least once."""
        with self._answering:
            return set().union(*(self._events[status] for status in statuses))

    def accepted(self) -> set[str]:
        return self.answered(200)

    def not_taken_at_once(self) -> set[str]:
        return self.answered(503, 0)

    def run_on(self, events: float) -> None:
        """Returns when so many more events are taken."""
        goal = len(self.accepted()) + events
        eventually(lambda: len(self.accepted()) >= goal, PATIENCE_S,
                   f"{events} more events taken: {self}")

    def run_for_a_while(self) -> None:
        self.run_on(SECONDS * EVENTS_PER_S)

    def send_again(self) -> None:
        """What Stripe does with everything that was not answered 200, until it is."""
        for event_id in sorted(set(self._bodies) - self.forged):
            delivery = Delivery(event_id, self._bodies[event_id], self._secret)
            eventually(lambda one=delivery: self._post(self._connect(), one) == 200, 60,
                       f"{event_id} taken at last")

    def _endless(self) -> Iterator[Delivery]:
        while True:
            window = []
            for number in range(WINDOW // 2):
                story = Story()
                for event in (story.session_completed(), story.subscription_created()):
                    self.users[story.user].add(event["id"])
                    body = self._bodies[event["id"]] = encode(event)
                    times = 3 if number % 3 == 0 else 1
                    window += [Delivery(event["id"], body, self._secret)] * times
            for _ in range(WINDOW // FORGED_EVERY):
                event = Story().subscription_created()
                self.forged.add(event["id"])
                window.append(Delivery(event["id"], encode(event), "whsec_of_somebody_else"))
            self._random.shuffle(window)
            yield from window

    def _work(self) -> None:
        connection = self._connect()
        while not self._ending.is_set():
            with self._turn:
                delivery = next(self._deliveries)
                # A moment's delay is made up for; after an outage the rate just goes on.
                earliest = time.monotonic() - DELAY_MADE_UP_S
                self._due = max(self._due + 1 / self._rate(), earliest)
                wait_s = self._due - time.monotonic()
            if wait_s > 0:
                self._ending.wait(wait_s)
            self._post(connection, delivery)
        connection.close()

    @staticmethod
    def _rate() -> float:
        """Deliveries a second: of three events two come once and one comes thrice."""
        return EVENTS_PER_S * 5 / 3

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._address.hostname, self._address.port,
                                          timeout=ANSWER_TIMEOUT_S)

    def _post(self, connection: http.client.HTTPConnection, delivery: Delivery) -> int:
        """Connects again by itself after the server has closed."""
        headers = {"Content-Type": "application/json",
                   "Stripe-Signature": sign(delivery.body, delivery.secret)}
        try:
            if connection.sock is None:
                connection.connect()
                connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.request("POST", "/webhooks/stripe", delivery.body, headers)
            answer = connection.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            connection.close()
            status = 0
        with self._answering:
            self._events[status].add(delivery.event_id)
        if status == 200:
            self._bodies.pop(delivery.event_id, None)
        return status


def assert_nothing_lost_or_invented(tollgate: Tollgate, load: Load) -> None:
    """Every event answered 200 is a fact exactly once, no forged one is, and access follows."""
    accepted = load.accepted()
    assert accepted, f"no event was taken: {load}"
    eventually(lambda: counted(tollgate, accepted).keys() == accepted, PATIENCE_S,
               f"a row for each of {len(accepted)} events of {load}")
    repeated = {event: count for event, count in counted(tollgate, accepted).items() if count != 1}
    assert not repeated, f"stored more than once: {repeated} of {load}"
    assert not tollgate.facts(*load.forged), f"forged events were believed: {load}"
    assert not accepted & load.forged, f"forged events were accepted: {load}"
    assert load.answered(400) <= load.forged, f"good events were not believed: {load}"
    buyers = [user for user, events in load.users.items() if events <= accepted]
    for user in buyers[:PLANS_CHECKED_MAX // 2] + buyers[-PLANS_CHECKED_MAX // 2:]:
        assert tollgate.plan(user) == "professional", f"{user} of {load}"


def counted(tollgate: Tollgate, events: set[str]) -> dict[str, int]:
    rows = tollgate.rows("select id, count(*) as count from events where id = any(%s) group by id",
                         list(events))
    return {row["id"]: row["count"] for row in rows}
