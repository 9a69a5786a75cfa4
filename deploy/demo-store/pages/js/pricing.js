// SPDX-License-Identifier: Apache-2.0
// The plans, as the catalogue has them, and the way to each: Checkout for the first one, the account
// page for a change.
import * as api from "./api.js";
import { find, h, notice, show, spinner, whilePressed } from "./dom.js";
import { askWho, drawFrame } from "./frame.js";
import { current } from "./session.js";
import { hasCardForm } from "./stripe.js";
import { featureName, money, priceOf } from "./words.js";

const INTERVALS = [["month", "Monthly"], ["year", "Yearly"]];
let interval = "month";
let plans = [];
let access = null;
let byCard = false;

function price(plan) {
  if (plan.prices.length === 0) return h("p", { class: "price" }, "$0", h("small", {}, " for ever"));
  const found = priceOf(plan, interval);
  return h("p", { class: "price" }, money(found.amount, found.currency),
    h("small", {}, ` a ${found.interval}`));
}

const changeTo = (plan) => new URLSearchParams({ change: plan.id, interval });

function action(plan) {
  if (plan.id === (access?.plan ?? null)) return h("p", { class: "quiet-text" }, "This is your plan.");
  if (plan.prices.length === 0) {
    return h("p", { class: "quiet-text" }, access ? "Yours again when a paid plan ends." : "No card needed.");
  }
  if (access?.is_premium) {
    return h("a", { class: "button quiet", href: `/account?${changeTo(plan)}` }, `Change to ${plan.name}`);
  }
  const label = plan.trial_days > 0 ? `Try ${plan.trial_days} days` : `Choose ${plan.name}`;
  const query = new URLSearchParams({ plan: plan.id, interval });
  return [h("button", { "data-plan": plan.id, onclick: (event) => buy(plan, event.target) }, label),
    byCard ? h("a", { class: "small", href: `/card?${query}` }, "or pay by card here") : null];
}

function card(plan) {
  const isCurrent = plan.id === access?.plan;
  const features = plan.features.length > 0 ? plan.features.map(featureName) : ["Your own notes"];
  return h("article", { class: `plan ${isCurrent ? "current" : ""}`, "aria-label": plan.name },
    h("h2", {}, plan.name, " ", isCurrent ? h("span", { class: "badge" }, "current") : null),
    price(plan),
    h("ul", { class: "features" }, features.map((name) => h("li", {}, name))),
    action(plan));
}

function draw() {
  show(find("interval"), INTERVALS.map(([value, name]) => h("button", {
    type: "button", "aria-pressed": String(interval === value),
    onclick: () => { interval = value; draw(); find("interval").querySelector("[aria-pressed=true]").focus(); },
  }, name)));
  show(find("plans"), plans.map(card));
}

async function buy(plan, button) {
  if (!current() && !await askWho("Then your plan has somebody to belong to.")) return;
  try {
    const session = await whilePressed(button, "One moment…", () => api.startCheckout(plan.id, interval));
    location.assign(session.url);
  } catch (failure) {
    if (failure.code === "already_subscribed") {
      location.assign(`/account?${changeTo(plan)}`);
      return;
    }
    show(find("note"), notice(failure.message, "bad"));
    await load();
  }
}

async function load() {
  try {
    plans = await api.plans();
    byCard = await hasCardForm();
    access = current() ? await api.entitlements() : null;
    draw();
  } catch (failure) {
    drawFrame();
    if (plans.length > 0) draw();
    show(find("note"), notice(failure.message, "bad"));
  }
}

drawFrame();
show(find("plans"), spinner());
await load();
