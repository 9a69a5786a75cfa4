# SPDX-License-Identifier: Apache-2.0
"""Random stories of many users against a reference model that shares no code with the services.

TOLLGATE_MODEL_SEED plays one run's stories again; TOLLGATE_MODEL_USERS and TOLLGATE_MODEL_KILLS
make it larger, for the night 1,000 and 20.
"""

import os
import random
import time
from urllib.parse import quote

from deliverer import Deliverer
from ledger import Ledger
from people import People
from reference import expected_answer, in_order, moment
from stack import eventually

USERS = int(os.environ.get("TOLLGATE_MODEL_USERS", "50"))
KILLS = int(os.environ.get("TOLLGATE_MODEL_KILLS", "4"))
PATIENCE_S = 60 + USERS
SHOWN_MAX = 3


def test_every_user_ends_with_what_stripes_objects_and_the_policy_say(shop, stripe):
    seed = int(os.environ.get("TOLLGATE_MODEL_SEED") or random.SystemRandom().randrange(1 << 32))
    people = People(seed, USERS, int(time.time()))
    print(people)
    deliveries = people.deliveries()
    deliver(shop, deliveries.in_time, KILLS, people.rng)
    wait_for_facts(shop, {one.event_id for one in deliveries.in_time})
    deliver(shop, deliveries.late, 1, people.rng)
    stripe.tell(people.listed_events())
    crash(shop)
    wait_for_facts(shop, {event.id for _, event in people.events()})
    assert_model_agrees(shop, people)


def assert_model_agrees(shop, people: People) -> None:
    now = int(time.time())
    wrong = [fault_of(people, user, shop.entitlements(user), now, people.ledgers_of(user))
             for user in people.users]
    for user in people.users:
        if past := people.in_the_past(user):
            wrong.append(fault_of(people, user, explanation(shop, user, past[0]), *past))
    wrong = [fault for fault in wrong if fault]
    assert not wrong, "\n".join([f"{people}: {len(wrong)} answers are wrong", *wrong[:SHOWN_MAX]])
    assert_views_agree(shop, people)


def explanation(shop, user: str, at: int) -> dict:
    answer = shop.read(f"/v1/users/{quote(user, safe='')}/explanation?at={moment(at)}",
                       shop.stack.service_token())
    assert answer.status_code == 200, answer.text
    return answer.json()


def deliver(shop, deliveries, kills: int, rng: random.Random) -> None:
    """The service that applies them dies at random points meanwhile."""
    points = sorted(rng.randrange(len(deliveries)) for _ in range(kills))
    with Deliverer(shop.stack["INGRESS_URL"], shop.stack.webhook_secrets()[0],
                   deliveries) as running:
        for point in points:
            eventually(lambda at=point: running.delivered >= at or running.is_done(), PATIENCE_S)
            crash(shop)


def crash(shop) -> None:
    shop.stack.kill("entitlements")
    shop.stack.start("entitlements")


def wait_for_facts(shop, ids: set[str]) -> None:
    """However long it takes, as long as some arrive within every PATIENCE_S."""
    missing = set(ids)
    while missing:
        known = eventually(lambda before=missing: facts_among(shop, before), PATIENCE_S,
                           f"any of {len(missing)} missing facts, {sorted(missing)[:SHOWN_MAX]}")
        missing -= known


def facts_among(shop, ids: set[str]) -> set[str]:
    return {row["id"] for row in shop.rows("select id from events where id = any(%s)", list(ids))}


def fault_of(people: People, user: str, answer: dict, at: int, ledgers: list[Ledger]) -> str:
    """Empty when the answer at that time is the model's; else the whole story."""
    answer["grants"] = in_order(answer["grants"])
    expected = expected_answer(user, ledgers, at)
    differing = [f"  {key}: {answer[key]}\n  instead of {expected[key]}"
                 for key in expected if answer[key] != expected[key]]
    if not differing:
        return ""
    story = [f"  {moment(event.created)} {event.type} {event.id} {event.state['id']} "
             f"{event.state.get('status', '')}"
             for ledger in people.ledgers_of(user) for event in ledger.events]
    return "\n".join([f"{user} at {moment(at)}", *differing, *story])


def assert_views_agree(shop, people: People) -> None:
    told = {it["id"]: (it["status"], it["period"][1],
                       it["cancel_at"] or (it["period"][1] if it["cancel_at_period_end"] else None),
                       sum(item["quantity"] for item in it["items"]))
            for _, life in people.lives for it in life.ledger.of_kind("subscription")}
    rows = shop.rows("select id, status, quantity, extract(epoch from current_period_end)::int8 "
                     "as period_end, extract(epoch from cancel_at)::int8 as cancel_at "
                     "from subscriptions where id = any(%s)", list(told))
    assert {row["id"]: (row["status"], row["period_end"], row["cancel_at"], row["quantity"])
            for row in rows} == told
