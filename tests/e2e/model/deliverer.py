# SPDX-License-Identifier: Apache-2.0
"""Posts many deliveries over several connections; each must be taken."""

import http.client
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from urllib.parse import urlsplit

from people import Delivery
from stripe_events import sign

CONNECTIONS = 8
ANSWER_TIMEOUT_S = 15


class Deliverer:
    """Use as a context: at its end everything is delivered."""

    def __init__(self, url: str, secret: str, deliveries: list[Delivery]):
        self._address = urlsplit(url)
        self._secret = secret
        self._deliveries = iter(deliveries)
        self._turn = threading.Lock()
        self.delivered = 0

    def __enter__(self) -> "Deliverer":
        self._pool = ThreadPoolExecutor(CONNECTIONS)
        self._workers: list[Future] = [self._pool.submit(self._work) for _ in range(CONNECTIONS)]
        return self

    def __exit__(self, *_) -> None:
        for worker in self._workers:
            worker.result()
        self._pool.shutdown()

    def is_done(self) -> bool:
        return all(worker.done() for worker in self._workers)

    def _work(self) -> None:
        connection = http.client.HTTPConnection(self._address.hostname, self._address.port,
                                                timeout=ANSWER_TIMEOUT_S)
        while True:
            with self._turn:
                delivery = next(self._deliveries, None)
                self.delivered += 1
            if delivery is None:
                return connection.close()
            connection.request("POST", "/webhooks/stripe", delivery.body,
                               {"Content-Type": "application/json",
                                "Stripe-Signature": sign(delivery.body, self._secret)})
            answer = connection.getresponse()
            assert answer.status == 200, f"{delivery.event_id}: {answer.status} {answer.read()}"
            answer.read()
