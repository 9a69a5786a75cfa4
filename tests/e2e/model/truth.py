# SPDX-License-Identifier: Apache-2.0
"""The simulated Stripe's final state (`GET /simulator/truth`) as the ledgers that the reference
model judges: one a customer, and one for each purchase of a guest."""

import random

from ledger import HANDBOOK_AMOUNT, Ledger
from reference import FEATURES

PLANS = {f"prod_tollgate_{plan}": plan for plan in FEATURES}


class Truth:
    def __init__(self, told: dict):
        self.objects: dict[str, list[dict]] = told["objects"]
        self.now: int = told["now"]
        self.ledgers: dict[str, Ledger] = {}
        self.owners: dict[str, str] = {}  # Of payments, for refunds and disputes.
        self.runs: dict[str, int] = {}
        self.first_failures: dict[str, int] = {}
        self.read_events()
        invoices = {it["payment"]["payment_intent"]: it["invoice"]
                    for it in self.of_kind("invoice_payment")}
        for it in self.of_kind("customer"):
            self.keep("customer", it["id"], it, user=it["metadata"].get("user_id"))
        for it in self.of_kind("checkout.session"):
            self.keep_session(it)
        for it in self.of_kind("payment_intent"):
            owner = it["customer"] or self.owners.get(it["id"])
            if owner:
                self.owners[it["id"]] = owner
                self.keep("payment_intent", owner, it, amount=it["amount"],
                          invoice=invoices.get(it["id"]))
        for it in self.of_kind("subscription"):
            self.keep_subscription(it)
        for it in self.of_kind("invoice"):
            self.keep("invoice", it["customer"], it, status=it["status"],
                      subscription=subscription_of(it), billing_reason=it["billing_reason"])
        for kind in ("refund", "dispute"):
            for it in self.of_kind(kind):
                self.keep(kind, self.owners[it["payment_intent"]], it, status=it["status"],
                          payment_intent=it["payment_intent"], amount=it["amount"])

    def of_kind(self, kind: str) -> list[dict]:
        return self.objects.get(kind, [])

    def keep(self, kind: str, owner: str, it: dict, **fields) -> None:
        ledger = self.ledgers.setdefault(owner, Ledger(random.Random(0), owner, 0))
        ledger.objects[it["id"]] = {"kind": kind, "id": it["id"],
                                    "created": it.get("created")} | fields

    def keep_session(self, it: dict) -> None:
        owner = it["customer"] or it["id"]
        if it["payment_intent"]:
            self.owners[it["payment_intent"]] = owner
        self.keep("session", owner, it, mode=it["mode"], status=it["status"],
                  payment_status=it["payment_status"], payment_intent=it["payment_intent"],
                  quantity=it["amount_total"] // HANDBOOK_AMOUNT, since=None,
                  user=it["metadata"].get("user_id"), reference=it["client_reference_id"])

    def keep_subscription(self, it: dict) -> None:
        items = it["items"]["data"]
        self.keep("subscription", it["customer"], it, user=it["metadata"].get("user_id"),
                  status=it["status"], cancel_at=it["cancel_at"],
                  cancel_at_period_end=it["cancel_at_period_end"],
                  past_due_since=self.past_due_since(it),
                  period=(items[0]["current_period_start"],
                          min(item["current_period_end"] for item in items)),
                  items=[{"plan": PLANS.get(item["price"]["product"]),
                          "quantity": item["quantity"]} for item in items])

    def read_events(self) -> None:
        """When a run of past_due began, and an invoice first failed; oldest events come first.

        Events are kept longer than any grace lasts, so a run whose beginning is gone is over.
        """
        for event in self.of_kind("event"):
            state = event["data"]["object"]
            if event["type"] == "invoice.payment_failed":
                self.first_failures.setdefault(state["id"], event["created"])
            elif event["type"].startswith("customer.subscription."):
                if state["status"] != "past_due":
                    self.runs.pop(state["id"], None)
                elif state["id"] not in self.runs:
                    before = event["data"].get("previous_attributes", {})
                    self.runs[state["id"]] = event["created"] if "status" in before else 0

    def past_due_since(self, subscription: dict) -> int:
        began = self.runs.get(subscription["id"], 0)
        return min(began, self.first_failures.get(subscription["latest_invoice"], began))

    def ledgers_of(self, user: str) -> list[Ledger]:
        return [ledger for ledger in self.ledgers.values()
                if user in {name for it in ledger.objects.values()
                            for name in (it.get("user"), it.get("reference"))}]

    def story_of(self, user: str) -> list[str]:
        """Its objects and the events still kept, for the message of a fault."""
        ids = {it["id"] for ledger in self.ledgers_of(user) for it in ledger.objects.values()}
        objects = [f"  {it['kind']} {it['id']} {it.get('status', '')} made {it['created']}"
                   for ledger in self.ledgers_of(user) for it in ledger.objects.values()]
        events = [f"  {event['created']} {event['type']} {event['id']} "
                  f"{event['data']['object']['id']} {event['data']['object'].get('status', '')}"
                  for event in self.of_kind("event") if event["data"]["object"]["id"] in ids]
        return objects + events


def subscription_of(invoice: dict) -> str | None:
    return ((invoice["parent"] or {}).get("subscription_details") or {}).get("subscription")
