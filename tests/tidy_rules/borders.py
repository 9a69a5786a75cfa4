# SPDX-License-Identifier: Apache-2.0
"""Which foreign library may be seen where. Tests are outside these borders."""

import fnmatch
import re

from .source import Fault, Rule

# Library -> (its headers, the files that may include them).
LIBRARIES = {
    "RapidJSON": (
        r"rapidjson/",
        ["libs/base/json.*", "libs/stripe/*", "libs/http/*", "services/*/http_api.cpp",
         "services/*/*_json.cpp"],
    ),
    "simdjson": (r"simdjson", ["libs/stripe/*"]),
    "librdkafka": (r"librdkafka/", ["libs/kafka/*"]),
    "OpenSSL": (r"openssl/", ["libs/stripe/*", "libs/http/*"]),
    "cjose": (r"cjose/", ["libs/stripe/*", "libs/http/*"]),
    "libpqxx": (r"pqxx/|pqxx$|libpq", ["libs/postgres/*", "services/*/postgres_*"]),
    "spdlog": (r"spdlog/", ["libs/base/log.cpp"]),
    "prometheus-cpp": (r"prometheus/", ["libs/base/metrics.*"]),
    "Boost.Beast": (r"boost/beast", ["libs/http/*", "libs/stripe/*"]),
}

# The simulator stands for a foreign system: what it shares with the services could hide a mistake
# of both, so it has the two plain libraries and its own few lines over RapidJSON and OpenSSL.
SIMULATOR = "tests/stripe_simulator/"
SIMULATOR_MAY_INCLUDE = (SIMULATOR, "libs/base/", "libs/http/")
SIMULATOR_FOREIGN = {"RapidJSON": "world/json.cpp", "OpenSSL": "delivery/signature.cpp"}

SQL = re.compile(
    r"\b(select\s[^;]*\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s"
    r"|(create|alter|drop|truncate)\s+(table|index|view|schema)\s|on\s+conflict\b|begin\s*;)",
    re.IGNORECASE,
)
SQL_PLACES = ["libs/postgres/*", "services/*/postgres_*"]


def matches(path, patterns):
    return any(fnmatch.fnmatch(path, pattern) for pattern in patterns)


def check_foreign_headers(tree):
    for source in tree.cpp("libs/", "services/"):
        for line, target in source.includes:
            for library, (headers, places) in LIBRARIES.items():
                if re.match(headers, target) and not matches(source.path, places):
                    yield Fault(source.path, line, f"includes {library} (<{target}>)")


def check_sql(tree):
    for source in tree.cpp("libs/", "services/"):
        if matches(source.path, SQL_PLACES):
            continue
        for position, text in source.strings:
            if SQL.search(text):
                yield Fault(source.path, source.line_of(position), f'SQL: "{text.strip()[:40]}"')


def check_simulator(tree):
    for source in tree.cpp(SIMULATOR):
        for line, target in source.includes:
            path = tree.resolve(source, target)
            if path and not path.startswith(SIMULATOR_MAY_INCLUDE):
                yield Fault(source.path, line, f"includes {path}")
            for library, (headers, _) in LIBRARIES.items():
                allowed = SIMULATOR + SIMULATOR_FOREIGN.get(library, "")
                if re.match(headers, target) and source.path != allowed:
                    yield Fault(source.path, line, f"includes {library} (<{target}>)")


RULES = [
    Rule(
        "simulator",
        "tests/stripe_simulator uses libs/base and libs/http; JSON by its world/json.hpp, HMAC by "
        "its delivery/signature.hpp",
        check_simulator,
        [{"tests/stripe_simulator/a.cpp": '#include "stripe/webhook_signature.hpp"',
          "libs/stripe/webhook_signature.hpp": ""},
         {"tests/stripe_simulator/api/api.cpp": "#include <rapidjson/document.h>"},
         {"tests/stripe_simulator/world/json.cpp": "#include <openssl/hmac.h>"}],
        [{"tests/stripe_simulator/world/json.cpp": "#include <rapidjson/document.h>"},
         {"tests/stripe_simulator/delivery/signature.cpp": "#include <openssl/hmac.h>",
          "tests/unit/a_test.cpp": "#include <openssl/hmac.h>"},
         {"tests/stripe_simulator/a.cpp": '#include "http/router.hpp"\n#include "b.hpp"',
          "tests/stripe_simulator/b.hpp": "", "libs/http/router.hpp": ""}],
    ),
    Rule(
        "foreign_headers",
        "use our own header over it; the borders are in tests/tidy_rules/borders.py",
        check_foreign_headers,
        [{"services/a/apply_events.cpp": "#include <rapidjson/document.h>"},
         {"libs/http/server.cpp": "#include <librdkafka/rdkafka.h>"},
         {"services/a/main.cpp": "#include <pqxx/pqxx>"}],
        [{"libs/kafka/producer.cpp": "#include <librdkafka/rdkafka.h>"},
         {"services/a/fact_json.cpp": "#include <rapidjson/document.h>"},
         {"tests/unit/a_test.cpp": "#include <openssl/hmac.h>"}],
    ),
    Rule(
        "sql",
        "SQL belongs into a named query of postgres_<noun>_store.cpp or into migrations/",
        check_sql,
        [{"services/a/apply_events.cpp": 'auto q = "insert into events values ($1)";'},
         {"libs/events/a.cpp": 'auto q = R"(select a\nfrom b where c)";'}],
        [{"services/a/postgres_x_store.cpp": 'auto q = "insert into events values ($1)";'},
         {"services/a/http_api.cpp": 'auto text = "select a plan"; // delete from here'}],
    ),
]
