# SPDX-License-Identifier: Apache-2.0
"""Every call that checkout makes to Stripe, held against this list and against Stripe's own types.

The types are those of the SDK that speaks checkout's version of the API (simulator.py).
"""

import importlib
import re
import typing
import uuid

import pytest
import requests

from simulator import API_KEY, stripe_sdk
from stack import eventually
from storefront import SHOP, Storefront

VERSION = "2026-10-28.endive"
MARKS = {"metadata[user_id]", "metadata[tollgate_attempt]", "metadata[tollgate_request]"}
PREVIEW = {f"subscription_details[{name}]" for name in (
    "items][][id", "items][][price", "items][][quantity", "proration_behavior", "proration_date")}
LIST = {"customer", "limit", "status"}
PRODUCT = "line_items[][price_data][product_data]"
# Call -> the SDK's type of its parameters, and those that are sent; `[]` stands for a position.
CALLS = {
    "GET /v1/prices": ("PriceListParams", {"lookup_keys[]", "active", "limit"}),
    "POST /v1/customers": ("CustomerCreateParams", {"metadata[user_id]"}),
    "GET /v1/customers": ("CustomerListParams", {"created[gte]", "limit"}),
    "GET /v1/customers/{id}": ("CustomerRetrieveParams", set()),
    "POST /v1/customers/{id}": (
        "CustomerUpdateParams", {"invoice_settings[default_payment_method]"}),
    "GET /v1/checkout/sessions": ("checkout.SessionListParams", LIST | {"expand[]"}),
    "GET /v1/checkout/sessions/{id}": ("checkout.SessionRetrieveParams", {"expand[]"}),
    "POST /v1/checkout/sessions": ("checkout.SessionCreateParams", MARKS | {
        "mode", "customer", "client_reference_id", "allow_promotion_codes", "success_url",
        "cancel_url", "metadata[tollgate_plan]", "metadata[tollgate_items]",
        "line_items[][price]", "line_items[][quantity]", "line_items[][price_data][currency]",
        "line_items[][price_data][unit_amount]", f"{PRODUCT}[name]",
        f"{PRODUCT}[metadata][tollgate_product]", "subscription_data[billing_mode][type]",
        "payment_intent_data[metadata][tollgate_items]", "allowed_payment_method_types[]",
        "excluded_payment_method_types[]",
        *(mark.replace("metadata", f"{place}[metadata]")
          for mark in MARKS for place in ("subscription_data", "payment_intent_data"))}),
    "POST /v1/checkout/sessions/{id}/expire": ("checkout.SessionExpireParams", set()),
    "POST /v1/payment_methods/{id}/attach": ("PaymentMethodAttachParams", {"customer"}),
    "GET /v1/payment_intents/{id}": ("PaymentIntentRetrieveParams", set()),
    "GET /v1/subscriptions": ("SubscriptionListParams", LIST),
    "GET /v1/subscriptions/{id}": ("SubscriptionRetrieveParams", {"expand[]"}),
    "POST /v1/subscriptions": ("SubscriptionCreateParams", MARKS | {
        "customer", "items[][price]", "items[][quantity]", "default_payment_method",
        "payment_behavior", "payment_settings[save_default_payment_method]",
        "billing_mode[type]", "expand[]"}),
    "POST /v1/subscriptions/{id}": ("SubscriptionUpdateParams", {
        "items[][id]", "items[][price]", "items[][quantity]", "proration_behavior",
        "proration_date", "payment_behavior", "cancel_at_period_end", "cancel_at"}),
    "DELETE /v1/subscriptions/{id}": ("SubscriptionCancelParams", set()),
    "POST /v1/subscriptions/{id}/resume": (
        "SubscriptionResumeParams", {"billing_cycle_anchor[type]"}),
    "POST /v1/invoices/create_preview": (
        "InvoiceCreatePreviewParams", PREVIEW | {"customer", "subscription"}),
    "POST /v1/invoices/{id}/void": ("InvoiceVoidInvoiceParams", set()),
    "POST /v1/billing_portal/sessions": (
        "billing_portal.SessionCreateParams", {"customer", "return_url"}),
    "POST /v1/refunds": ("RefundCreateParams", {
        "payment_intent", "reason", "metadata[user_id]", "metadata[tollgate_double_of]"}),
}


def test_every_call_is_of_the_list_and_every_one_of_the_list_is_made(
        breakable, sandbox, checkout_at):
    breakable.stop("checkout")  # It would settle the double purchase at a Stripe of its own.
    begun = len(sandbox.control("GET", "/requests")["data"])
    use_everything(breakable, sandbox, checkout_at)
    sent: dict[str, set[str]] = {}
    for call in sandbox.control("GET", "/requests")["data"][begun:]:
        if call["headers"].get("user-agent", "").startswith("python"):
            continue  # The test's own.
        assert call["headers"]["stripe-version"] == VERSION
        assert (call["method"] == "POST") == ("idempotency-key" in call["headers"]), call
        path = re.sub(r"/(?:cus|cs|sub|pm|pi|in)_\w+", "/{id}", call["path"])
        sent.setdefault(f"{call['method']} {path}", set()).update(names(call["parameters"]))
    assert sent == {call: parameters for call, (_, parameters) in CALLS.items()}


def use_everything(stack, sandbox, checkout_at) -> None:
    """All routes, by all ways that lead to another call."""
    def at_stripe(path: str, form: dict) -> dict:
        answer = requests.post(f"{sandbox.url}/v1{path}", form, timeout=10, headers={
            "Authorization": f"Bearer {API_KEY}", "Idempotency-Key": uuid.uuid4().hex})
        assert answer.status_code == 200, answer.text
        return answer.json()

    checkout = checkout_at(PAYMENT_METHODS_ALLOWED="card", DOUBLE_PURCHASES="refund")
    exclusive = checkout_at(PAYMENT_METHODS_EXCLUDED="klarna", DOUBLE_PURCHASES="refund")
    one, other = (Storefront(stack, sandbox, checkout) for _ in range(2))
    sandbox.control("PUT", "/faults", {"api_error_percent": 100})
    assert one.buy().status_code == 503
    sandbox.control("PUT", "/faults", {})
    things = {"items": [{"product": "handbook"}], "success_url": SHOP, "cancel_url": SHOP}
    eventually(lambda: one.ask("POST", "/v1/checkout-sessions", things).status_code == 201)
    session = one.buy().json()["id"]
    one.buy("enterprise", at=exclusive)
    one.ask("GET", f"/v1/checkout-sessions/{session}")
    one.ask("POST", "/v1/portal-sessions", {"return_url": SHOP})

    def subscribe(card: str) -> requests.Response:
        return other.ask("POST", "/v1/subscriptions",
                         {"plan": "professional", "payment_method": card})

    assert subscribe("pm_none").status_code == 422
    assert subscribe("pm_card_chargeCustomerFail").status_code == 402
    path = f"/v1/subscriptions/{subscribe('pm_card_visa').json()['id']}"
    preview = other.ask("GET", path + "/change-preview?plan=enterprise").json()
    other.ask("PATCH", path, {"plan": "enterprise", "proration_date": preview["proration_date"]})
    other.ask("DELETE", path)
    other.ask("POST", path + "/resume")
    stripe_path = path.removeprefix("/v1")
    at_stripe(stripe_path, {"cancel_at": sandbox.control("GET", "/clock")["now"] + 86400})
    other.ask("POST", path + "/resume")
    at_stripe(stripe_path + "/pause", {"type": "subscription"})
    assert other.ask("POST", path + "/resume").status_code == 200
    kept, = (each for each in other.at_stripe("subscription") if each["status"] == "active")
    sandbox.control("POST", "/clock/advance", {"seconds": 60})
    double = at_stripe("/subscriptions", {
        "customer": kept["customer"], "items[0][price]": kept["items"]["data"][0]["price"]["id"],
        "default_payment_method": kept["default_payment_method"],
        "metadata[user_id]": other.user})
    eventually(lambda: other.at_stripe("refund"), 60, "the later one's money back")
    assert other.at_stripe("refund")[0]["metadata"]["tollgate_double_of"] == kept["id"]
    states = {each["id"]: each["status"] for each in other.at_stripe("subscription")}
    assert (states[kept["id"]], states[double["id"]]) == ("active", "canceled")


def names(parameters: object, name: str = "") -> set[str]:
    """The leaves of a tree as they stand in a form, positions left out."""
    if not isinstance(parameters, dict):
        return {name}
    inside = ((f"{name}[{'' if key.isdigit() else key}]" if name else key, value)
              for key, value in parameters.items())
    return {leaf for key, value in inside for leaf in names(value, key)}


@pytest.mark.parametrize("call", CALLS)
def test_the_parameters_are_names_of_stripes(call):
    sdk = stripe_sdk()
    assert sdk.api_version == VERSION
    name, parameters = CALLS[call]
    module, _, name = name.rpartition(".")
    params = importlib.import_module("stripe.params" + (f".{module}" if module else ""))
    assert not is_known(getattr(params, name), ["payment_method_types", ""])
    for parameter in parameters:
        words = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", parameter)
        assert is_known(getattr(params, name), words), f"{call}: {parameter}"


def is_known(kind: object, words: list[str], at: object = None) -> bool:
    """Does this annotation, found in that module, have such a member? `""`: one of a list."""
    if isinstance(kind, typing.ForwardRef):
        return is_known(eval(kind.__forward_arg__, vars(at)), words, at)
    if isinstance(kind, type) and issubclass(kind, dict) and hasattr(kind, "__annotations__"):
        own = importlib.import_module(kind.__module__)
        return bool(words) and words[0] in kind.__annotations__ and is_known(
            kind.__annotations__[words[0]], words[1:], own)
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin is list:
        return words[:1] == [""] and is_known(inside[0], words[1:], at)
    if origin is dict:
        return bool(words) and is_known(inside[1], words[1:], at)
    if origin is not typing.Literal and inside:  # A union, or NotRequired.
        return any(is_known(each, words, at) for each in inside)
    return not words
