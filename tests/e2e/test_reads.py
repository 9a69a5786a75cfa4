# SPDX-License-Identifier: Apache-2.0
"""Why, since when and for whom: the reads of facts, as a service or an operator calls them."""

import base64
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

import pytest
import yaml

from stack import ROOT, eventually
from stripe_events import Story, encode, new_id


@pytest.fixture
def ask(tollgate):
    """GET by the shop's service; the parsed body of a 200."""

    def get(path: str, **query) -> dict:
        answer = tollgate.read(f"{path}?{urlencode(query)}", tollgate.stack.service_token())
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    return get


@pytest.fixture
def refused(tollgate):
    """The problem that a GET is refused with."""

    def get(path: str, **query) -> dict:
        answer = tollgate.read(f"{path}?{urlencode(query)}", tollgate.stack.service_token())
        assert answer.headers["Content-Type"] == "application/problem+json", answer.text
        assert answer.json()["status"] == answer.status_code
        return answer.json()

    return get


def of_user(user: str, what: str) -> str:
    return f"/v1/users/{quote(user, safe='')}/{what}"


def rfc3339(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def bought(tollgate) -> Story:
    """A subscription that is active and bound to its user."""
    story = Story()
    tollgate.accept(story.session_completed(), story.subscription_created())
    eventually(lambda: tollgate.plan(story.user) == "professional")
    return story


def pages(ask, path: str, **query) -> list[dict]:
    rows, cursor = [], {}
    while True:
        page = ask(path, **query, **cursor)
        rows += page["data"]
        if page["next_cursor"] is None:
            return rows
        cursor = {"cursor": page["next_cursor"]}


def test_a_read_waits_until_the_session_and_its_subscription_are_there(tollgate, ask):
    story = Story()
    answers = []
    reader = threading.Thread(target=lambda: answers.append(
        ask(of_user(story.user, "entitlements"), wait_for=story.session, timeout_s=14)))
    reader.start()
    tollgate.accept(story.session_completed(), story.subscription_created())
    reader.join()
    assert answers[0]["reflected"] is True
    assert answers[0]["plan"] == "professional"


def test_a_read_that_waits_in_vain_still_answers(ask):
    answer = ask(of_user("usr_waits", "entitlements"), wait_for=new_id("evt"), timeout_s=1)
    assert answer["reflected"] is False
    assert answer["plan"] == "free"


def test_a_wait_is_answered_when_the_service_is_stopped(breakable, tollgate, ask):
    answers = []
    reader = threading.Thread(target=lambda: answers.append(
        ask(of_user("usr_waits", "entitlements"), wait_for=new_id("evt"), timeout_s=14)))
    reader.start()
    eventually(lambda: "tollgate_waiting_reads 1" in
               tollgate.admin("entitlements", "/metrics").text)
    breakable.stop("entitlements")
    reader.join()
    assert answers[0]["reflected"] is False


def test_the_frontend_waits_for_an_event(tollgate):
    story = Story()
    event = story.subscription_created(metadata={"user_id": story.user})
    tollgate.accept(event)
    answer = tollgate.read(f"/v1/me/entitlements?wait_for={event['id']}&timeout_s=14",
                           tollgate.stack.user_token(story.user))
    assert answer.json()["reflected"] is True
    assert answer.json()["plan"] == "professional"


def test_an_explanation_names_rule_fact_event_and_position(tollgate, ask):
    story = bought(tollgate)
    event = story.subscription_updated(status="past_due", previous={"status": "active"})
    tollgate.accept(event)
    row = tollgate.fact(event)
    why = ask(of_user(story.user, "explanation"))
    (verdict,) = why["verdicts"]
    assert (verdict["source"], verdict["reason"]) == (story.subscription, "past_due_grace")
    assert verdict["rule"]["setting"] == "policy.statuses.past_due"
    (fact,) = verdict["facts"]
    assert fact["event_id"] == event["id"]
    assert [fact[key] for key in ("topic", "partition", "position")] == \
        [row[key] for key in ("topic", "partition", "position")]


def test_an_explanation_of_the_past_is_that_of_the_facts_created_by_then(tollgate, ask):
    story = bought(tollgate)
    deleted = story.subscription_deleted()
    tollgate.accept(deleted)
    eventually(lambda: tollgate.plan(story.user) == "free")
    path = of_user(story.user, "explanation")
    assert ask(path)["verdicts"][0]["reason"] == "canceled"
    assert ask(path, at=rfc3339(deleted["created"]))["plan"] == "free"
    assert ask(path, at=rfc3339(deleted["created"] - 1))["plan"] == "professional"
    assert ask(path, at=rfc3339(story.begun - 1))["verdicts"] == []


def test_a_time_that_is_not_kept_or_no_time_is_refused(refused):
    path = of_user("usr_old", "explanation")
    long_ago = datetime.now(UTC) - timedelta(days=401)
    assert refused(path, at=rfc3339(long_ago.timestamp()))["code"] == "too_old"
    assert refused(path, at="yesterday")["code"] == "invalid_time"


def test_a_history_tells_every_change_and_its_event(tollgate, ask):
    story = bought(tollgate)
    deleted = story.subscription_deleted()
    tollgate.accept(deleted)
    eventually(lambda: tollgate.plan(story.user) == "free")
    changes = pages(ask, of_user(story.user, "history"), limit=1)
    assert [change["version"] for change in changes] == list(range(len(changes), 0, -1))
    assert changes[0]["before"]["plan"] == "professional"
    assert changes[0]["after"]["plan"] == "free"
    assert changes[0]["cause"]["event_id"] == deleted["id"]
    assert changes[-1]["before"] is None
    for newer, older in zip(changes, changes[1:], strict=False):
        assert newer["before"] == older["after"]
        assert newer["recorded_at"] >= older["recorded_at"]


def test_subscriptions_are_listed_newest_first_and_by_filter(tollgate, ask):
    story = bought(tollgate)
    (row,) = ask("/v1/subscriptions", user_id=story.user)["data"]
    assert (row["id"], row["customer_id"]) == (story.subscription, story.customer)
    assert (row["status"], row["plan"]) == ("active", "professional")
    assert ask("/v1/subscriptions", user_id=story.user, status="canceled")["data"] == []
    assert ask("/v1/subscriptions", user_id=story.user, plan="enterprise")["data"] == []
    every = pages(ask, "/v1/subscriptions", limit=1000)
    assert story.subscription in [row["id"] for row in every]
    assert [row["created"] for row in every] == sorted((row["created"] for row in every),
                                                       reverse=True)


def test_an_orphan_is_listed_until_its_user_is_known(tollgate, ask):
    def orphans() -> list[dict]:
        return [row for row in pages(ask, "/v1/orphans", limit=1000)
                if row["customer_id"] == story.customer]

    story = Story()
    subscription = story.subscription_created()
    tollgate.accept(subscription)
    tollgate.fact(subscription)
    (orphan,) = orphans()
    assert (orphan["id"], orphan["reason"]) == (story.subscription, "no_user")
    assert (orphan["plan"], orphan["event_id"]) == ("professional", subscription["id"])
    tollgate.accept(story.session_completed())
    eventually(lambda: orphans() == [])


def test_a_conflict_is_shown_to_operators_and_explained_to_both(tollgate, ask):
    story = bought(tollgate)
    rival = Story()
    tollgate.accept(story.event("checkout.session.completed",
                                rival.session_completed(customer=story.customer)["data"]["object"]))
    eventually(lambda: tollgate.plan(story.user) == "free")
    users = sorted([story.user, rival.user])
    for user in users:
        rows = ask("/v1/orphans", user_id=user)["data"]
        assert {row["customer_id"] for row in rows} == {story.customer}
        assert all(row["reason"] == "conflict" and row["user_ids"] == users for row in rows)
        (conflict,) = ask(of_user(user, "explanation"))["conflicts"]
        assert (conflict["customer_id"], conflict["user_ids"]) == (story.customer, users)


def test_a_dead_letter_is_listed_with_its_reason_and_its_bytes(tollgate, ask):
    unreadable = Story().subscription_created(status=5)
    tollgate.accept(unreadable)
    row = tollgate.fact(unreadable)
    letters = ask("/v1/dead-letters", include="body", limit=100)["data"]
    (letter,) = [each for each in letters if each["id"] == unreadable["id"]]
    assert letter["reason"].startswith("wrong_type")
    assert (letter["partition"], letter["position"]) == (row["partition"], row["position"])
    body = base64.b64decode(letter["body"], validate=True)
    assert body == encode(unreadable)
    assert letter["body_bytes"] == len(body)
    assert all("body" not in each for each in ask("/v1/dead-letters")["data"])


def test_answers_have_the_members_that_the_contract_names(tollgate, ask):
    def wanted(name: str) -> set[str]:
        schema = contract["components"]["schemas"][name]
        rows = schema["properties"].get("data")
        return set((rows["items"] if rows else schema)["required"])

    contract = yaml.safe_load((ROOT / "proto" / "http" / "entitlements.yaml").read_text())
    story, lone = bought(tollgate), Story()
    lost, unreadable = lone.subscription_created(), lone.subscription_created(status=5)
    tollgate.accept(lost, unreadable)
    tollgate.fact(lost), tollgate.fact(unreadable)
    why = ask(of_user(story.user, "explanation"))
    assert set(why) == wanted("Explanation")
    assert set(why["verdicts"][0]) == wanted("Verdict")
    change = ask(of_user(story.user, "history"))["data"][0]
    assert set(change) == wanted("History")
    assert set(change["after"]) == wanted("ServedAnswer")
    for path, name in (("/v1/subscriptions", "Subscriptions"), ("/v1/orphans", "Orphans"),
                       ("/v1/dead-letters", "DeadLetters")):
        assert set(ask(path, limit=1)["data"][0]) == wanted(name)


@pytest.mark.parametrize("path", ["/v1/subscriptions", "/v1/orphans", "/v1/dead-letters",
                                  of_user("usr_1", "history")])
def test_a_page_is_asked_for_in_a_way_that_makes_sense(refused, path):
    assert refused(path, limit=0)["code"] == "invalid_limit"
    assert refused(path, limit=1001)["code"] == "invalid_limit"
    assert refused(path, cursor="of nothing")["code"] == "invalid_cursor"


@pytest.mark.parametrize("path", ["/v1/subscriptions", "/v1/orphans", "/v1/dead-letters",
                                  of_user("usr_1", "history"), of_user("usr_1", "explanation")])
def test_only_services_read_facts(tollgate, path):
    assert tollgate.read(path, None).status_code == 401
    assert tollgate.read(path, tollgate.stack.user_token("usr_1")).status_code == 401


def test_what_cannot_be_waited_for_is_refused(refused):
    path = of_user("usr_1", "entitlements")
    assert refused(path, wait_for="in_1")["code"] == "invalid_wait_for"
    assert refused(path, wait_for="evt_1", timeout_s=31)["code"] == "invalid_timeout"
    assert refused(path, wait_for="evt_1", timeout_s="soon")["code"] == "invalid_timeout"
