# SPDX-License-Identifier: Apache-2.0
"""Random stories of buyers: what happens, and when. How Stripe tells it is in ledger.py."""

from collections.abc import Callable

from ledger import DAY, HOUR
from purchasing import Purchasing
from subscribing import Subscribing
from teller import Names


class Life(Subscribing, Purchasing):
    """One customer from his first checkout on; a guest's has no customer."""

    def __init__(self, seed: str, mark: str, names: Names, now: int, guest: bool = False,
                 livemode: bool = False):
        super().__init__(seed, mark, names, now, livemode)
        if guest:
            self.actions = [self.buy_once, self.refund, self.dispute, self.let_session_expire]
        else:
            self.ledger.make_customer(names.customer)
            self.actions = self.actions_of_a_customer()

    def live(self, until: int | None = None) -> "Life":
        """Up to an earlier time, the same seed lives through the same until then."""
        self.end = min(until or self.end, self.end)
        self.actions[0]()
        while True:
            at = self.ledger.at + self.rng.randint(2 * HOUR, 8 * DAY)
            step = self.choose
            if self.due and min(self.due)[0] <= at:
                at, _, step = earliest = min(self.due)
                self.due.remove(earliest)
            if at + HOUR // 2 > self.end:
                return self
            self.ledger.at = max(at, self.ledger.at + 3)
            step()

    def actions_of_a_customer(self) -> list[Callable[[], None]]:
        return [self.subscribe, self.refund, self.refund, self.dispute, self.buy_once,
                self.let_session_expire, self.change_plan, self.change_quantity,
                self.there_and_back, self.cancel_later, self.take_back, self.cancel_now,
                self.pause, self.pause_collection, self.subscribe]

    def choose(self) -> None:
        self.rng.choice(self.actions)()
