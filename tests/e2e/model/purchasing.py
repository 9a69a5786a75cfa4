# SPDX-License-Identifier: Apache-2.0
"""Random purchases of single things, and money that goes back, whatever was bought with it."""

from ledger import DAY, HANDBOOK_AMOUNT
from teller import Teller


class Purchasing(Teller):
    def let_session_expire(self) -> None:
        """It names a stranger: who wanted to buy has not bought."""
        session = self.ledger.make_session("payment", None, "usr_stranger", HANDBOOK_AMOUNT)
        self.ledger.change("checkout.session.expired", session, status="expired")

    def buy_once(self) -> None:
        rng, ledger = self.rng, self.ledger
        quantity = rng.randint(1, 2)
        planted = {"tollgate_items": f"handbook:{quantity}"}
        on_session = rng.random() < 0.5
        session = self.session("payment", quantity * HANDBOOK_AMOUNT, quantity=quantity,
                               planted=planted if on_session else {})
        ledger.at += rng.randint(30, 1200)
        payment = ledger.make_payment(quantity * HANDBOOK_AMOUNT, user=self.names.session,
                                      planted={} if on_session else planted)
        if rng.random() < 0.2:
            ledger.at += 1
            ledger.fail(payment)
            ledger.at += 30
        if rng.random() < 0.3:
            ledger.process(payment)
            self.complete(session, "unpaid", payment_intent=payment["id"])
            self.schedule(ledger.at + rng.randint(1, 5) * DAY,
                          lambda: self.settle_purchase(session, payment))
        else:
            ledger.succeed(payment)
            self.complete(session, "paid", payment_intent=payment["id"])

    def settle_purchase(self, session: dict, payment: dict) -> None:
        if self.rng.random() < 0.6:
            self.ledger.succeed(payment)
            self.ledger.change("checkout.session.async_payment_succeeded", session,
                               payment_status="paid", since=self.ledger.at)
        else:
            self.ledger.fail(payment)
            self.ledger.tell("checkout.session.async_payment_failed", session)

    # Money that goes back.

    def some_payment(self) -> dict | None:
        """Mostly the newest."""
        paid = [it for it in self.ledger.of_kind("payment_intent") if it["status"] == "succeeded"]
        newest = paid[-1:] if self.rng.random() < 0.6 else paid
        return self.rng.choice(newest) if newest else None

    def refund(self) -> None:
        if not (payment := self.some_payment()):
            return
        charge = self.ledger.objects[payment["latest_charge"]]
        left = charge["amount"] - charge["amount_refunded"]
        if not left or self.rng.random() < 0.6:
            return
        amount = left if self.rng.random() < 0.5 else max(1, left // 3)
        status = self.rng.choice(("succeeded", "succeeded", "pending"))
        refund = self.ledger.refund(payment, amount, status)
        ends = {"pending": ("succeeded", "failed", "canceled"),
                "succeeded": (None, None, "failed")}[status]
        if end := self.rng.choice(ends):
            self.schedule(self.ledger.at + self.rng.randint(1, 6) * DAY,
                          lambda: self.ledger.end_refund(refund, end))

    def dispute(self) -> None:
        payment = self.some_payment()
        if not payment or self.ledger.objects[payment["latest_charge"]]["disputed"]:
            return
        if self.rng.random() < 0.3:
            status = self.rng.choice(("needs_response", "needs_response", "prevented",
                                      "warning_needs_response"))
            self.go_on(self.ledger.dispute(payment, status))

    def go_on(self, dispute: dict) -> None:
        nexts = {"needs_response": ("under_review", "won", "lost"), "under_review": ("won", "lost"),
                 "lost": ("", "", "appeal_needs_response"), "appeal_under_review": ("won", "lost"),
                 "appeal_needs_response": ("appeal_under_review",),
                 "warning_needs_response": ("warning_under_review", "needs_response"),
                 "warning_under_review": ("warning_closed",)}
        if status := self.rng.choice(nexts.get(dispute["status"], ("",))):
            self.schedule(self.ledger.at + self.rng.randint(1, 9) * DAY,
                          lambda: self.move_on(dispute, status))

    def move_on(self, dispute: dict, status: str) -> None:
        self.ledger.move_dispute(dispute, status)
        self.go_on(dispute)
