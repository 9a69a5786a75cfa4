# SPDX-License-Identifier: Apache-2.0
"""What a stack is made of besides data: its ports and secrets, made once and kept (mode 0600)."""

import json
import os
import secrets
import string
from dataclasses import dataclass
from pathlib import Path

import ports
from paths import DEFAULT_HOME, ROOT, home
from shell import DevError

DEFAULT_PORTS = {
    "webhook-ingress": 8080,
    "webhook-ingress-admin": 9080,
    "checkout": 8081,
    "checkout-admin": 9081,
    "entitlements": 8082,
    "entitlements-admin": 9082,
    "simulator": 12111,
    "simulator-admin": 13111,
    "store": 8000,
    "kafka": 9092,
    "kafka-controller": 9093,
    "postgres": 5433,
}
DATABASES = ("entitlements", "checkout")
JWT_ISSUER = "tollgate-local"
JWT_AUDIENCE = "tollgate"


@dataclass(frozen=True)
class Settings:
    home: Path
    ports: dict[str, int]
    secrets: dict

    def address(self, name: str) -> str:
        return f"{ports.HOST}:{self.ports[name]}"

    def url(self, name: str) -> str:
        return f"http://{self.address(name)}"

    def database_url(self, name: str) -> str:
        password = self.secrets["database_passwords"][name]
        return f"postgresql://{name}:{password}@{self.address('postgres')}/{name}"

    def has_own_stripe(self) -> bool:
        """Whether it sells at its simulator and not at a real Stripe."""
        return self.values()["STRIPE_API_BASE"] == self.url("simulator")

    def log(self, name: str) -> Path:
        return self.home / "logs" / f"{name}.log"

    def values(self) -> dict[str, str]:
        """The stack's value of every setting of the services that is one for all of them."""
        return {
            "LOG_LEVEL": "info",
            "KAFKA_BROKERS": self.address("kafka"),
            "STRIPE_EVENTS_TOPIC": "stripe.events",
            "ENTITLEMENTS_CHANGES_TOPIC": "entitlements.changes",
            "STRIPE_WEBHOOK_SECRETS": ",".join(self.secrets["stripe_webhook_secrets"]),
            "STRIPE_SECRET_KEY": self.secrets["stripe_secret_key"],
            "STRIPE_MODE": "test",
            # An invented key must never travel to the real Stripe.
            "STRIPE_API_BASE": self.url("simulator"),
            "CATALOG_FILE": str(ROOT / "deploy" / "catalog.yaml"),
            "JWT_HS256_SECRET": self.secrets["jwt_hs256_secret"],
            "JWT_ISSUER": JWT_ISSUER,
            "JWT_AUDIENCE": JWT_AUDIENCE,
            "SERVICE_TOKENS": f"local:{self.secrets['service_token']}",
            "REDIRECT_ORIGINS": self.url("store"),
            "CORS_ORIGINS": self.url("store"),
        } | self.secrets["overrides"]


def file() -> Path:
    return home() / "settings.json"


def exists() -> bool:
    return file().exists()


def load() -> Settings:
    """The settings of a stack that was made before."""
    if not exists():
        raise DevError(f"there is no stack in {home()} yet: ./dev up makes one")
    return complete(read())


def load_or_make() -> Settings:
    home().mkdir(parents=True, exist_ok=True)
    return complete(read() if exists() else {"ports": {}, "secrets": {}})


def read() -> dict:
    try:
        return json.loads(file().read_text())
    except PermissionError as error:
        raise DevError(f"{file()} belongs to another user: run ./dev as the one who made the "
                       "stack, or choose another TOLLGATE_HOME") from error
    except ValueError as error:
        raise DevError(f"{file()} is damaged ({error}); ./dev reset makes a new stack") from error


def complete(stored: dict) -> Settings:
    """Adds what is missing, so that a stack made by an older ./dev goes on."""
    merged = {"ports": with_missing_ports(stored["ports"]),
              "secrets": new_secrets() | stored["secrets"]}
    if merged != stored:
        write(merged)
    return Settings(home(), merged["ports"], merged["secrets"])


def with_missing_ports(known: dict[str, int]) -> dict[str, int]:
    names = [name for name in DEFAULT_PORTS if name not in known]
    if home() == DEFAULT_HOME:
        return known | {name: DEFAULT_PORTS[name] for name in names}
    return known | dict(zip(names, ports.choose(len(names)), strict=True)) if names else known


def new_secrets() -> dict:
    return {
        "stripe_webhook_secrets": ["whsec_" + letters(32), "whsec_" + letters(32)],
        "stripe_secret_key": "sk_test_" + letters(24),
        "jwt_hs256_secret": letters(48),
        "service_token": letters(40),
        "postgres_password": letters(24),
        "database_passwords": {name: letters(24) for name in DATABASES},
        "overrides": {},
    }


def letters(count: int) -> str:
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(count))


def override(settings: Settings, changes: dict[str, str]) -> Settings:
    """Keeps `NAME=VALUE` for all services of this stack; an empty value takes it back."""
    overrides = settings.secrets["overrides"] | changes
    overrides = {name: value for name, value in overrides.items() if value}
    merged = {"ports": settings.ports, "secrets": settings.secrets | {"overrides": overrides}}
    write(merged)
    return Settings(settings.home, merged["ports"], merged["secrets"])


def write(content: dict) -> None:
    partial = file().with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as output:
        json.dump(content, output, indent=2)
        output.write("\n")
    partial.replace(file())
