// SPDX-License-Identifier: Apache-2.0
// A plan bought without leaving the store: Stripe.js turns the card into a payment method, checkout
// subscribes with it, and a bank that asks for more is satisfied in a dialog.
import * as api from "./api.js";
import { find, h, notice, show, whilePressed } from "./dom.js";
import { drawFrame, requireUser } from "./frame.js";
import { satisfyBank, stripe } from "./stripe.js";
import { money, priceOf } from "./words.js";

const query = new URLSearchParams(location.search);
const place = find("card-form");
const say = (text, kind = "bad") => show(find("note"), text ? notice(text, kind) : null);

async function buy(client, element, plan, price, button) {
  const { paymentMethod, error } = await client.createPaymentMethod({ type: "card", card: element });
  if (error) throw new Error(error.message);
  button.textContent = "Subscribing…";
  const bought = await api.subscribe(plan.id, price.interval, paymentMethod.id);
  if (bought.client_secret) {
    button.textContent = "Waiting for your bank…";
    await satisfyBank(bought.client_secret);
  }
  const access = await api.entitlementsOnce((seen) => seen.is_premium);
  if (access.is_premium) location.assign("/premium");
  else say("Paid. Your plan follows in a moment: see your account.", "warn");
}

async function pressed(button, work) {
  say("");
  try {
    await whilePressed(button, "Checking the card…", work);
  } catch (failure) {
    if (failure.code === "already_subscribed") return location.assign("/account");
    say(failure.message);
    button.focus();
  }
}

/** Stripe's field takes its colours from here: it stands in a frame and sees no sheet of ours. */
function fieldStyle() {
  const { color, fontSize } = getComputedStyle(document.body);
  return { hidePostalCode: true, style: { base: { color, fontSize } } };
}

function draw(client, plan, price) {
  const element = client.elements().create("card", fieldStyle());
  const cost = `${money(price.amount, price.currency)} a ${price.interval}`;
  const button = h("button", { id: "subscribe", type: "submit" }, `Subscribe for ${cost}`);
  show(place, h("form", { class: "card narrow", onsubmit: (event) => {
    event.preventDefault();
    pressed(button, () => buy(client, element, plan, price, button));
  } },
  h("h2", {}, plan.name), h("p", { class: "quiet-text" }, `${cost}, until you cancel.`),
  h("p", { class: "label", id: "card-label" }, "Card"),
  h("div", { class: "field", id: "card", role: "group", "aria-labelledby": "card-label" }),
  h("p", { class: "small quiet-text" }, "In test mode: 4242 4242 4242 4242 pays, 4000 0027 6000 3184 asks the bank."),
  h("div", { class: "actions" }, button, h("a", { class: "button quiet", href: "/" }, "Back to the plans"))));
  element.mount("#card");
}

drawFrame();
await requireUser("Then your plan has somebody to belong to.");
try {
  const plan = (await api.plans()).find((each) => each.id === query.get("plan") && each.prices.length > 0);
  if (!plan) throw new Error("There is no such plan for sale.");
  draw(await stripe(), plan, priceOf(plan, query.get("interval")));
} catch (failure) {
  show(place, h("p", {}, h("a", { class: "button quiet", href: "/" }, "Back to the plans")));
  say(failure.message);
}
