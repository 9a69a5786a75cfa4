# SPDX-License-Identifier: Apache-2.0
"""Settings from the environment and from files, and the refusal to start with bad ones."""

import pytest

from stripe_events import Story, encode, sign


@pytest.mark.parametrize("secrets", ["", " ", "whsec_one,", "whsec_one, ,whsec_two"])
def test_a_blank_secret_refuses_to_start(ingress_with, secrets):
    ingress = ingress_with(STRIPE_WEBHOOK_SECRETS=secrets)
    assert ingress.exit_status() == 2
    faults = [line["fault"] for line in ingress.lines() if "fault" in line]
    assert faults
    assert all(fault.startswith("STRIPE_WEBHOOK_SECRETS") for fault in faults)


def test_all_bad_settings_are_told_at_once(ingress_with):
    ingress = ingress_with(STRIPE_WEBHOOK_SECRETS="", HTTP_LISTEN="nowhere", LOG_LEVEL="loud")
    assert ingress.exit_status() == 2
    told = " ".join(line.get("fault", "") for line in ingress.lines())
    assert all(name in told for name in ("STRIPE_WEBHOOK_SECRETS", "HTTP_LISTEN", "LOG_LEVEL"))


def test_a_secret_may_come_from_a_file(stack, ready_ingress, tollgate, tmp_path):
    file = tmp_path / "secrets"
    file.write_text("whsec_from_a_file\n")
    ingress = ready_ingress(STRIPE_WEBHOOK_SECRETS="", STRIPE_WEBHOOK_SECRETS_FILE=str(file))
    body = encode(Story().subscription_created())
    answer = tollgate.deliver(body, url=ingress.url, signature=sign(body, "whsec_from_a_file"))
    assert answer.status_code == 200
    assert tollgate.deliver(body, url=ingress.url).status_code == 400, "the stack's own secret"
