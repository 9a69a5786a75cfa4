# SPDX-License-Identifier: Apache-2.0
"""The twelve events of a first checkout by card, as templates for the load generator.

A file of events/ is one event; others of the same object are made of it here, so that what they
share is written once.
"""

import json

import stack

# Stand for the numbers that the generator fills in, so that a template can be read as JSON.
TIMES = {"%BEGUN%": 1111111111, "%NOW%": 2222222222, "%LATER%": 3333333333}
DRAFT = {"status": "draft", "amount_paid": 0, "amount_remaining": 1900, "attempted": False,
         "attempt_count": 0, "effective_at": None, "hosted_invoice_url": None, "invoice_pdf": None,
         "number": None, "status_transitions": {"finalized_at": None, "paid_at": None,
                                                "marked_uncollectible_at": None, "voided_at": None}}
OPEN = {"status": "open", "amount_paid": 0, "amount_remaining": 1900, "attempted": False,
        "attempt_count": 0,
        "status_transitions": {"finalized_at": TIMES["%NOW%"], "paid_at": None,
                               "marked_uncollectible_at": None, "voided_at": None}}
NEW_PAYMENT = {"status": "requires_payment_method", "amount_received": 0, "latest_charge": None,
               "payment_method": None}

# Seconds after the first event, its type, the file, and what differs from it.
FIRST_CHECKOUT = (
    (0, "customer.created", "customer_created", {}),
    (0, "payment_method.attached", "payment_method_attached", {}),
    (1, "charge.succeeded", "charge_succeeded", {}),
    (1, "payment_intent.created", "payment_intent_succeeded", NEW_PAYMENT),
    (2, "payment_intent.succeeded", "payment_intent_succeeded", {}),
    (1, "customer.subscription.created", "customer_subscription_created", {}),
    (2, "invoice.created", "invoice_paid", DRAFT),
    (2, "invoice.finalized", "invoice_paid", OPEN),
    (2, "invoice.paid", "invoice_paid", {}),
    (2, "invoice.payment_succeeded", "invoice_paid", {}),
    (2, "invoice_payment.paid", "invoice_payment_paid", {}),
    (3, "checkout.session.completed", "checkout_session_completed", {}),
)


def options():
    """Writes the templates beside the results; the words that name them to the generator."""
    folder = stack.HOME.parent / "events"
    folder.mkdir(parents=True, exist_ok=True)
    words = []
    for second, event_type, name, changes in FIRST_CHECKOUT:
        path = folder / f"{event_type}.json.in"
        path.write_text(template(event_type, name, changes), encoding="utf-8")
        words += ["--event", f"{second}:{path}"]
    return words


def template(event_type, name, changes):
    text = (stack.EVENTS / f"{name}.json.in").read_text(encoding="utf-8")
    for placeholder, number in TIMES.items():
        text = text.replace(placeholder, str(number))
    event = json.loads(text)
    event["type"] = event_type
    event["data"]["object"] |= changes
    text = json.dumps(event, indent=2, ensure_ascii=False)
    for placeholder, number in TIMES.items():
        text = text.replace(str(number), placeholder)
    return text
