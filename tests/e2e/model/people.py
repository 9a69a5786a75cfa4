# SPDX-License-Identifier: Apache-2.0
"""All users of one run with their stories, and the deliveries that tell them: made of one seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ledger import DAY, HOUR, Event, Ledger
from lives import Life
from reference import all_grants
from shapes import VERSIONS, Rendering, previous_attributes, render
from stripe_events import encode
from teller import Names

# An answer must not change by itself while the test runs.
STILL_BEFORE_S = 600
STILL_AFTER_S = 7200
# Longer than what belongs together takes, such as a checkout.
QUIET_S = 2 * HOUR
COPIES = 3
# Stripe lists events for thirty days; those near that end may be gone when they are asked for.
LISTED_S = 29 * DAY


@dataclass(frozen=True)
class Delivery:
    event_id: str
    body: bytes


@dataclass(frozen=True)
class Deliveries:
    in_time: list[Delivery]
    late: list[Delivery]
    lost: list[str]  # Ids of events that are never delivered.


class People:
    def __init__(self, seed: int, users: int, now: int):
        self.seed = seed
        self.now = now
        self.rng = random.Random(seed)
        self.mark = f"{self.rng.randrange(1 << 32):08x}"
        self.users = [self.name(number) for number in range(users)]
        self.lives: list[tuple[tuple[str, ...], Life]] = []  # With the users whom they name.
        self.anew: dict[str, Callable[[], Life]] = {}  # The beginning of each, by its mark.
        for user in self.users:
            self.give_life(user)

    def __str__(self) -> str:
        return f"TOLLGATE_MODEL_SEED={self.seed}"

    def name(self, number: int) -> str:
        """Stripe's metadata take any text, `client_reference_id` does not."""
        odd = self.rng.choice(("", "", "@shop.example", " /?ü€"))
        return f"usr_{self.mark}_{number}{odd}"

    def give_life(self, user: str) -> None:
        kind = self.rng.random()
        if kind < 0.1:
            names = Names(reference=self.reference(user), session=user)
            return self.add((user,), names, guest=True)
        if kind < 0.15:
            other = self.rng.choice(self.users)
            settled = user if self.rng.random() < 0.5 else None
            return self.add((user, other), Names(settled, None, other, user))
        self.add((user,), self.names(user), livemode=kind < 0.2)
        if kind > 0.85:
            self.add((user,), self.names(user))

    def reference(self, user: str) -> str | None:
        return user if user.replace("_", "").isalnum() else None

    def names(self, user: str) -> Names:
        """Wherever he is planted; at least where he is always found."""
        def perhaps(name: str | None) -> str | None:
            return name if self.rng.random() < 0.5 else None
        some = Names(perhaps(user), perhaps(self.reference(user)), perhaps(user), perhaps(user))
        if not some.customer and not some.subscription:
            some.customer = user
        return some

    def add(self, users: tuple[str, ...], names: Names, **more) -> None:
        while True:
            seed = f"{self.rng.randrange(1 << 62)}"
            mark = f"{self.mark}{len(self.lives):03x}"
            self.anew[mark] = partial(Life, seed, mark, names, self.now, **more)
            life = self.anew[mark]().live()
            if self.is_still(users, life.ledger):
                self.lives.append((users, life))
                return

    def is_still(self, users: tuple[str, ...], ledger: Ledger) -> bool:
        ends = [grant["until"] for user in users for grant in all_grants(user, [ledger])]
        return not any(end and -STILL_BEFORE_S < end - self.now < STILL_AFTER_S for end in ends)

    def in_the_past(self, user: str) -> tuple[int, list[Ledger]] | None:
        """A moment at which nothing happened, and what Stripe held for the user then."""
        lives = [life for users, life in self.lives if user in users]
        at = self.rng.randint(min(life.ledger.events[0].created for life in lives), self.now)
        if any(abs(event.created - at) < QUIET_S for life in lives
               for event in life.ledger.events):
            return None
        ledgers = [self.anew[life.ledger.mark]().live(at).ledger for life in lives
                   if life.ledger.events[0].created < at]
        ends = [grant["until"] for grant in all_grants(user, ledgers)]
        is_still = not any(end and abs(end - at) < STILL_BEFORE_S for end in ends)
        return (at, ledgers) if is_still else None

    def ledgers_of(self, user: str) -> list[Ledger]:
        return [life.ledger for users, life in self.lives if user in users]

    def events(self) -> list[tuple[Life, Event]]:
        return [(life, event) for _, life in self.lives for event in life.ledger.events
                if life.is_told(event)]

    def deliveries(self) -> "Deliveries":
        """Every event three times, in no order at all; some late, some never."""
        rng, made = self.rng, Deliveries([], [], [])
        for life, event in self.events():
            share = rng.random()
            is_listed = event.created > self.now - LISTED_S and not life.ledger.livemode
            if share < 0.05 and is_listed:
                made.lost.append(event.id)
                continue
            copies = [self.delivery(life, event) for _ in range(COPIES)]
            (made.late if share < 0.15 else made.in_time).extend(copies)
        rng.shuffle(made.in_time)
        rng.shuffle(made.late)
        return made

    def listed_events(self) -> list[dict]:
        """As Stripe lists them for a key of test mode, in the version that the key asks for."""
        newest = Rendering(VERSIONS[-1])
        return [body_of(life, event, newest) for life, event in self.events()
                if not life.ledger.livemode]

    def delivery(self, life: Life, event: Event) -> Delivery:
        version = self.rng.choice(life.versions_of(event))
        how = Rendering(version, expanded=self.rng.random() < 0.1,
                        leaking=hash_of(life.ledger.mark) % 2 == 0)
        return Delivery(event.id, encode(body_of(life, event, how)))


def hash_of(text: str) -> int:
    return sum(text.encode())


def body_of(life: Life, event: Event, how: Rendering) -> dict:
    data = {"object": render(event.state, how)}
    if event.previous is not None:
        data["previous_attributes"] = previous_attributes(event.previous, event.state, how)
    return {"id": event.id, "object": "event", "api_version": how.version,
            "created": event.created, "data": data, "livemode": life.ledger.livemode,
            "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None},
            "type": event.type}
