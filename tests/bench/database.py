# SPDX-License-Identifier: Apache-2.0
"""The database of the entitlements service in the benchmarks' stack."""

import contextlib

import stack


def connect(environment):
    import psycopg2  # Here, so that ./dev can ask for --help before packages are installed.
    connection = psycopg2.connect(environment["ENTITLEMENTS_DATABASE_URL"])
    connection.autocommit = True
    return contextlib.closing(connection)


def ask(connection, statement, *values):
    """The first row, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone() if cursor.description else None


def service_settings(environment, topic):
    """Of the entitlements service. Without a key it asks Stripe nothing: nobody would answer. Its
    name stays, so that Kafka takes each process for the one before and hands over at once."""
    settings = {name: value for name, value in environment.items() if name != "STRIPE_SECRET_KEY"}
    return settings | {"DATABASE_URL": environment["ENTITLEMENTS_DATABASE_URL"],
                       "STRIPE_EVENTS_TOPIC": topic, "INSTANCE_NAME": "bench",
                       "LOG_LEVEL": "warning"}


def empty(environment, topic):
    """Every table of the service, and nothing in them."""
    with connect(environment) as connection:
        ask(connection, "drop schema public cascade")
        ask(connection, "create schema public")
    stack.run("entitlements", ["migrate"], service_settings(environment, topic))
