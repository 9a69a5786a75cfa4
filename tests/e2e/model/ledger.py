# SPDX-License-Identifier: Apache-2.0
"""What Stripe holds for one buyer, and every event that it tells about it, at its own clock.

The sequences are those of https://docs.stripe.com/billing/subscriptions/webhooks; which of them
happen, and when, is for lives.py to say.
"""

import copy
import random
from dataclasses import dataclass

HOUR, DAY = 3600, 86_400
MONTH = 30 * DAY
PREFIXES = {"subscription": "sub", "invoice": "in", "invoice_payment": "inpay", "charge": "ch",
            "payment_intent": "pi", "refund": "re", "dispute": "du", "session": "cs_test",
            "customer": "cus"}


@dataclass(frozen=True)
class Offer:
    plan: str  # Empty: sold beside Tollgate.
    product: str
    lookup_key: str
    unit_amount: int


PROFESSIONAL = Offer("professional", "prod_tollgate_professional", "professional_monthly", 1900)
ENTERPRISE = Offer("enterprise", "prod_tollgate_enterprise", "enterprise_monthly", 9900)
UNKNOWN = Offer("", "prod_newsletter", "newsletter", 300)
HANDBOOK_AMOUNT = 2900


@dataclass(frozen=True)
class Event:
    id: str
    type: str
    created: int
    state: dict
    previous: dict | None


class Ledger:
    def __init__(self, rng: random.Random, mark: str, begun: int, livemode: bool = False):
        self.rng = rng
        self.mark = mark
        self.at = begun
        self.livemode = livemode
        self.objects: dict[str, dict] = {}
        self.events: list[Event] = []
        self.customer: str | None = None

    def of_kind(self, kind: str) -> list[dict]:
        return [it for it in self.objects.values() if it["kind"] == kind]

    def new(self, kind: str, **fields) -> dict:
        object_id = f"{PREFIXES[kind]}_{self.mark}{len(self.objects)}"
        it = {"kind": kind, "id": object_id, "created": self.at, "livemode": self.livemode}
        self.objects[object_id] = it | fields
        return self.objects[object_id]

    def tell(self, event_type: str, it: dict, previous: dict | None = None) -> None:
        event_id = f"evt_{self.mark}{len(self.events)}"
        self.events.append(Event(event_id, event_type, self.at, copy.deepcopy(it), previous))

    def update(self, event_type: str, it: dict, **fields) -> None:
        """Tells with the event what was before, as `…updated` events do."""
        before = copy.deepcopy(it)
        it.update(fields)
        self.tell(event_type, it, before)

    def change(self, event_type: str, it: dict, **fields) -> None:
        it.update(fields)
        self.tell(event_type, it)

    def moment(self) -> None:
        """Between two events of one cause: often the same second."""
        self.at += self.rng.choice((0, 0, 1, 2))

    # Customers and sessions.

    def make_customer(self, user: str | None) -> None:
        it = self.new("customer", user=None, email="zoe@example.test")
        self.customer = it["id"]
        late = user is not None and self.rng.random() < 0.2
        self.change("customer.created", it, user=None if late else user)
        if late:
            self.moment()
            self.update("customer.updated", it, user=user)

    def make_session(self, mode: str, user: str | None, reference: str | None, amount: int,
                     **fields) -> dict:
        """Made when the buyer is sent to Stripe: no event tells it."""
        return self.new("session", **{
            "mode": mode, "user": user, "reference": reference, "amount_total": amount,
            "customer": self.customer, "status": "open", "payment_status": "unpaid",
            "payment_intent": None, "subscription": None, "invoice": None, "planted": {}} | fields)

    # Money.

    def make_payment(self, amount: int, invoice: str | None = None, user: str | None = None,
                     planted: dict | None = None) -> dict:
        it = self.new("payment_intent", customer=self.customer, amount=amount, amount_received=0,
                      status="requires_payment_method", latest_charge=None, invoice=invoice,
                      user=user, planted=planted or {})
        self.tell("payment_intent.created", it)
        return it

    def charge(self, payment: dict, status: str = "succeeded") -> dict:
        it = self.new("charge", customer=self.customer, payment_intent=payment["id"],
                      amount=payment["amount"], amount_refunded=0, disputed=False, status=status,
                      invoice=payment["invoice"])
        payment["latest_charge"] = it["id"]
        self.tell(f"charge.{status}", it)
        return it

    def succeed(self, payment: dict) -> None:
        charge = self.objects.get(payment["latest_charge"] or "")
        if charge and charge["status"] == "pending":
            self.change("charge.succeeded", charge, status="succeeded")
        else:
            self.charge(payment)
        self.moment()
        self.change("payment_intent.succeeded", payment, status="succeeded",
                    amount_received=payment["amount"])

    def fail(self, payment: dict) -> None:
        charge = self.objects.get(payment["latest_charge"] or "")
        if charge and charge["status"] == "pending":
            self.change("charge.failed", charge, status="failed")
        else:
            self.charge(payment, "failed")
        self.at += 1
        self.change("payment_intent.payment_failed", payment, status="requires_payment_method")
        self.at += 1

    def process(self, payment: dict) -> None:
        """A delayed method: the money is on its way."""
        self.charge(payment, "pending")
        self.at += 1
        self.change("payment_intent.processing", payment, status="processing")

    def refund(self, payment: dict, amount: int, status: str) -> dict:
        charge = self.objects[payment["latest_charge"]]
        it = self.new("refund", customer=self.customer, payment_intent=payment["id"],
                      charge=charge["id"], amount=amount, status=status)
        self.tell("refund.created", it)
        self.moment()
        self.change("charge.refunded", charge, amount_refunded=charge["amount_refunded"] + amount)
        return it

    def end_refund(self, it: dict, status: str) -> None:
        self.update("refund.updated", it, status=status)
        if status == "succeeded":
            return
        self.moment()
        if status == "failed":
            self.tell("refund.failed", it)
        self.at += 1
        charge = self.objects[it["charge"]]
        self.update("charge.updated", charge,
                    amount_refunded=charge["amount_refunded"] - it["amount"])

    def dispute(self, payment: dict, status: str) -> dict:
        charge = self.objects[payment["latest_charge"]]
        it = self.new("dispute", payment_intent=payment["id"], charge=charge["id"],
                      amount=charge["amount"], status=status)
        self.tell("charge.dispute.created", it)
        if status == "needs_response":
            self.moment()
            self.tell("charge.dispute.funds_withdrawn", it)
        self.moment()
        self.update("charge.updated", charge, disputed=True)
        return it

    def move_dispute(self, it: dict, status: str) -> None:
        it["status"] = status
        ends = status in ("won", "lost", "warning_closed")
        self.tell(f"charge.dispute.{'closed' if ends else 'updated'}", it)
        if status == "won":
            self.moment()
            self.tell("charge.dispute.funds_reinstated", it)

    # Invoices.

    def make_invoice(self, subscription: dict, reason: str, amount: int) -> dict:
        lines = [{"amount": amount, "period": subscription["period"]}]
        if reason == "subscription_update":
            lines.append({"amount": -1, "period": (self.at, self.at + 10 * MONTH)})
        it = self.new("invoice", customer=self.customer, subscription=subscription["id"],
                      user=subscription["user"], status="draft", billing_reason=reason,
                      amount_due=amount, amount_paid=0, attempt_count=0, lines=lines,
                      next_payment_attempt=None, payment_intent=None, charge=None)
        self.tell("invoice.created", it)
        return it

    def finalize(self, invoice: dict) -> None:
        if invoice["amount_due"]:
            payment = self.make_payment(invoice["amount_due"], invoice["id"])
            invoice["payment_intent"] = payment["id"]
        self.change("invoice.finalized", invoice, status="open")
        self.moment()

    def pay(self, invoice: dict) -> None:
        """The open invoice's money arrives; an invoice over nothing needs none."""
        if invoice["payment_intent"]:
            payment = self.objects[invoice["payment_intent"]]
            self.succeed(payment)
            self.moment()
            self.tell("invoice_payment.paid", self.new(
                "invoice_payment", invoice=invoice["id"], payment_intent=payment["id"],
                status="paid", amount_paid=payment["amount"]))
            invoice["charge"] = payment["latest_charge"]
        self.change("invoice.paid", invoice, status="paid", amount_paid=invoice["amount_due"],
                    attempt_count=1, next_payment_attempt=None)
        self.moment()
        self.tell("invoice.payment_succeeded", invoice)

    def fail_to_pay(self, invoice: dict, final: bool = False) -> None:
        self.fail(self.objects[invoice["payment_intent"]])
        attempts = invoice["attempt_count"] + 1
        again = None if final else self.at + 3 * DAY
        self.change("invoice.payment_failed", invoice, attempt_count=attempts,
                    next_payment_attempt=again)

    # Subscriptions.

    def make_subscription(self, user: str | None, offers: list[tuple[Offer, int]], status: str,
                          length: int = MONTH) -> dict:
        items = [{"id": f"si_{self.mark}{len(self.objects)}_{n}", "product": offer.product,
                  "lookup_key": offer.lookup_key, "unit_amount": offer.unit_amount,
                  "plan": offer.plan, "quantity": quantity}
                 for n, (offer, quantity) in enumerate(offers)]
        return self.new("subscription", customer=self.customer, user=user, status=status,
                        items=items, period=(self.at, self.at + length), cancel_at=None,
                        cancel_at_period_end=False, canceled_at=None, ended_at=None,
                        trial_start=None, trial_end=None, latest_invoice=None,
                        collection_paused=False, past_due_since=None)

    def set_status(self, subscription: dict, status: str, **fields) -> None:
        self.update("customer.subscription.updated", subscription, status=status, **fields)

    def end(self, subscription: dict) -> None:
        self.change("customer.subscription.deleted", subscription, status="canceled",
                    ended_at=self.at, canceled_at=subscription["canceled_at"] or self.at)


def price_of(subscription: dict) -> int:
    return sum(item["unit_amount"] * item["quantity"] for item in subscription["items"])
