// SPDX-License-Identifier: Apache-2.0
// What somebody has, and everything that can be done with it. Access is what entitlements says; what
// can be changed is what checkout lists. The two are asked apart: one may be away.
import * as api from "./api.js";
import { find, h, notice, show, spinner, whilePressed } from "./dom.js";
import { drawFrame, requireUser } from "./frame.js";
import { day, featureName, money } from "./words.js";

const REFLECTED_MS = 8_000;
const ASK_AGAIN_MS = 200;
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
    const listed = await api.subscriptions();
    held = listed.find((each) => LIVE.includes(each.status)) ?? null;
  } catch (failure) {
    held = null;
    say(`What you have is below; it cannot be changed right now. ${failure.message}`, "warn");
  }
}

/** Until entitlements has taken in what was just done at Stripe; its version grows then. */
async function waitForChange(version) {
  const end = Date.now() + REFLECTED_MS;
  while (Date.now() < end) {
    access = await api.entitlements();
    if (access.version > version) return;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

/** Runs what a button does; then what is shown is asked anew. */
async function act(button, doing, work, done) {
  const version = access.version;
  try {
    await whilePressed(button, doing, async () => {
      await work();
      await waitForChange(version);
      await load();
    });
    draw();
    say(done);
  } catch (failure) {
    say(failure.message, "bad");
  }
  find("main").focus();
}

function validThrough() {
  if (!access.valid_until) return "for ever";
  return day(access.valid_until) + (held ? (held.cancel_at ? ", then it ends" : ", renews by itself") : "");
}

function accessCard() {
  const features = Object.keys(access.features).map(featureName);
  const ends = held?.cancel_at ? h("span", { class: "badge warn", id: "ending" }, "ends") : null;
  return h("section", { class: "card", "aria-label": "Plan" },
    h("h2", {}, h("span", { id: "plan" }, planName(access.plan)), " ", ends),
    h("dl", { class: "facts" },
      h("dt", {}, "Valid through"), h("dd", { id: "valid" }, validThrough()),
      h("dt", {}, "Includes"), h("dd", {}, features.join(", ") || "your own notes"),
      held ? [h("dt", {}, "Status"), h("dd", {}, held.status.replaceAll("_", " "))] : []),
    h("div", { class: "actions" }, held ? buttons() : h("a", { class: "button", href: "/" }, "See the plans")));
}

function buttons() {
  const others = plans.filter((plan) => plan.id !== held.plan && plan.prices.length > 0);
  const change = others.map((plan) => h("button", {
    id: `change-${plan.id}`, onclick: (event) => preview(plan, event.target),
  }, `Change to ${plan.name}`));
  const end = held.cancel_at
    ? h("button", { class: "quiet", id: "resume", onclick: (event) => act(event.target, "Resuming…",
        () => api.resume(held.id), "It goes on as before.") }, "Keep my plan")
    : h("button", { class: "quiet", id: "cancel", onclick: (event) => act(event.target, "Canceling…",
        () => api.cancel(held.id, "period_end"), "Canceled: you keep it until the date below.") },
        "Cancel at the period's end");
  return [...change, end,
    h("button", { class: "bad", id: "cancel-now", onclick: askToEnd }, "Cancel now"),
    h("button", { class: "quiet", id: "portal", onclick: openPortal }, "Cards and invoices")];
}

async function openPortal(event) {
  try {
    const portal = await whilePressed(event.target, "One moment…", api.openPortal);
    location.assign(portal.url);
  } catch (failure) {
    say(failure.message, "bad");
  }
}

async function preview(plan, button) {
  say("");
  try {
    const cost = await whilePressed(button, "Asking for the price…",
      () => api.previewChange(held.id, plan.id));
    confirm(`Change to ${plan.name}?`, costTable(cost), `Pay ${money(cost.amount_due, cost.currency)} and change`,
      (yes) => act(yes, "Changing…", () => api.changePlan(held.id, plan.id, cost.proration_date),
        `You have ${plan.name} now.`));
  } catch (failure) {
    say(failure.message, "bad");
  }
}

function costTable(cost) {
  const rows = cost.lines.map((line) => h("tr", {}, h("td", {}, line.description),
    h("td", {}, money(line.amount, cost.currency))));
  return [h("table", { class: "lines", id: "proration" }, h("tbody", {}, rows),
    h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, "Due now"),
      h("th", { id: "amount-due" }, money(cost.amount_due, cost.currency))))),
    h("p", { class: "small quiet-text" }, "What is left of the old plan is credited.")];
}

function askToEnd() {
  confirm("Cancel now?", [h("p", {}, "Your plan ends at once. What is left of the period is not paid back.")],
    "Cancel now", (yes) => act(yes, "Canceling…", () => api.cancel(held.id, "now"),
      "Canceled. You have the free plan again."));
}

function confirm(title, content, yes, work) {
  const dialog = h("dialog", { "aria-labelledby": "confirm-title" },
    h("h2", { id: "confirm-title" }, title), content,
    h("div", { class: "actions" },
      h("button", { id: "confirm", onclick: async (event) => {
        await work(event.target);
        dialog.close();
      } }, yes),
      h("button", { class: "quiet", onclick: () => dialog.close() }, "Leave it as it is")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const draw = () => show(find("account"), accessCard());

drawFrame();
await requireUser("To see your account, say who you are.");
show(find("account"), spinner());
try {
  await load();
  draw();
  const wanted = new URLSearchParams(location.search).get("change");
  if (wanted && held) find(`change-${wanted}`)?.click();
} catch (failure) {
  drawFrame();
  show(find("account"));
  say(failure.message, "bad");
}
