// SPDX-License-Identifier: Apache-2.0
// What somebody has, and everything that can be done with it. Access is what entitlements says; what
// can be changed is what checkout lists. The two are asked apart: one may be away.
import * as api from "./api.js";
import { ask } from "./dialog.js";
import { find, h, notice, show, spinner, whilePressed } from "./dom.js";
import { drawFrame, requireUser } from "./frame.js";
import { satisfyBank } from "./stripe.js";
import { day, featureName, money } from "./words.js";

const LIVE = ["active", "trialing", "past_due", "unpaid", "paused"];

let plans = [];
let access = null;
let held = null;  // The subscription that can be changed, if any.

const planName = (id) => plans.find((plan) => plan.id === id)?.name ?? id;
const say = (text, kind) => show(find("note"), text ? notice(text, kind) : null);

async function load() {
  access = await api.entitlements();
  try {
    plans = await api.plans();
    held = (await api.subscriptions()).find((each) => LIVE.includes(each.status)) ?? null;
  } catch (failure) {
    held = null;
    say(`What you have is below; it cannot be changed right now. ${failure.message}`, "warn");
  }
}

/** Runs what a button does; then what is shown is asked anew. */
async function act(button, doing, work, { done, isReflected = () => true }) {
  try {
    await whilePressed(button, doing, async () => {
      await work();
      await api.entitlementsOnce(isReflected);
      await load();
    });
    draw();
    if (isReflected(access)) say(done);
    else say("Stripe has it; this page will show it in a moment. Load it again.", "warn");
  } catch (failure) {
    say(failure.message, "bad");
  }
  find("main").focus();
}

function validThrough() {
  if (held?.cancel_at) return `${day(held.cancel_at)}, then it ends`;
  if (held?.current_period_end) return `${day(held.current_period_end)}, then it renews`;
  return access.valid_until ? day(access.valid_until) : "Without end";
}

function facts() {
  const features = Object.keys(access.features).map(featureName).join(", ") || "Your own notes";
  const rows = [["Valid through", "valid", validThrough()], ["Includes", "includes", features]];
  if (held) {
    rows.push(["Price", "price", `${money(held.amount * held.quantity, held.currency)} a ${held.interval}`],
      ["Status", "status", held.status.replaceAll("_", " ")]);
  }
  return h("dl", { class: "facts" },
    rows.map(([name, id, text]) => [h("dt", {}, name), h("dd", { id }, text)]));
}

function card() {
  const ends = held?.cancel_at ? h("span", { class: "badge warn", id: "ending" }, "ends") : null;
  return h("section", { class: "card", "aria-label": "Plan" },
    h("h2", {}, h("span", { id: "plan" }, planName(access.plan)), " ", ends), facts(),
    h("div", { class: "actions" }, held ? buttons() : h("a", { class: "button", href: "/" }, "See the plans")));
}

function button(id, kind, text, onclick) {
  return h("button", { id, class: kind, onclick: (event) => onclick(event.target) }, text);
}

/** The same plan, paid for by another stretch of time. */
function intervalButtons() {
  const plan = plans.find((each) => each.id === held.plan);
  const others = plan?.prices.filter((price) => price.interval !== held.interval) ?? [];
  return others.map(({ interval }) => button(`pay-by-${interval}`, "quiet", `Pay by the ${interval}`,
    (pressed) => offerChange(plan, pressed, interval)));
}

function buttons() {
  const others = plans.filter((plan) => plan.id !== held.plan && plan.prices.length > 0);
  const end = held.cancel_at
    ? button("resume", "", "Keep my plan", resume)
    : button("cancel", "quiet", "Cancel at the period's end", cancel);
  return [...others.map((plan) => button(`change-${plan.id}`, held.cancel_at ? "quiet" : "",
            `Change to ${plan.name}`, (pressed) => offerChange(plan, pressed))),
          ...intervalButtons(), end, button("cancel-now", "bad", "Cancel now", offerEnd),
          button("portal", "quiet", "Cards and invoices", openPortal)];
}

const resume = (pressed) => act(pressed, "Resuming…", () => api.resume(held.id),
  { done: "Your plan goes on as before." });

const cancel = (pressed) => act(pressed, "Canceling…", () => api.cancel(held.id, "period_end"),
  { done: "Canceled. You keep your plan until the date below." });

async function openPortal(pressed) {
  try {
    const { url } = await whilePressed(pressed, "One moment…", api.openPortal);
    location.assign(url);
  } catch (failure) {
    say(failure.message, "bad");
  }
}

function offerEnd() {
  ask({
    title: "Cancel now?", yes: "Cancel now", ends: true,
    content: h("p", {}, "Your plan ends at once. What is left of the period is not paid back."),
    work: (pressed) => act(pressed, "Canceling…", () => api.cancel(held.id, "now"),
      { done: "Canceled. You have the free plan again.", isReflected: (seen) => !seen.is_premium }),
  });
}

async function offerChange(plan, pressed, interval = "") {
  say("");
  try {
    const cost = await whilePressed(pressed, "Asking for the price…",
      () => api.previewChange(held.id, plan.id, interval));
    const due = money(cost.amount_due, cost.currency);
    const isSamePlan = plan.id === held.plan;
    ask({
      title: isSamePlan ? `Pay by the ${interval}?` : `Change to ${plan.name}?`, content: costTable(cost),
      yes: cost.amount_due > 0 ? `Pay ${due} and change` : "Change",
      work: (yes) => act(yes, "Changing…", () => change(plan, interval, cost),
        { done: isSamePlan ? `You pay by the ${interval} now.` : `You have ${plan.name} now.`,
          isReflected: (seen) => seen.plan === plan.id }),
    });
  } catch (failure) {
    say(failure.message, "bad");
  }
}

async function change(plan, interval, cost) {
  const changed = await api.changePlan(held.id, plan.id, interval, cost.proration_date);
  if (!changed.change_pending) return;
  if (!changed.client_secret) throw new Error("The payment did not go through; you keep your old plan.");
  await satisfyBank(changed.client_secret);
}

function costTable(cost) {
  const rows = cost.lines.map((line) => h("tr", {}, h("td", {}, line.description),
    h("td", {}, money(line.amount, cost.currency))));
  const sum = cost.lines.reduce((so_far, line) => so_far + line.amount, 0);
  const credit = sum < 0 ? `${money(-sum, cost.currency)} is kept for your next invoices.` : "";
  return [h("table", { class: "lines", id: "proration" }, h("tbody", {}, rows),
    h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, "Due now"),
      h("th", { id: "amount-due" }, money(cost.amount_due, cost.currency))))),
    h("p", { class: "small quiet-text" }, `What is left of the old plan is credited. ${credit}`)];
}

const draw = () => show(find("account"), card());

drawFrame();
await requireUser("To see your account, say who you are.");
show(find("account"), spinner());
try {
  await load();
  draw();
  const query = new URLSearchParams(location.search);
  const wanted = plans.find((plan) => plan.id === query.get("change"));
  const pressed = held && wanted && find(`change-${wanted.id}`);
  if (pressed) await offerChange(wanted, pressed, query.get("interval") ?? "");
} catch (failure) {
  drawFrame();
  show(find("account"));
  say(failure.message, "bad");
}
