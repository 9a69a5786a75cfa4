# SPDX-License-Identifier: Apache-2.0
"""./dev as a newcomer uses it, on stacks of their own."""

import os
import re
import socket
import subprocess
import time
from pathlib import Path

import pytest
import requests
import yaml

from stack import ROOT, Stack, eventually

SECOND_UP_S = 60
EXPORTED = (
    "INGRESS_URL", "INGRESS_ADMIN_URL", "CHECKOUT_URL", "CHECKOUT_ADMIN_URL",
    "ENTITLEMENTS_URL", "ENTITLEMENTS_ADMIN_URL", "SIMULATOR_URL", "SIMULATOR_ADMIN_URL",
    "STORE_URL",
    "KAFKA_BROKERS", "CHECKOUT_DATABASE_URL", "ENTITLEMENTS_DATABASE_URL", "STRIPE_EVENTS_TOPIC",
    "ENTITLEMENTS_CHANGES_TOPIC",
    "STRIPE_WEBHOOK_SECRETS", "STRIPE_SECRET_KEY", "STRIPE_API_BASE", "STRIPE_MODE",
    "CATALOG_FILE", "JWT_HS256_SECRET", "JWT_ISSUER", "JWT_AUDIENCE", "SERVICE_TOKENS",
    "REDIRECT_ORIGINS", "CORS_ORIGINS", "LOG_LEVEL",
)
EXAMPLES = ("checkout-session-completed.json", "customer-subscription-created.json")


@pytest.fixture
def other_stack(stack):
    """A second home, gone afterwards."""
    other = Stack(stack.home.with_name(f"{stack.home.name}-other"))
    yield other
    other.dev("reset", "--yes")


def test_a_second_up_is_quick_and_leaves_everything_running(stack):
    before = {name: stack.pid(name) for name in stack.states()}
    begun = time.monotonic()
    stack.up()
    assert time.monotonic() - begun < SECOND_UP_S
    assert {name: stack.pid(name) for name in stack.states()} == before


def test_status_prints_a_line_a_process(stack):
    done = stack.dev("status")
    lines = done.stdout.splitlines()
    assert all(re.fullmatch(r"[a-z-]+ [0-9]+ ready", line) for line in lines), done.stdout
    names = {line.split()[0] for line in lines}
    assert names >= {"webhook-ingress", "checkout", "entitlements", "simulator", "store", "kafka",
                     "postgres"}


def test_status_fails_while_something_does_not_run(breakable):
    breakable.stop("entitlements")
    done = breakable.dev("status", check=False)
    assert done.returncode == 1
    assert "entitlements - stopped" in done.stdout.splitlines()
    assert re.search(r"^webhook-ingress [0-9]+ ready$", done.stdout, re.MULTILINE)


def test_env_prints_the_settings_of_the_running_stack(stack):
    text = stack.dev("env").stdout
    assert all(re.fullmatch(r"export [A-Z0-9_]+='.*'", line) for line in text.splitlines())
    environment = stack.read_environment()
    assert [name for name in EXPORTED if not environment.get(name)] == []
    assert len(environment["STRIPE_WEBHOOK_SECRETS"].split(",")) == 2
    assert re.fullmatch(r"sk_test_[A-Za-z0-9]{24}", environment["STRIPE_SECRET_KEY"])


def test_the_readmes_examples_make_the_demo_user_professional(stack, tollgate):
    for example in EXAMPLES:
        done = stack.dev("send-event", str(ROOT / "deploy" / "examples" / example))
        assert done.stdout.startswith("200"), done.stdout
    eventually(lambda: tollgate.plan("usr_demo") == "professional")


def test_the_readmes_checkout_makes_a_buyer_professional(stack, tollgate):
    readme = (ROOT / "README.md").read_text()
    commands = next(block for block in readme.split("```") if "/complete" in block)
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", commands.removeprefix("sh")], cwd=ROOT,
                          env=os.environ | stack.read_environment() |
                          {"TOLLGATE_HOME": str(stack.home)},
                          capture_output=True, text=True, timeout=60, check=True)
    assert '"reflected":true' in done.stdout.replace(" ", ""), done.stdout
    assert tollgate.plan("usr_ada") == "professional"


def test_the_simulated_stripe_sells_what_the_catalogue_names(stack):
    catalog = yaml.safe_load(Path(stack["CATALOG_FILE"]).read_text())
    expected = {price["lookup_key"]: (sold["stripe_products"][0], price["amount"],
                                      price["currency"], price.get("interval"))
                for sold in (catalog["plans"] | catalog["products"]).values()
                for price in sold.get("prices", [])}
    prices = requests.get(f"{stack['STRIPE_API_BASE']}/v1/prices", {"limit": 100}, timeout=10,
                          auth=(stack["STRIPE_SECRET_KEY"], "")).json()["data"]
    assert {price["lookup_key"]: (price["product"], price["unit_amount"], price["currency"],
                                  (price["recurring"] or {}).get("interval"))
            for price in prices if price["lookup_key"]} == expected


def test_up_has_set_up_the_simulated_stripe(stack):
    assert "nothing to do" in stack.dev("operator", "catalog", "apply").stdout
    url = stack["INGRESS_URL"] + "/webhooks/stripe"
    applied = stack.dev("operator", "webhook-endpoint", "apply", "--url", url).stdout
    assert applied.startswith("nothing to do"), applied


def test_the_store_serves_pages_apis_and_a_token_for_anybody(stack):
    store = stack["STORE_URL"]
    page = requests.get(f"{store}/account", timeout=10)
    assert page.status_code == 200 and "default-src 'self'" in page.headers[
        "Content-Security-Policy"]
    signed_in = requests.get(f"{store}/sign-in/token?user=usr_eve", timeout=10).json()
    mine = requests.get(f"{store}/v1/me/entitlements", timeout=10,
                        headers={"Authorization": f"Bearer {signed_in['token']}"}).json()
    assert (mine["user_id"], mine["plan"]) == ("usr_eve", "free")
    assert requests.get(f"{store}/v1/plans", timeout=10).json()["data"][0]["id"] == "free"
    assert requests.get(f"{store}/sign-in/token?user=a%0Ab", timeout=10).status_code == 422
    for hidden in ("/routes.conf", "/../sign_in.js", "/../../README.md"):
        assert requests.get(store + hidden, timeout=10).status_code == 404
    elsewhere = requests.get(f"{store}/sign-in/token?user=x", timeout=10, allow_redirects=False,
                             headers={"Host": "stranger.example"})
    assert elsewhere.status_code == 302 and elsewhere.headers["Location"].startswith(store)


def test_outside_test_mode_the_store_has_no_sign_in(stack, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = (stack.home / "store" / "nginx.conf").read_text()
    own = text.replace(stack["STORE_URL"].rpartition(":")[2], str(port))
    (tmp_path / "nginx.conf").write_text(own.replace(str(stack.home / "store"), str(tmp_path)))
    live = os.environ | {"STRIPE_MODE": "live", "JWT_HS256_SECRET": stack["JWT_HS256_SECRET"]}
    # One process, which may read the pages wherever the clone lies.
    store = subprocess.Popen(["/usr/sbin/nginx", "-e", "stderr", "-g", "master_process off;",
                              "-c", tmp_path / "nginx.conf"], env=live)
    try:
        url = f"http://127.0.0.1:{port}"
        eventually(lambda: requests.get(url, timeout=10).ok)
        assert requests.get(f"{url}/sign-in/token?user=usr_eve", timeout=10).status_code == 404
    finally:
        store.terminate()
        store.wait(timeout=10)


def test_entitlements_own_commands_run_on_the_stack(stack):
    assert "rebuild" in stack.dev("entitlements", "--help").stdout
    assert "./dev up" in stack.dev("entitlements", check=False).stderr
    stack.dev("entitlements", "rebuild", "--dry-run")  # Fails when anything differs.


def test_a_question_of_help_builds_nothing(stack):
    assert "projection" in stack.dev("bench", "--help").stdout
    done = stack.dev("bench", "ingres", check=False)
    assert done.returncode == 2 and "building" not in done.stdout


def test_send_event_takes_either_secret(stack):
    example = str(ROOT / "deploy" / "examples" / EXAMPLES[0])
    assert stack.dev("send-event", "--secret-index", "1", example).stdout.startswith("200")


def test_send_event_says_what_the_ingress_refused(stack, tmp_path):
    file = tmp_path / "no-event.json"
    file.write_text("{}")
    done = stack.dev("send-event", str(file), check=False)
    assert done.returncode == 1
    assert done.stdout.startswith("400")


def test_logs_shows_what_a_service_said(stack):
    assert '"service":"webhook-ingress"' in stack.dev("logs", "-n", "200", "webhook-ingress").stdout


def test_down_stops_only_its_own_and_a_busy_port_is_named(stack, other_stack):
    other_stack.up("--only", "postgres")
    assert other_stack.dev("status", "postgres").stdout.endswith("ready\n")
    port = int(other_stack["ENTITLEMENTS_DATABASE_URL"].rpartition(":")[2].split("/")[0])

    other_stack.dev("down")
    assert other_stack.states()["postgres"] == "stopped"
    assert set(stack.states().values()) == {"ready"}

    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        done = other_stack.dev("up", "--only", "postgres", check=False)
    assert done.returncode == 1
    assert f"port {port}, which postgres needs, is in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_word_is_answered_with_what_there_is(stack):
    assert "./dev help" in stack.dev("upp", check=False).stderr
    assert "webhook-ingress" in stack.dev("stop", "ingress", check=False).stderr
