# SPDX-License-Identifier: Apache-2.0
"""The running stack as its clients see it: deliveries to the ingress, reads, rows of the facts."""

import contextlib
from urllib.parse import quote

import psycopg2
import psycopg2.extras
import requests

from stack import Stack, eventually
from stripe_events import Story, encode, new_id, sign

# Longer than the ingress may wait for the broker's word (8 s).
ANSWER_TIMEOUT_S = 15


class Tollgate:
    def __init__(self, stack: Stack):
        self.stack = stack
        self.http = requests.Session()
        self.http.trust_env = False  # A proxy of the environment has no business here.

    def deliver(self, body: bytes | dict, *, secret: int = 0, signature: str | None = None,
                url: str = "", **options) -> requests.Response:
        """Posts the body as Stripe does, signed unless a signature is given."""
        raw = encode(body) if isinstance(body, dict) else body
        if signature is None:
            signature = sign(raw, self.stack.webhook_secrets()[secret])
        headers = {"Content-Type": "application/json; charset=utf-8",
                   "Stripe-Signature": signature} | options.pop("headers", {})
        return self.http.post(f"{url or self.stack['INGRESS_URL']}/webhooks/stripe", raw,
                              headers=headers, timeout=ANSWER_TIMEOUT_S, **options)

    def accept(self, *events: dict) -> None:
        """Delivers events that must be taken."""
        for event in events:
            answer = self.deliver(event)
            assert answer.status_code == 200, f"{event['type']}: {answer.status_code} {answer.text}"

    def read(self, path: str, token: str | None) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        return self.http.get(self.stack["ENTITLEMENTS_URL"] + path, headers=headers,
                             timeout=ANSWER_TIMEOUT_S)

    def entitlements(self, user: str) -> dict:
        answer = self.read(f"/v1/users/{quote(user, safe='')}/entitlements",
                           self.stack.service_token())
        if answer.status_code == 503:
            raise ConnectionError(answer.text)  # Where something is broken on purpose, wait for it.
        assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
        return answer.json()

    def plan(self, user: str) -> str:
        return self.entitlements(user)["plan"]

    def admin(self, service: str, path: str) -> requests.Response:
        name = {"webhook-ingress": "INGRESS", "entitlements": "ENTITLEMENTS"}[service]
        return self.http.get(self.stack[f"{name}_ADMIN_URL"] + path, timeout=ANSWER_TIMEOUT_S)

    @contextlib.contextmanager
    def database(self):
        try:
            connection = psycopg2.connect(self.stack["ENTITLEMENTS_DATABASE_URL"])
            with contextlib.closing(connection):
                yield connection
        except psycopg2.OperationalError as error:
            raise ConnectionError(str(error)) from error

    def rows(self, query: str, *values) -> list[dict]:
        with self.database() as connection:
            with connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
                cursor.execute(query, values)
                return cursor.fetchall()

    def facts(self, *event_ids: str) -> list[dict]:
        """The rows of `events` with these ids."""
        return self.rows("select * from events where id = any(%s)", list(event_ids))

    def fact(self, event: dict) -> dict:
        """The one row of an event, waited for."""
        rows = eventually(lambda: self.facts(event["id"]), what=f"a row of {event['type']}")
        assert len(rows) == 1, rows
        return rows[0]

    def settle(self, story: Story) -> None:
        """Returns when everything sent for this customer so far is applied.

        One customer's events share a partition, so the last of them is applied last.
        """
        last = story.event("customer.tax_id.created", {"id": new_id("txi"), "object": "tax_id",
                                                       "customer": story.customer})
        self.accept(last)
        self.fact(last)
