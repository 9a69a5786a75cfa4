// SPDX-License-Identifier: Apache-2.0
// Where Checkout sends the buyer back to. Coming here proves nothing: what counts is what checkout
// says of the session, and access is what entitlements says.
import * as api from "./api.js";
import { find, h, notice, show, spinner } from "./dom.js";
import { drawFrame, requireUser } from "./frame.js";

const WAIT_S = 10;
const outcome = find("outcome");

function tell(mark, title, text, ...actions) {
  show(outcome, mark ? h("div", { class: "mark", "aria-hidden": "true" }, mark) : spinner(),
    h("h1", {}, title), h("p", {}, text), h("p", { class: "actions" }, actions));
}
const link = (href, text, kind = "") => h("a", { class: `button ${kind}`, href }, text);

const TELL = {
  open: () => tell("…", "Not paid yet", "The payment page is still open.", link("/", "Back to the plans")),
  processing: () => tell("…", "Your bank is at work",
    "The payment is on its way; this can take days. Access follows by itself.", link("/account", "Your account")),
  failed: () => tell("!", "The payment failed", "Your bank did not pay. Nothing was charged.",
    link("/", "Try again")),
  expired: () => tell("!", "The payment page has expired", "Nothing was charged.", link("/", "Try again")),
};

async function paid(session) {
  tell("", "Payment received", "Opening your plan…");
  const access = await api.entitlementsWith(session, WAIT_S);
  if (access.is_premium) {
    tell("✓", "Welcome aboard", "Your plan is active.", link("/premium", "Open the members' page"),
      link("/account", "Your account", "quiet"));
    outcome.querySelector("a").focus();
  } else {
    tell("…", "Paid, and not yet here", "Your payment arrived; the plan follows in a moment.",
      link(location.href, "Look again"));
  }
}

drawFrame();
const session = new URLSearchParams(location.search).get("session_id");
await requireUser("To see your purchase, say who you are.");
if (!session) {
  tell("?", "No purchase", "This page was opened without one.", link("/", "Back to the plans"));
} else {
  tell("", "Just a moment", "Asking whether the payment arrived.");
  try {
    const { status } = await api.checkoutStatus(session, WAIT_S);
    await (status === "paid" ? paid(session) : TELL[status]());
  } catch (failure) {
    show(outcome, h("h1", {}, "We could not look"), notice(failure.message, "bad"),
      h("p", { class: "actions" }, link(location.href, "Look again")));
  }
}
