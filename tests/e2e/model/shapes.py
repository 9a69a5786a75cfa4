# SPDX-License-Identifier: Apache-2.0
"""How Stripe writes an object in each family of API versions, and what it says was before.

Objects come as the plain dicts of ledger.py. The facts of each shape: https://docs.stripe.com/api
and https://docs.stripe.com/changelog; the periods of a subscription moved to its items and the
subscription of an invoice below `parent` with 2025-03-31.basil.
"""

from dataclasses import dataclass

VERSIONS = ("2020-08-27", "2022-11-15", "2024-06-20", "2024-09-30.acacia", "2025-03-31.basil",
            "2025-09-30.clover", "2026-03-25.dahlia", "2026-07-29.dahlia", "2026-10-28.endive")
BASIL = "2025-03-31"
CHARGES_UNLISTED = "2022-11-15"
REFUND_HAS_CUSTOMER = "2026-07-29"
PAUSE_HAS_DETAILS = "2026-09-30"


@dataclass(frozen=True)
class Rendering:
    version: str
    expanded: bool = False  # The customer as an object instead of its id.
    leaking: bool = False   # Additions of later versions show in older ones, removals do not.

    def is_old(self) -> bool:
        return self.version < BASIL

    def has_new_places(self) -> bool:
        return not self.is_old() or self.leaking

    def customer(self, customer_id: str | None):
        if self.expanded and customer_id:
            return {"id": customer_id, "object": "customer", "metadata": {}}
        return customer_id


def render(it: dict, how: Rendering) -> dict:
    return {"object": it["kind"].replace("session", "checkout.session"), "id": it["id"],
            "created": it["created"], "livemode": it["livemode"]} | RENDERERS[it["kind"]](it, how)


def changed(before: dict, after: dict) -> dict:
    """`previous_attributes`: old values of what differs, arrays whole, what is new as null."""
    old = {}
    for key in before.keys() | after.keys():
        was, now = before.get(key), after.get(key)
        if was == now and (key in before) == (key in after):
            continue
        both_hashes = isinstance(was, dict) and isinstance(now, dict)
        whole = both_hashes and "data" in was
        old[key] = changed(was, now) if both_hashes and not whole else was
    return old


def previous_attributes(before: dict, after: dict, how: Rendering) -> dict:
    old = changed(render(before, how), render(after, how))
    only_period = before | {"period": after["period"]} if "period" in before else before
    same_items = [one | {"period": 0} for one in before.get("items", [])] == \
                 [one | {"period": 0} for one in after.get("items", [])]
    if how.is_old() and how.leaking and same_items and only_period is not before:
        old.pop("items", None)  # An endpoint of an old version is told of the old place.
    return old


def metadata(user: str | None) -> dict:
    return {"user_id": user} if user else {}


def as_list(data: list[dict], path: str) -> dict:
    return {"object": "list", "data": data, "has_more": False, "total_count": len(data),
            "url": path}


def price(item: dict) -> dict:
    return {"id": f"price_{item['lookup_key']}", "object": "price", "active": True,
            "currency": "usd", "lookup_key": item["lookup_key"], "metadata": {},
            "product": item["product"], "recurring": {"interval": "month", "interval_count": 1},
            "type": "recurring", "unit_amount": item["unit_amount"]}


def subscription(it: dict, how: Rendering) -> dict:
    begins, ends = it["period"]
    period = {"current_period_start": begins, "current_period_end": ends}
    items = [{"id": item["id"], "object": "subscription_item", "metadata": {},
              "price": price(item), "quantity": item["quantity"], "subscription": it["id"]}
             | (period if how.has_new_places() else {}) for item in it["items"]]
    body = {"cancel_at": it["cancel_at"], "cancel_at_period_end": it["cancel_at_period_end"],
            "canceled_at": it["canceled_at"], "collection_method": "charge_automatically",
            "customer": how.customer(it["customer"]), "ended_at": it["ended_at"],
            "items": as_list(items, f"/v1/subscription_items?subscription={it['id']}"),
            "latest_invoice": it["latest_invoice"], "metadata": metadata(it["user"]),
            "pause_collection": {"behavior": "void", "resumes_at": None}
            if it["collection_paused"] else None,
            "schedule": None, "start_date": it["created"], "status": it["status"],
            "trial_start": it["trial_start"], "trial_end": it["trial_end"]}
    if how.is_old():
        return body | period | {"plan": None, "quantity": None}
    if how.version >= PAUSE_HAS_DETAILS and it["status"] == "paused":
        body["status_details"] = {"paused": {"type": "subscription", "subscription": {
            "type": "pause_requested"}}}
    return body


def invoice(it: dict, how: Rendering) -> dict:
    subscription_details = {"subscription": it["subscription"], "metadata": metadata(it["user"])}
    body = {"amount_due": it["amount_due"], "amount_paid": it["amount_paid"],
            "attempt_count": it["attempt_count"], "billing_reason": it["billing_reason"],
            "currency": "usd", "customer": how.customer(it["customer"]),
            "lines": as_list([line(it, one, how) for one in it["lines"]],
                             f"/v1/invoices/{it['id']}/lines"),
            "next_payment_attempt": it["next_payment_attempt"], "period_start": it["created"],
            "period_end": it["created"], "status": it["status"], "total": it["amount_due"]}
    if how.has_new_places():
        body["parent"] = {"type": "subscription_details", "quote_details": None,
                          "subscription_details": subscription_details}
    if how.is_old():
        body |= {"subscription": it["subscription"], "paid": it["status"] == "paid",
                 "payment_intent": it["payment_intent"], "charge": it["charge"],
                 "subscription_details": {"metadata": metadata(it["user"])}}
    return body


def line(it: dict, one: dict, how: Rendering) -> dict:
    begins, ends = one["period"]
    body = {"id": f"il_{it['id']}_{one['amount']}", "object": "line_item",
            "amount": one["amount"], "currency": "usd", "metadata": metadata(it["user"]),
            "period": {"start": begins, "end": ends}, "quantity": 1,
            "subscription": it["subscription"]}
    if how.is_old():
        return body | {"type": "subscription", "proration": one["amount"] < 0}
    return body | {"parent": {"type": "subscription_item_details", "invoice_item_details": None,
                              "subscription_item_details": {
                                  "subscription": it["subscription"], "invoice_item": None,
                                  "proration": one["amount"] < 0}}}


def invoice_payment(it: dict, _: Rendering) -> dict:
    return {"amount_paid": it["amount_paid"], "amount_requested": it["amount_paid"],
            "currency": "usd", "invoice": it["invoice"], "is_default": True,
            "payment": {"type": "payment_intent", "payment_intent": it["payment_intent"]},
            "status": it["status"]}


def payment_intent(it: dict, how: Rendering) -> dict:
    body = {"amount": it["amount"], "amount_received": it["amount_received"], "currency": "usd",
            "customer": how.customer(it["customer"]), "status": it["status"],
            "metadata": metadata(it["user"]) | it["planted"]}
    if how.version < CHARGES_UNLISTED:
        charges = [{"id": it["latest_charge"], "object": "charge"}] if it["latest_charge"] else []
        body["charges"] = as_list(charges, f"/v1/charges?payment_intent={it['id']}")
    else:
        body["latest_charge"] = it["latest_charge"]
    return body | ({"invoice": it["invoice"]} if how.is_old() else {})


def charge(it: dict, how: Rendering) -> dict:
    body = {"amount": it["amount"], "amount_captured": it["amount"],
            "amount_refunded": it["amount_refunded"], "currency": "usd",
            "customer": how.customer(it["customer"]), "disputed": it["disputed"],
            "metadata": {}, "paid": it["status"] == "succeeded",
            "payment_intent": it["payment_intent"],
            "refunded": it["amount_refunded"] >= it["amount"], "status": it["status"]}
    return body | ({"invoice": it["invoice"]} if how.is_old() else {})


def refund(it: dict, how: Rendering) -> dict:
    body = {"amount": it["amount"], "charge": it["charge"], "currency": "usd", "metadata": {},
            "payment_intent": it["payment_intent"], "reason": "requested_by_customer",
            "status": it["status"]}
    has_customer = how.version >= REFUND_HAS_CUSTOMER
    return body | ({"customer": how.customer(it["customer"])} if has_customer else {})


def dispute(it: dict, _: Rendering) -> dict:
    return {"amount": it["amount"], "charge": it["charge"], "currency": "usd", "metadata": {},
            "payment_intent": it["payment_intent"], "reason": "fraudulent",
            "status": it["status"]}


def session(it: dict, how: Rendering) -> dict:
    return {"amount_total": it["amount_total"], "client_reference_id": it["reference"],
            "currency": "usd", "customer": how.customer(it["customer"]),
            "expires_at": it["created"] + 86_400, "invoice": it["invoice"],
            "metadata": metadata(it["user"]) | it["planted"], "mode": it["mode"],
            "payment_intent": it["payment_intent"], "payment_status": it["payment_status"],
            "status": it["status"], "subscription": it["subscription"], "url": None}


def customer(it: dict, _: Rendering) -> dict:
    return {"email": it["email"], "metadata": metadata(it["user"]), "name": "Zoë"}


RENDERERS = {one.__name__: one for one in (
    subscription, invoice, invoice_payment, payment_intent, charge, refund, dispute, session,
    customer)}
