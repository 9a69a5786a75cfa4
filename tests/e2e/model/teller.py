# SPDX-License-Identifier: Apache-2.0
"""What all random stories of one buyer share: time, names, endpoints and Checkout sessions."""

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass

from ledger import DAY, HOUR, Event, Ledger
from shapes import BASIL, VERSIONS

OLDEST_BEGIN = 100 * DAY


@dataclass
class Names:
    """The user as the shop has planted him; None where it did not."""

    customer: str | None = None
    reference: str | None = None
    session: str | None = None
    subscription: str | None = None


class Teller:
    """One buyer; what happens to him is for others to say."""

    def __init__(self, seed: str, mark: str, names: Names, now: int, livemode: bool = False):
        self.rng = random.Random(seed)
        self.names = names
        self.end = now - self.rng.randint(60, 5 * DAY)
        begun = self.end - self.rng.randint(HOUR, OLDEST_BEGIN)
        self.ledger = Ledger(self.rng, mark, begun, livemode)
        self.due: list[tuple[int, int, Callable[[], None]]] = []
        self.turn = itertools.count()
        self.versions = sorted(self.rng.choices(VERSIONS, k=2))
        self.upgraded_at = self.rng.randint(begun, now)
        self.second_endpoint = self.rng.choice((None, None, *VERSIONS))

    def version_at(self, created: int) -> str:
        return self.versions[created >= self.upgraded_at]

    def versions_of(self, event: Event) -> list[str]:
        """In which it is told: the shop's endpoint was upgraded once, and there may be two."""
        others = [self.second_endpoint] if self.second_endpoint else []
        return [self.version_at(event.created), *others]

    def is_told(self, event: Event) -> bool:
        """Invoice payments came with basil."""
        return (not event.type.startswith("invoice_payment.")
                or max(self.versions_of(event)) >= BASIL)

    def is_old(self) -> bool:
        return self.version_at(self.ledger.at) < BASIL

    def schedule(self, at: int, step: Callable[[], None]) -> None:
        self.due.append((at, next(self.turn), step))

    def session(self, mode: str, amount: int, **fields) -> dict:
        return self.ledger.make_session(mode, self.names.session, self.names.reference, amount,
                                        **fields)

    def complete(self, session: dict, payment_status: str, **fields) -> None:
        self.ledger.moment()
        self.ledger.change("checkout.session.completed", session, status="complete",
                           payment_status=payment_status, since=self.ledger.at, **fields)
