# SPDX-License-Identifier: Apache-2.0
"""Tollgate's own services as rows: a new one is a row of SERVICES, its ports are in settings.py."""

import http.client
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import paths
import shell
from paths import ROOT
from ports import HOST
from processes import Process, nothing
from settings import Settings

MIGRATION_TIMEOUT_S = 120
OPERATOR = "operator"
OPERATOR_TIMEOUT_S = 60
COMMON = ("LOG_LEVEL", "KAFKA_BROKERS", "STRIPE_EVENTS_TOPIC")
OPERATOR_TAKES = (*COMMON, "ENTITLEMENTS_CHANGES_TOPIC", "STRIPE_SECRET_KEY", "STRIPE_API_BASE",
                  "STRIPE_MODE", "CATALOG_FILE")


@dataclass(frozen=True)
class Service:
    name: str
    url_name: str  # Prefix of its URLs in ./dev env.
    takes: tuple[str, ...]  # Settings besides COMMON; see Settings.values.
    database: str = ""  # Its database; `<binary> migrate` runs before it starts.
    binary: str = ""  # Where it is not called like the process.
    wave: int = 2
    prepare: Callable[[Settings], None] = nothing
    own: Callable[[Settings], dict[str, str]] = lambda _: {}  # Settings that no other one has.
    set_up: Callable[[Settings], None] = nothing  # As soon as it is ready.

    @property
    def target(self) -> str:
        return self.binary or self.name


def simulator_folder(settings: Settings) -> Path:
    return settings.home / "simulator"


def webhook_url(settings: Settings) -> str:
    return settings.url("webhook-ingress") + "/webhooks/stripe"


def simulator_settings(settings: Settings) -> dict[str, str]:
    return {"SIMULATOR_WEBHOOK_URL": webhook_url(settings),
            "SIMULATOR_STATE_FILE": str(simulator_folder(settings) / "state.json"),
            "SIMULATOR_CALLS_FILE": str(ROOT / "deploy" / "stripe-calls.txt")}


def set_up_stripe(settings: Settings) -> None:
    """What is sold, and where events go: the operator's first steps with any account of Stripe's.

    Only the stack's own Stripe is changed without asking; for a real one they are commands to be
    given (./dev operator catalog apply)."""
    if not settings.has_own_stripe():
        return
    run_operator("catalog", "apply", "--yes", settings=settings)
    run_operator("webhook-endpoint", "apply", "--url", webhook_url(settings), settings=settings)


# Stands where Stripe is elsewhere: there before the services, as Stripe is.
SIMULATOR = Service("simulator", "SIMULATOR", ("STRIPE_WEBHOOK_SECRETS",),
                    binary="stripe_simulator", wave=1, own=simulator_settings,
                    prepare=lambda settings: simulator_folder(settings).mkdir(exist_ok=True),
                    set_up=set_up_stripe)
SERVICES = (
    Service("webhook-ingress", "INGRESS", ("STRIPE_WEBHOOK_SECRETS",)),
    Service("checkout", "CHECKOUT",
            ("STRIPE_SECRET_KEY", "STRIPE_API_BASE", "STRIPE_MODE", "CATALOG_FILE",
             "JWT_HS256_SECRET", "JWT_ISSUER", "JWT_AUDIENCE", "SERVICE_TOKENS",
             "REDIRECT_ORIGINS", "CORS_ORIGINS"),
            database="checkout"),
    Service("entitlements", "ENTITLEMENTS",
            ("STRIPE_SECRET_KEY", "STRIPE_API_BASE", "STRIPE_MODE", "CATALOG_FILE",
             "ENTITLEMENTS_CHANGES_TOPIC", "JWT_HS256_SECRET", "JWT_ISSUER", "JWT_AUDIENCE",
             "SERVICE_TOKENS", "CORS_ORIGINS"),
            database="entitlements"),
    SIMULATOR,
)


def preset() -> str:
    """Which build a stack runs and the tests test; TOLLGATE_PRESET chooses another."""
    return os.environ.get("TOLLGATE_PRESET") or "release"


def environment(service: Service, settings: Settings) -> dict[str, str]:
    values = settings.values()
    taken = {name: values[name] for name in COMMON + service.takes}
    taken |= settings.secrets["overrides"]
    taken |= service.own(settings)
    taken["HTTP_LISTEN"] = settings.address(service.name)
    taken["ADMIN_LISTEN"] = settings.address(f"{service.name}-admin")
    if service.database:
        taken["DATABASE_URL"] = settings.database_url(service.database)
    return taken


def apply_topics(settings: Settings) -> None:
    """The broker must be there; topics that are as they should be stay untouched."""
    run_operator("topics", "apply", settings=settings)


def run_operator(*words: str, settings: Settings) -> None:
    values = settings.values()
    shell.run(f"applying {words[0]}", [paths.binary(preset(), OPERATOR), *words],
              settings.log(f"operator-{words[0]}"), OPERATOR_TIMEOUT_S,
              env={name: values[name] for name in OPERATOR_TAKES} | settings.secrets["overrides"])


def prepare(service: Service, settings: Settings) -> None:
    service.prepare(settings)
    if service.database:
        shell.run(f"migrating database {service.database}",
                  [paths.binary(preset(), service.target), "migrate"],
                  settings.log(f"{service.name}-migrate"), MIGRATION_TIMEOUT_S,
                  env=environment(service, settings))


def readiness(service: Service, settings: Settings) -> tuple[int, str]:
    """Status and body of /readyz; status 0 when nothing answers."""
    connection = http.client.HTTPConnection(HOST, settings.ports[f"{service.name}-admin"],
                                            timeout=2)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status, answer.read(4096).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)
    finally:
        connection.close()


def why_unready(service: Service, settings: Settings) -> str:
    status, text = readiness(service, settings)
    return f"/readyz says {status}: {text}" if status else f"/readyz does not answer: {text}"


def process(service: Service) -> Process:
    return Process(
        name=service.name,
        wave=service.wave,
        ports=(service.name, f"{service.name}-admin"),
        prepare=lambda settings: prepare(service, settings),
        command=lambda settings: [str(paths.binary(preset(), service.target))],
        environment=lambda settings: environment(service, settings),
        set_up=service.set_up,
        is_ready=lambda settings: readiness(service, settings)[0] == 200,
        why_unready=lambda settings: why_unready(service, settings),
        binary=lambda: paths.binary(preset(), service.target),
    )


def exported(service: Service, settings: Settings) -> dict[str, str]:
    """Its lines of ./dev env."""
    return {f"{service.url_name}_URL": settings.url(service.name),
            f"{service.url_name}_ADMIN_URL": settings.url(f"{service.name}-admin")}
