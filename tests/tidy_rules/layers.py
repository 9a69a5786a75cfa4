# SPDX-License-Identifier: Apache-2.0
"""Who may include whom: proto <- libs <- services <- tests, and the order inside a service."""

import fnmatch
import re

from .source import Fault, Rule

# What a library may include besides itself.
LIBRARIES = {
    "base": set(),
    "http": {"base"},
    "kafka": {"base"},
    "postgres": {"base"},
    "stripe": {"base", "http"},
    "events": {"base", "stripe"},
}

# A use case is named <verb>_<noun>; every other file of a service without a role of its own is
# domain: a noun, or one of the pure steps.
VERBS = set(
    """receive start apply resolve sweep publish lapse read explain list change cancel resume verify
    open place pay refund expire prune rebuild replay backfill send make find follow reserve release
    check reload show wait import set write await ask bind""".split()
)

# The roles of a service's files, first match wins, and the roles that each may include.
ROLES = [
    ("main", ["main.cpp", "compose_*.?pp"]),
    ("config", ["config.?pp"]),
    ("http_api", ["http_api.?pp"]),
    ("consumer", ["consumer.?pp", "*_consumer.?pp"]),
    ("adapter", ["postgres_*.?pp", "kafka_*.?pp"]),
    ("interface", ["*_store.hpp", "*_log.hpp"]),
    ("json", ["*_json.?pp"]),
]
MAY_INCLUDE = {
    "main": {"main", "config", "http_api", "consumer", "adapter", "interface", "json", "use case",
             "domain"},
    "config": set(),
    "http_api": {"use case", "interface", "json", "domain"},
    "consumer": {"use case", "interface", "json", "domain"},
    "use case": {"use case", "interface", "json", "domain"},
    "adapter": {"interface", "json", "domain", "adapter"},
    "interface": {"domain"},
    "json": {"json", "domain"},
    "domain": {"domain"},
}


def role_of(path):
    name = path.rsplit("/", 1)[1]
    for role, patterns in ROLES:
        if any(fnmatch.fnmatch(name, pattern) for pattern in patterns):
            return role
    return "use case" if name.split("_")[0] in VERBS and "_" in name else "domain"


def own_includes(tree, *roots):
    """(source, line, included path) for includes of files in the tree."""
    for source in tree.cpp(*roots):
        for line, target in source.includes:
            path = tree.resolve(source, target)
            if path and path != source.path:
                yield source, line, path


def check_directions(tree):
    order = ["proto", "libs", "services", "tests"]
    for source, line, path in own_includes(tree):
        upper, lower = source.path.split("/")[0], path.split("/")[0]
        if upper in order and lower in order and order.index(lower) > order.index(upper):
            yield Fault(source.path, line, f"{upper}/ includes {path}")


def check_services_apart(tree):
    for source, line, path in own_includes(tree, "services/"):
        if path.startswith("services/") and path.split("/")[1] != source.path.split("/")[1]:
            yield Fault(source.path, line, f"includes {path} of another service")


def check_libraries(tree):
    for source, line, path in own_includes(tree, "libs/"):
        library, used = source.path.split("/")[1], path.split("/")[1]
        allowed = LIBRARIES.get(library)
        if allowed is None:
            yield Fault(source.path, line, f"libs/{library} is not in the table of libraries")
        elif path.startswith("libs/") and used not in allowed | {library}:
            yield Fault(source.path, line, f"libs/{library} includes {path}")


def check_service_order(tree):
    for source, line, path in own_includes(tree, "services/"):
        if not path.startswith("services/"):
            continue
        upper, lower = role_of(source.path), role_of(path)
        if path.rsplit(".", 1)[0] != source.path.rsplit(".", 1)[0]:
            if lower not in MAY_INCLUDE[upper]:
                yield Fault(source.path, line, f"{upper} includes {lower} ({path})")


# Plain values of the libraries, without I/O.
PURE = ("libs/base/", "libs/stripe/normalise/", "libs/stripe/objects.hpp", "libs/stripe/form.hpp")
PURE_PARTS = {"domain": PURE, "interface": (*PURE, "libs/stripe/stripe_event.hpp")}
IMPURE = re.compile(r"^(boost/asio|boost/beast|sys/|unistd|fstream|iostream|thread|mutex)")


def check_pure_domain(tree):
    for source in tree.cpp("services/"):
        role = role_of(source.path)
        for line, target in source.includes if role in PURE_PARTS else []:
            path = tree.resolve(source, target)
            if path and path.startswith("libs/") and not path.startswith(PURE_PARTS[role]):
                yield Fault(source.path, line, f"{role} includes {path}")
            elif role == "domain" and IMPURE.match(target):
                yield Fault(source.path, line, f"domain includes <{target}>")


def check_adapter_headers(tree):
    for source, line, path in own_includes(tree, "services/"):
        if path.startswith("services/") and role_of(path) == "adapter":
            if role_of(source.path) not in {"main", "adapter"}:
                yield Fault(source.path, line, f"includes {path}")


# Of a service that is too large for one folder: which role's files stand in which.
FOLDERS = {"domain": "domain", "json": "json", "postgres": "adapter"}


def check_folders(tree):
    split = {tuple(source.path.split("/")[1:3]) for source in tree.cpp("services/")}
    for source in tree.cpp("services/"):
        service, *folders, _ = source.path.split("/")[1:]
        role, folder = role_of(source.path), "".join(folders[:1])
        if FOLDERS.get(folder, role) != role:
            yield Fault(source.path, 1, f"{role} in {folder}/")
        for name in ("json", "postgres"):
            if (service, name) in split and role == FOLDERS[name] and folder != name:
                yield Fault(source.path, 1, f"{role} outside {name}/")


RULES = [
    Rule(
        "directions",
        "proto <- libs <- services <- tests: move what is shared down, or pass it in",
        check_directions,
        [{"libs/base/a.hpp": '#include "entitlements/b.hpp"', "services/entitlements/b.hpp": ""}],
        [{"tests/unit/a_test.cpp": '#include "base/a.hpp"', "libs/base/a.hpp": ""}],
    ),
    Rule(
        "services_apart",
        "services share topics, the catalogue and libs/, never headers",
        check_services_apart,
        [{"services/a/x.cpp": '#include "b/y.hpp"', "services/b/y.hpp": ""}],
        [{"services/a/x.cpp": '#include "y.hpp"', "services/a/y.hpp": "", "services/b/y.hpp": ""}],
    ),
    Rule(
        "libraries",
        "see LIBRARIES in tests/tidy_rules/layers.py; a service may join two libraries",
        check_libraries,
        [{"libs/kafka/a.cpp": '#include "http/b.hpp"', "libs/http/b.hpp": ""},
         {"libs/new/a.cpp": '#include "base/b.hpp"', "libs/base/b.hpp": ""}],
        [{"libs/stripe/a.cpp": '#include "http/b.hpp"', "libs/http/b.hpp": ""}],
    ),
    Rule(
        "service_order",
        "domain <- use case <- (http_api | consumer) <- main; a use case is named <verb>_<noun> "
        "with a verb of VERBS in tests/tidy_rules/layers.py",
        check_service_order,
        [{"services/a/grants.cpp": '#include "apply_events.hpp"',
          "services/a/apply_events.hpp": ""},
         {"services/a/apply_events.cpp": '#include "http_api.hpp"', "services/a/http_api.hpp": ""},
         {"services/a/http_api.cpp": '#include "config.hpp"', "services/a/config.hpp": ""}],
        [{"services/a/http_api.cpp": '#include "apply_events.hpp"',
          "services/a/apply_events.hpp": '#include "fact_store.hpp"',
          "services/a/fact_store.hpp": '#include "fact.hpp"\n#include <boost/asio/awaitable.hpp>',
          "services/a/fact.hpp": ""}],
    ),
    Rule(
        "pure_domain",
        "domain files and interfaces include base and Stripe's plain objects only: no I/O, "
        "no JSON; pass values in",
        check_pure_domain,
        [{"services/a/grants.hpp": '#include "kafka/record.hpp"', "libs/kafka/record.hpp": ""},
         {"services/a/grants.cpp": "#include <boost/asio/awaitable.hpp>"}],
        [{"services/a/grants.hpp": '#include <string>\n#include "base/x.hpp"',
          "libs/base/x.hpp": ""}],
    ),
    Rule(
        "adapter_headers",
        "depend on the interface; main.cpp alone knows that it is PostgreSQL or Kafka",
        check_adapter_headers,
        [{"services/a/http_api.cpp": '#include "postgres_x_store.hpp"',
          "services/a/postgres_x_store.hpp": ""},
         {"services/a/apply_events.cpp": '#include "kafka_x_log.hpp"',
          "services/a/kafka_x_log.hpp": ""}],
        [{"services/a/main.cpp": '#include "postgres_x_store.hpp"',
          "services/a/postgres_x_store.hpp": ""}],
    ),
    Rule(
        "folders",
        "domain/ holds what decides, json/ the texts, postgres/ the only SQL; a use case stands in "
        "a folder of its subject or at the top",
        check_folders,
        [{"services/a/domain/apply_events.hpp": ""},
         {"services/a/json/grants.hpp": ""},
         {"services/a/postgres_x_store.hpp": "", "services/a/postgres/postgres_y_store.hpp": ""}],
        [{"services/a/domain/grants.hpp": "", "services/a/read/read_grants.hpp": "",
          "services/a/postgres/postgres_x_store.hpp": "", "services/b/postgres_y_store.hpp": ""}],
    ),
]
