# SPDX-License-Identifier: Apache-2.0
"""A payment becomes access, whatever the order, the API version and the name of the user. Whole
stories are in test_stories.py; here events are made by hand, to be as odd as they can be."""

import pytest

from stack import eventually
from stripe_events import Story

# Before and after basil moved the period, and the oldest that is read.
VERSIONS = ("2026-10-28.endive", "2025-02-24.acacia", "2020-08-27")


def test_the_subscription_may_come_before_the_session(tollgate):
    story = Story()
    session, subscription = story.session_completed(), story.subscription_created()
    tollgate.accept(subscription)
    tollgate.fact(subscription)
    assert tollgate.plan(story.user) == "free", "nobody has said yet whose subscription it is"
    tollgate.accept(session)
    eventually(lambda: tollgate.plan(story.user) == "professional")


def test_a_user_named_by_the_subscription_alone_is_enough(tollgate):
    story = Story()
    tollgate.accept(story.subscription_created(metadata={"user_id": story.user}))
    eventually(lambda: tollgate.plan(story.user) == "professional")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_api_version_gives_the_same_access(tollgate, version):
    story = Story(version=version)
    tollgate.accept(story.session_completed(), story.subscription_created())
    eventually(lambda: tollgate.plan(story.user) == "professional")
    entitlements = tollgate.entitlements(story.user)
    (grant,) = [grant for grant in entitlements["grants"] if grant["plan"] == "professional"]
    assert grant["until"], "the period's end was not found"


def test_a_subscription_that_was_never_paid_grants_nothing(tollgate):
    story = Story()
    tollgate.accept(story.session_completed(), story.subscription_created(status="incomplete"))
    tollgate.settle(story)
    assert tollgate.plan(story.user) == "free"


def test_a_user_never_seen_has_the_free_plan(tollgate):
    entitlements = tollgate.entitlements("usr_never_seen")
    assert entitlements["plan"] == "free"
    assert entitlements["is_premium"] is False
    assert entitlements["user_id"] == "usr_never_seen"


@pytest.mark.parametrize("user", ["a/b c?d=e&f", "Zoë#1", "%2F", "x" * 255])
def test_users_are_opaque_text(tollgate, user):
    story = Story(user=f"{user[:240]} {Story().user}"[-255:])
    tollgate.accept(story.subscription_created(metadata={"user_id": story.user}))
    eventually(lambda: tollgate.plan(story.user) == "professional")


def test_an_event_of_the_other_mode_is_kept_and_grants_nothing(tollgate):
    story = Story()
    events = [event | {"livemode": True}
              for event in (story.session_completed(), story.subscription_created())]
    tollgate.accept(*events)
    assert [tollgate.fact(event)["livemode"] for event in events] == [True, True]
    tollgate.settle(story)
    assert tollgate.plan(story.user) == "free"


def test_an_object_that_cannot_be_read_is_set_aside_and_the_next_one_counts(tollgate):
    story = Story()
    unreadable = story.subscription_created(status=5)
    tollgate.accept(unreadable, story.session_completed(), story.subscription_updated())
    eventually(lambda: tollgate.plan(story.user) == "professional")
    assert tollgate.fact(unreadable)["outcome"] == "dead_letter"
