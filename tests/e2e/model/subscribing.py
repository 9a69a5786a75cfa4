# SPDX-License-Identifier: Apache-2.0
"""Random lives of subscriptions: how they begin, what time does to them, what the buyer changes."""

from ledger import (DAY, ENTERPRISE, HOUR, MONTH, PROFESSIONAL, UNKNOWN, price_of)
from teller import Teller

TRIAL = 14 * DAY
STATUSES_ENDED = ("canceled", "incomplete_expired")


class Subscribing(Teller):
    """At most one living subscription at a time."""

    subscription: dict | None = None
    length = MONTH

    def current(self, *statuses: str) -> dict | None:
        it = self.subscription
        return it if it and it["status"] in statuses else None

    # Beginnings.

    def subscribe(self) -> None:
        if self.subscription and self.subscription["status"] not in STATUSES_ENDED:
            return
        if self.rng.random() < 0.2:
            return self.begin_trial()
        session = None
        if self.names.reference or self.names.session or self.rng.random() < 0.5:
            session = self.session("subscription", 0)
        self.ledger.at += self.rng.randint(30, 1200)
        delayed = session is not None and self.rng.random() < 0.3
        pays_first = not self.is_old() and session is not None and not delayed
        status = "active" if pays_first or (delayed and self.rng.random() < 0.5) else "incomplete"
        subscription, invoice = self.begin_subscription(status)
        self.ledger.finalize(invoice)
        if delayed:
            self.ledger.process(self.ledger.objects[invoice["payment_intent"]])
            self.complete(session, "unpaid", subscription=subscription["id"],
                          invoice=invoice["id"])
            self.schedule(self.ledger.at + self.rng.randint(1, 5) * DAY,
                          lambda: self.settle(subscription, invoice, session))
        elif session is None and self.rng.random() < 0.3:
            self.ledger.fail_to_pay(invoice)
            self.schedule(self.ledger.at + 23 * HOUR, lambda: self.expire(subscription, invoice))
        else:
            self.ledger.pay(invoice)
            if status == "incomplete":
                self.ledger.moment()
                self.ledger.set_status(subscription, "active")
            if session:
                self.complete(session, "paid", subscription=subscription["id"],
                              invoice=invoice["id"])

    def begin_subscription(self, status: str) -> tuple[dict, dict]:
        rng, ledger = self.rng, self.ledger
        offers = [(rng.choice((PROFESSIONAL, PROFESSIONAL, ENTERPRISE)), rng.randint(1, 3))]
        if rng.random() < 0.15:
            offers.append((rng.choice((PROFESSIONAL, UNKNOWN)), 1))
        if rng.random() < 0.05:
            offers = [(UNKNOWN, 1)]
        self.length = rng.choice((MONTH, MONTH, 7 * DAY, 365 * DAY))
        length = TRIAL if status == "trialing" else self.length
        subscription = ledger.make_subscription(self.names.subscription, offers, status, length)
        self.subscription = subscription
        amount = 0 if status == "trialing" else price_of(subscription)
        invoice = ledger.make_invoice(subscription, "subscription_create", amount)
        if status == "trialing":
            subscription["trial_start"], subscription["trial_end"] = subscription["period"]
        subscription["latest_invoice"] = invoice["id"]
        ledger.moment()
        ledger.tell("customer.subscription.created", subscription)
        self.schedule_period_end(subscription)
        return subscription, invoice

    def begin_trial(self) -> None:
        session = self.session("subscription", 0)
        subscription, invoice = self.begin_subscription("trialing")
        self.ledger.finalize(invoice)
        self.ledger.pay(invoice)
        self.complete(session, "no_payment_required", subscription=subscription["id"],
                      invoice=invoice["id"])
        self.schedule(subscription["trial_end"] - 3 * DAY, lambda: self.announce(subscription))

    def announce(self, subscription: dict) -> None:
        if subscription["status"] == "trialing":
            self.ledger.tell("customer.subscription.trial_will_end", subscription)

    def settle(self, subscription: dict, invoice: dict, session: dict) -> None:
        """A delayed first payment ends."""
        if subscription["status"] in STATUSES_ENDED:
            return
        if self.rng.random() < 0.6:
            self.ledger.pay(invoice)
            if subscription["status"] == "incomplete":
                self.ledger.moment()
                self.ledger.set_status(subscription, "active")
            self.ledger.change("checkout.session.async_payment_succeeded", session,
                               payment_status="paid", since=self.ledger.at)
            return
        self.ledger.fail_to_pay(invoice)
        failed_at = self.ledger.at
        self.ledger.tell("checkout.session.async_payment_failed", session)
        if subscription["status"] == "incomplete":
            self.expire(subscription, invoice)
        elif self.rng.random() < 0.5:
            self.ledger.end(subscription)
        elif subscription["status"] == "active":
            self.fall_behind(subscription, invoice, failed_at)

    def expire(self, subscription: dict, invoice: dict) -> None:
        if subscription["status"] == "incomplete":
            self.ledger.set_status(subscription, "incomplete_expired")
            self.ledger.moment()
            self.ledger.change("invoice.voided", invoice, status="void")

    # What comes with time.

    def schedule_period_end(self, subscription: dict) -> None:
        period = subscription["period"]
        self.schedule(period[1], lambda: self.end_period(subscription, period))

    def end_period(self, subscription: dict, period: tuple[int, int]) -> None:
        if subscription["period"] != period or subscription["status"] in STATUSES_ENDED:
            return
        if subscription["cancel_at"] or subscription["cancel_at_period_end"]:
            self.ledger.end(subscription)
        elif subscription["status"] == "trialing" and self.rng.random() < 0.4:
            self.end_trial_unpaid(subscription)
        elif subscription["status"] in ("active", "trialing"):
            self.renew(subscription)

    def end_trial_unpaid(self, subscription: dict) -> None:
        if self.rng.random() < 0.5:
            self.ledger.end(subscription)
        else:
            self.tell_both("paused", subscription, "paused")

    def renew(self, subscription: dict) -> None:
        begin = subscription["period"][1]
        period = (begin, begin + self.length)
        invoice = self.ledger.make_invoice(subscription | {"period": period},
                                           "subscription_cycle", price_of(subscription))
        self.ledger.moment()
        self.ledger.update("customer.subscription.updated", subscription, period=period,
                           status="active", latest_invoice=invoice["id"])
        self.schedule_period_end(subscription)
        self.schedule(self.ledger.at + HOUR, lambda: self.collect(subscription, invoice))

    def collect(self, subscription: dict, invoice: dict) -> None:
        if subscription["status"] != "active" or subscription["latest_invoice"] != invoice["id"]:
            return
        self.ledger.finalize(invoice)
        if subscription["collection_paused"]:
            self.ledger.change("invoice.voided", invoice, status="void")
        elif self.rng.random() < 0.55:
            self.ledger.pay(invoice)
        else:
            self.ledger.fail_to_pay(invoice)
            self.fall_behind(subscription, invoice, self.ledger.at)

    def fall_behind(self, subscription: dict, invoice: dict, failed_at: int) -> None:
        self.ledger.moment()
        self.ledger.set_status(subscription, "past_due", past_due_since=failed_at)
        self.schedule(self.ledger.at + 3 * DAY, lambda: self.retry(subscription, invoice))

    def retry(self, subscription: dict, invoice: dict) -> None:
        if subscription["status"] not in ("past_due", "unpaid"):
            return
        fate = self.rng.choice(("paid", "again", "again", "canceled", "unpaid", "stays"))
        if fate == "paid":
            self.ledger.pay(invoice)
            self.ledger.moment()
            self.ledger.set_status(subscription, "active", past_due_since=None)
            return
        self.ledger.fail_to_pay(invoice, final=fate != "again")
        self.ledger.moment()
        if fate == "again":
            self.ledger.tell("invoice.updated", invoice)
            self.schedule(self.ledger.at + 3 * DAY, lambda: self.retry(subscription, invoice))
        elif fate == "canceled":
            self.ledger.end(subscription)
        elif fate == "unpaid" and subscription["status"] == "past_due":
            self.ledger.set_status(subscription, "unpaid")
            self.schedule(self.ledger.at + 5 * DAY, lambda: self.retry(subscription, invoice))

    # What the buyer does.

    def change_plan(self) -> None:
        if not (it := self.current("active")):
            return
        invoice = self.ledger.make_invoice(it, "subscription_update", 1234)
        self.ledger.finalize(invoice)
        self.ledger.pay(invoice)
        self.ledger.moment()
        item = it["items"][0]
        offer = PROFESSIONAL if item["plan"] == "enterprise" else ENTERPRISE
        changed = item | {"product": offer.product, "lookup_key": offer.lookup_key,
                          "unit_amount": offer.unit_amount, "plan": offer.plan}
        self.ledger.update("customer.subscription.updated", it,
                           items=[changed, *it["items"][1:]], latest_invoice=invoice["id"])

    def set_quantity(self, it: dict, quantity: int) -> None:
        changed = it["items"][0] | {"quantity": quantity}
        self.ledger.update("customer.subscription.updated", it, items=[changed, *it["items"][1:]])

    def change_quantity(self) -> None:
        if it := self.current("active", "trialing"):
            self.set_quantity(it, it["items"][0]["quantity"] % 5 + 1)

    def there_and_back(self) -> None:
        """Two or three changes within one second: only what was before tells their order."""
        if it := self.current("active"):
            before = it["items"][0]["quantity"]
            for quantity in (before + 10, before, before + 20)[:self.rng.randint(2, 3)]:
                self.set_quantity(it, quantity)

    def cancel_later(self) -> None:
        it = self.current("active", "trialing", "past_due")
        if not it or it["cancel_at"] or it["cancel_at_period_end"]:
            return
        flag, fixed = self.rng.choice(((True, True), (False, True), (True, False)))
        self.ledger.update("customer.subscription.updated", it, cancel_at_period_end=flag,
                           cancel_at=it["period"][1] if fixed else None,
                           canceled_at=self.ledger.at)

    def take_back(self) -> None:
        it = self.current("active", "trialing", "past_due")
        if it and (it["cancel_at"] or it["cancel_at_period_end"]):
            self.ledger.update("customer.subscription.updated", it, cancel_at_period_end=False,
                               cancel_at=None, canceled_at=None)

    def cancel_now(self) -> None:
        it = self.current("active", "trialing", "past_due", "unpaid", "paused")
        if it and self.rng.random() < 0.2:
            self.ledger.end(it)

    def tell_both(self, verb: str, it: dict, status: str) -> None:
        """`…paused` and `…resumed` say nothing of before; `…updated` may come beside them."""
        before = dict(it)
        self.ledger.change(f"customer.subscription.{verb}", it, status=status)
        if self.rng.random() < 0.5:
            self.ledger.tell("customer.subscription.updated", it, before)

    def pause(self) -> None:
        if (it := self.current("active")) and self.rng.random() < 0.4:
            self.tell_both("paused", it, "paused")
        elif it := self.current("paused"):
            self.tell_both("resumed", it, "active")

    def pause_collection(self) -> None:
        if it := self.current("active"):
            self.ledger.update("customer.subscription.updated", it,
                               collection_paused=not it["collection_paused"])
