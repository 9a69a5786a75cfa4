# SPDX-License-Identifier: Apache-2.0
"""The reference model: what a user may use, from Stripe's final state and the shop's policy.

It knows nothing of events, orders or databases; it looks at the objects that are there in the end.
The policy is that of deploy/catalog.yaml.
"""

import time

from ledger import DAY, Ledger

LEEWAY = 2 * DAY
GRACE = 7 * DAY
RANKS = {"free": 0, "professional": 10, "enterprise": 20}
FEATURES = {"professional": ["api_access"], "enterprise": ["api_access", "sso"]}
PERIOD_REASONS = ("subscription_create", "subscription_cycle")
DISPUTES_THAT_DENY = ("needs_response", "under_review", "lost", "appeal_needs_response",
                      "appeal_under_review")


def moment(seconds: int | None) -> str | None:
    return seconds and time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def expected_answer(user: str, ledgers: list[Ledger], now: int) -> dict:
    """As the read API tells it, without the version; grants by source and plan."""
    live = [grant for grant in all_grants(user, ledgers)
            if grant["until"] is None or grant["until"] > now]
    plan = max([grant["plan"] for grant in live if grant["plan"]] + ["free"], key=RANKS.get)
    ends = [grant["until"] for grant in live if grant["until"]]
    features = {feature: {"limit": None} for grant in live for feature in grant["features"]}
    return {"user_id": user, "plan": plan, "is_premium": RANKS[plan] > 0, "features": features,
            "valid_until": moment(min(ends, default=None)),
            "grants": in_order([grant | {"from": moment(grant["from"]),
                                         "until": moment(grant["until"]),
                                         "features": {name: {"limit": None}
                                                      for name in grant["features"]}}
                                for grant in live])}


def in_order(grants: list[dict]) -> list[dict]:
    return sorted(grants, key=lambda grant: (grant["source"], grant["plan"] or ""))


def all_grants(user: str, ledgers: list[Ledger]) -> list[dict]:
    """Those of the past too."""
    found = []
    for ledger in ledgers:
        if ledger.livemode or owners_of(ledger) != {user}:
            continue
        for subscription in ledger.of_kind("subscription"):
            found += grants_of_subscription(ledger, subscription)
        for session in ledger.of_kind("session"):
            found += grants_of_purchase(ledger, session)
    return found


def owners_of(ledger: Ledger) -> set[str]:
    """Whom the customer names, else all whom his purchases name; two are a conflict."""
    of_customer = {it["user"] for it in ledger.of_kind("customer")} - {None}
    bought = [it for it in ledger.of_kind("session") if it["status"] == "complete"]
    of_others = {name for it in bought for name in (it["user"], it["reference"])}
    of_others |= {it["user"] for it in ledger.of_kind("subscription")}
    return of_customer or of_others - {None}


def grants_of_subscription(ledger: Ledger, it: dict) -> list[dict]:
    if is_money_gone(ledger, payments_of_last_paid_period(ledger, it)):
        return []
    reason = it["status"]
    if it["status"] in ("active", "trialing"):
        until = it["period"][1] + LEEWAY
    elif it["status"] == "past_due":
        until, reason = it["past_due_since"] + GRACE, "past_due_grace"
    else:
        return []
    cancel_at = it["cancel_at"] or (it["period"][1] if it["cancel_at_period_end"] else None)
    until = min(until, cancel_at or until)
    quantities: dict[str, int] = {}
    for item in it["items"]:
        if item["plan"]:
            quantities[item["plan"]] = quantities.get(item["plan"], 0) + item["quantity"]
    return [{"source": it["id"], "plan": plan, "quantity": quantity, "from": it["created"],
             "until": until, "reason": reason, "features": FEATURES[plan]}
            for plan, quantity in quantities.items()]


def payments_of_last_paid_period(ledger: Ledger, subscription: dict) -> list[dict]:
    paid = [it for it in ledger.of_kind("invoice")
            if it["subscription"] == subscription["id"] and it["status"] == "paid"
            and it["billing_reason"] in PERIOD_REASONS]
    last = max(paid, key=lambda it: it["created"], default=None)
    return [it for it in ledger.of_kind("payment_intent") if last and it["invoice"] == last["id"]]


def grants_of_purchase(ledger: Ledger, it: dict) -> list[dict]:
    if it["mode"] != "payment" or it["status"] != "complete" or it["payment_status"] == "unpaid":
        return []
    if is_money_gone(ledger, [ledger.objects[it["payment_intent"]]]):
        return []
    return [{"source": it["id"], "plan": None, "quantity": it["quantity"], "from": it["since"],
             "until": None, "reason": "purchase", "features": ["handbook"]}]


def is_money_gone(ledger: Ledger, payments: list[dict]) -> bool:
    ids = {it["id"] for it in payments}
    back = sum(it["amount"] for it in ledger.of_kind("refund")
               if it["payment_intent"] in ids and it["status"] not in ("failed", "canceled"))
    paid = sum(it["amount"] for it in payments)
    disputed = any(it["payment_intent"] in ids and it["status"] in DISPUTES_THAT_DENY
                   for it in ledger.of_kind("dispute"))
    return disputed or bool(payments and back >= paid)
