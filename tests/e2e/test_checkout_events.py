# SPDX-License-Identifier: Apache-2.0
"""What checkout remembers of events that come late, twice or in a wrong order."""

import time

import psycopg2
import pytest

from stack import eventually
from storefront import new_user
from stripe_events import Story

# A checkout that was killed keeps its partitions until its session in the consumer group ends.
EVENT_WAIT_S = 40
MINUTE_S = 60


@pytest.fixture
def rows(stack):
    with psycopg2.connect(stack["CHECKOUT_DATABASE_URL"]) as opened:
        opened.autocommit = True

        def ask(query: str, *values) -> list:
            cursor = opened.cursor()
            cursor.execute(query, values)
            return cursor.fetchall()

        yield ask
    opened.close()


@pytest.fixture
def tell(tollgate, rows):
    """Returns when checkout has read the event: another one of the same customer comes behind."""

    def deliver(event: dict, customer: str) -> None:
        last = Story(new_user())
        last.customer = customer
        tollgate.accept(event, last.session_completed(
            payment_status="unpaid", metadata={"user_id": last.user}))
        eventually(lambda: rows("select 1 from sessions where id = %s", last.session),
                   EVENT_WAIT_S, "the event behind it")

    return deliver


def customer_event(story: Story, kind: str, user: str, created: int | None = None) -> dict:
    return story.event(f"customer.{kind}", {
        "id": story.customer, "object": "customer", "created": int(time.time()), "livemode": False,
        "metadata": {"user_id": user}}, created)


def test_a_customer_that_was_deleted_does_not_come_back(shop, tell, rows):
    story = Story(shop.user)
    tell(customer_event(story, "deleted", shop.user), story.customer)
    tell(customer_event(story, "created", shop.user), story.customer)
    tell(customer_event(story, "updated", shop.user), story.customer)
    assert rows("select customer_id from customers where user_id = %s", shop.user) == []
    assert shop.buy().status_code == 201


def test_a_customer_that_an_operator_hands_over_leaves_the_user_who_had_it(tell, rows):
    old, new, now = new_user(), new_user(), int(time.time())
    story = Story(old)

    def owners() -> list:
        return rows("select user_id from customers where customer_id = %s", story.customer)

    tell(customer_event(story, "created", old, now - 9 * MINUTE_S), story.customer)
    assert owners() == [(old,)]
    tell(customer_event(story, "updated", new, now - 2 * MINUTE_S), story.customer)
    assert owners() == [(new,)]
    assert rows("select customer_id, generation from customers where user_id = %s", old) == [
        (None, 2)]
    tell(customer_event(story, "updated", old, now - 5 * MINUTE_S), story.customer)
    assert owners() == [(new,)], "an older event hands nothing back"
