# SPDX-License-Identifier: Apache-2.0
"""Stripe delivers in no order and more than once; the answer must not show it."""

import itertools

import pytest

from stack import eventually
from stripe_events import ENTERPRISE, PROFESSIONAL, Story


def test_an_event_sent_three_times_is_one_fact(tollgate):
    story = Story()
    session, subscription = story.session_completed(), story.subscription_created()
    tollgate.accept(*[session, subscription] * 3)
    tollgate.settle(story)
    assert len(tollgate.facts(session["id"])) == 1
    assert len(tollgate.facts(subscription["id"])) == 1
    assert tollgate.plan(story.user) == "professional"


def test_a_repetition_changes_nothing_for_the_reader(tollgate):
    story = Story()
    events = [story.session_completed(), story.subscription_created()]
    tollgate.accept(*events)
    tollgate.settle(story)
    before = tollgate.entitlements(story.user)
    tollgate.accept(*events)
    tollgate.settle(story)
    assert tollgate.entitlements(story.user) == before


def test_a_repetition_with_other_pending_webhooks_is_the_same_event(tollgate):
    story = Story()
    event = story.subscription_created()
    tollgate.accept(event, event | {"pending_webhooks": 0})
    tollgate.settle(story)
    assert len(tollgate.facts(event["id"])) == 1


def test_an_older_update_does_not_overwrite_a_newer_one(tollgate):
    story = Story()
    older = story.subscription_updated(price=PROFESSIONAL)
    newer = story.subscription_updated(price=ENTERPRISE)
    tollgate.accept(story.session_completed(), newer, older)
    tollgate.settle(story)
    assert tollgate.plan(story.user) == "enterprise"


def test_a_late_created_does_not_overwrite_an_update(tollgate):
    story = Story()
    created = story.subscription_created(status="incomplete")
    tollgate.accept(story.session_completed(), story.subscription_updated(status="active"), created)
    tollgate.settle(story)
    assert tollgate.plan(story.user) == "professional"


@pytest.mark.parametrize("seconds_after", [-10, 0, 10])
def test_a_canceled_subscription_is_never_revived(tollgate, seconds_after):
    story = Story()
    deleted = story.subscription_deleted()
    late = story.subscription_updated(status="active", created=deleted["created"] + seconds_after)
    tollgate.accept(story.session_completed(), deleted, late)
    tollgate.settle(story)
    assert tollgate.plan(story.user) == "free"


def test_every_order_of_one_story_ends_the_same(tollgate):
    plans = {}
    for order in itertools.permutations(range(4)):
        story = Story()
        events = [story.session_completed(), story.subscription_created(status="incomplete"),
                  story.subscription_updated(previous={"status": "incomplete"}),
                  story.subscription_updated(price=ENTERPRISE)]
        tollgate.accept(*[events[index] for index in order])
        plans[story] = order
    for story, order in plans.items():
        eventually(lambda one=story: tollgate.plan(one.user) == "enterprise", what=f"order {order}")


@pytest.mark.parametrize("turned", [False, True])
def test_two_events_of_one_second_are_told_apart_by_what_was_before(tollgate, turned):
    story = Story()
    at = story.begun + 5
    pair = [story.subscription_updated(created=at, status="unpaid", previous={"status": "active"}),
            story.subscription_updated(created=at, status="active", previous={"status": "unpaid"})]
    created = story.subscription_created()
    tollgate.accept(created, story.session_completed(), *(reversed(pair) if turned else pair))
    tollgate.settle(story)
    assert tollgate.plan(story.user) == "professional"
