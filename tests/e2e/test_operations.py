# SPDX-License-Identifier: Apache-2.0
"""What an operator looks at: readiness, metrics, logs, and what logs must never hold."""

import json
from urllib.parse import urlsplit

import pytest

from stripe_events import Story, encode, sign

SERVICES = ("webhook-ingress", "entitlements")


def sample(text: str, name: str, *labels: str) -> float:
    """The sum of a metric's samples that bear these labels; KeyError when there is none."""
    found = [float(line.split()[-1]) for line in text.splitlines()
             if line.startswith((f"{name} ", f"{name}{{")) and all(one in line for one in labels)]
    if not found:
        raise KeyError(f"{name} {labels}")
    return sum(found)


def database_password(stack) -> str:
    return urlsplit(stack["ENTITLEMENTS_DATABASE_URL"]).password


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_says_that_it_lives_and_is_ready(stack, tollgate, service):
    assert tollgate.admin(service, "/livez").status_code == 200
    assert tollgate.admin(service, "/readyz").status_code == 200
    assert tollgate.admin(service, "/elsewhere").status_code == 404


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_shows_metrics_of_its_own(stack, tollgate, service):
    answer = tollgate.admin(service, "/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "# TYPE tollgate_" in answer.text


def test_the_ingress_counts_events_by_type_and_refusals_by_reason(tollgate):
    def counts() -> tuple[float, float, float]:
        text = tollgate.admin("webhook-ingress", "/metrics").text
        return (sample(text, "tollgate_webhook_events_total", 'type="invoice.sent"',
                       'outcome="accepted"'),
                sample(text, "tollgate_webhook_invalid_total", 'reason="no_signature_header"'),
                sample(text, "tollgate_webhook_acknowledgement_seconds_count"))

    def cause() -> None:
        tollgate.accept(Story().event("invoice.sent", {"id": "in_1", "object": "invoice"}))
        url = f"{tollgate.stack['INGRESS_URL']}/webhooks/stripe"
        assert tollgate.http.post(url, b"{}", timeout=5).status_code == 400

    cause()
    before = counts()
    cause()
    assert [after - was for after, was in zip(counts(), before, strict=True)] == [1, 1, 1]
    text = tollgate.admin("webhook-ingress", "/metrics").text
    assert sample(text, "tollgate_webhook_in_flight") == 0
    assert sample(text, "tollgate_webhook_delivery_lag_seconds_count") >= 2


def test_logs_are_json_and_hold_neither_bodies_nor_secrets(stack, tollgate):
    story = Story()
    personal = story.session_completed(customer_email="zoe.private@example.test")
    tollgate.accept(personal, story.subscription_created())
    unreadable = story.subscription_created(status=5, description="zoe.private wrote this")
    tollgate.accept(unreadable)
    tollgate.settle(story)
    forged = sign(encode(personal), "whsec_forged_by_somebody")
    assert tollgate.deliver(personal, signature=forged).status_code == 400
    token = stack.user_token(story.user)
    assert tollgate.read("/v1/me/entitlements", token[:-2]).status_code == 401

    secrets = [*stack.webhook_secrets(), stack["STRIPE_SECRET_KEY"], stack["JWT_HS256_SECRET"],
               stack.service_token(), database_password(stack),
               token, forged.partition("v1=")[2], "zoe.private"]
    for service in SERVICES:
        text = stack.log(service)
        assert [secret for secret in secrets if secret in text] == []
        assert text
        for line in text.splitlines():
            entry = json.loads(line)
            assert {"time", "level", "service", "message"} <= entry.keys(), line
            assert entry["service"] == service


def test_a_refusal_is_logged_once_with_its_reason_and_request(stack, tollgate):
    answer = tollgate.deliver(b"{}", headers={"X-Request-Id": "a-request-of-this-test"},
                              signature=sign(b"{}", "whsec_any", timestamp=1))
    assert answer.json()["request_id"] == "a-request-of-this-test"
    lines = [json.loads(line) for line in stack.log("webhook-ingress").splitlines()
             if "a-request-of-this-test" in line]
    assert [(line["level"], line["reason"]) for line in lines] == [("warning", "too_old")]
