// SPDX-License-Identifier: Apache-2.0
// The customer portal: plan, card and invoices of one customer, and the way back to the shop.
import {byId, callApi, callControl, date, element, money, rhythm, webAddress} from "/pages/page.js";
import * as cards from "/pages/cards.js";

const path = `/p/session/${location.pathname.split("/")[3]}`;
let busy = false;

const tone = {active: "good", trialing: "good", paid: "good", past_due: "bad", unpaid: "bad",
              incomplete: "warn", paused: "warn", open: "warn", uncollectible: "bad"};
const badge = (status) => element("span", {class: `badge ${tone[status] ?? ""}`}, status.replaceAll("_", " "));

function say(panel, fault) {
  panel.querySelector(".fault")?.remove();
  panel.prepend(element("p", {class: "fault", role: "alert", id: "fault"}, fault));
}

/** Whether the session was made for one thing alone and now leads back to the shop. */
function leave(flow) {
  const after = flow?.after_completion;
  const back = after?.type === "redirect" && webAddress(after.redirect.return_url);
  if (back) location.assign(back);
  return Boolean(back);
}

/** What the API or the portal refused is said at the top of the panel, which stays as it was. */
async function act(panel, wanted) {
  if (busy) return;
  busy = true;
  panel.querySelectorAll("button").forEach((button) => { button.disabled = true; });
  try {
    const state = await callControl("POST", `${path}/actions`, wanted);
    if (!leave(state.session.flow)) render(state, panel.id);
  } catch (refused) {
    say(panel, refused.message);
    panel.querySelectorAll("button").forEach((button) => { button.disabled = false; });
  } finally {
    busy = false;
  }
}

const priceText = (price, quantity) => price.unit_amount === null ? "" :
    `${money(price.unit_amount * quantity, price.currency)} ${price.recurring ? rhythm(price.recurring) : ""}`;

function stateText(subscription) {
  const end = subscription.items.data[0]?.current_period_end ?? subscription.current_period_end;
  if (subscription.pause_collection) return "Payments are paused.";
  if (subscription.ended_at) return `Ended on ${date(subscription.ended_at)}.`;
  const last = subscription.cancel_at ?? (subscription.cancel_at_period_end ? end : null);
  if (last) return `Ends on ${date(last)}.`;
  if (subscription.status === "trialing") return `Free until ${date(subscription.trial_end)}.`;
  if (subscription.status === "past_due") return "The last payment failed. Please update your card.";
  return end ? `Renews on ${date(end)}.` : "";
}

function confirmCancel(panel, row, state, subscription) {
  const now = state.features.subscription_cancel?.mode === "immediately";
  row.replaceChildren(
      element("p", {}, now ? "Cancel now? There is no way back." : "Cancel at the end of the paid period?"),
      element("button", {type: "button", class: "plain bad", id: "confirm-cancel",
                         onclick: () => act(panel, {action: "cancel", subscription: subscription.id})}, "Yes, cancel"),
      element("button", {type: "button", class: "plain", onclick: () => render(state, panel.id)}, "Keep it"));
  row.querySelector("button").focus();
}

function planChoice(panel, state, subscription) {
  const current = subscription.items.data[0]?.price.id;
  const others = state.plans.filter((plan) => plan.id !== current);
  if (others.length === 0) return [];
  const label = (plan) => `${state.product_names[plan.product] ?? plan.product} · ${priceText(plan, 1)}`;
  const choice = element("select", {id: "plan", "aria-label": "Another plan"},
      others.map((plan) => element("option", {value: plan.id}, label(plan))));
  return [element("div", {class: "field"}, choice),
          element("button", {type: "button", class: "plain", id: "change-plan",
                             onclick: () => act(panel, {action: "change_plan", subscription: subscription.id, price: choice.value})},
                  "Change plan")];
}

function subscriptionRow(panel, state, subscription) {
  const items = subscription.items.data;
  const actions = element("div", {class: "actions"});
  const ends = subscription.cancel_at_period_end;
  if (!subscription.ended_at) {
    if (!ends) actions.append(...planChoice(panel, state, subscription));
    if (state.features.subscription_cancel?.enabled) {
      actions.append(ends
          ? element("button", {type: "button", class: "primary", id: "resume",
                               onclick: () => act(panel, {action: "resume", subscription: subscription.id})}, "Do not cancel")
          : element("button", {type: "button", class: "plain", id: "cancel",
                               onclick: () => confirmCancel(panel, actions, state, subscription)}, "Cancel"));
    }
  }
  return element("article", {class: "plan", id: subscription.id},
      element("h3", {}, items.map((item) => (state.product_names[item.price.product] ?? "Plan") +
                                              (item.quantity > 1 ? ` × ${item.quantity}` : "")).join(", ")),
      ends && !subscription.ended_at ? element("span", {class: "badge warn"}, "ending") : badge(subscription.status),
      element("p", {class: "price"}, items.map((item) => priceText(item.price, item.quantity ?? 1)).join(" + ")),
      element("p", {class: `state ${subscription.status === "past_due" ? "bad" : "quiet"}`}, stateText(subscription)), actions);
}

function subscriptionsPanel(state) {
  const panel = element("section", {class: "panel", id: "plans", tabindex: "-1"}, element("h2", {}, "Plan"));
  const rows = state.subscriptions.map((subscription) => subscriptionRow(panel, state, subscription));
  panel.append(...(rows.length ? rows : [element("p", {class: "quiet"}, "You have no subscription.")]));
  return panel;
}

function methodText(method) {
  if (!method) return "No payment method";
  if (!method.card) return `Bank account ····${method.us_bank_account?.last4 ?? ""}`;
  const {brand, last4, exp_month: month, exp_year: year} = method.card;
  return `${brand[0].toUpperCase()}${brand.slice(1)} ····${last4}, expires ${String(month).padStart(2, "0")}/${year}`;
}

function cardForm(panel, state) {
  const checks = {number: cards.faultOfNumber, expiry: (text) => cards.faultOfExpiry(text, state.now),
                  cvc: (text) => cards.faultOfCvc(text, form.elements.number.value)};
  const field = (name, label, hint, complete) => element("div", {class: "field"}, element("label", {for: name}, label),
      element("input", {id: name, name, placeholder: hint, inputmode: "numeric", autocomplete: complete, "aria-describedby": `${name}-wrong`}),
      element("span", {class: "wrong", id: `${name}-wrong`}));
  const form = element("form", {novalidate: true}, field("number", "Card number", "1234 1234 1234 1234", "cc-number"),
      element("div", {class: "pair"}, field("expiry", "Expiry (MM / YY)", "MM / YY", "cc-exp"), field("cvc", "Security code", "CVC", "cc-csc")),
      element("div", {class: "buttons"}, element("button", {class: "primary", id: "save-card"}, "Save card"),
          element("button", {type: "button", class: "plain", onclick: () => render(state, panel.id)}, "Leave as it is")));
  for (const [name, group] of [["number", cards.grouped], ["expiry", cards.groupedExpiry]]) {
    form.elements[name].addEventListener("input", (event) => {
      if (!event.inputType?.startsWith("delete")) event.target.value = group(event.target.value);
    });
  }
  form.addEventListener("input", ({target}) => {
    form.querySelector(`#${target.name}-wrong`).textContent = "";
    target.setAttribute("aria-invalid", "false");
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let first = null;
    for (const [name, check] of Object.entries(checks)) {
      const fault = check(form.elements[name].value);
      form.querySelector(`#${name}-wrong`).textContent = fault;
      form.elements[name].setAttribute("aria-invalid", String(fault !== ""));
      if (fault) first ??= form.elements[name];
    }
    if (first) first.focus();
    else await saveCard(panel, form.elements);
  });
  return form;
}

async function saveCard(panel, {number, expiry, cvc}) {
  const {month, year} = cards.expiryOf(expiry.value);
  try {
    const made = await callApi("POST", "/v1/payment_methods", {type: "card", "card[number]": cards.digitsOf(number.value),
        "card[exp_month]": month, "card[exp_year]": year, "card[cvc]": cvc.value});
    await act(panel, {action: "set_card", payment_method: made.id});
  } catch (refused) {
    say(panel, refused.message);
  }
}

function cardPanel(state) {
  const panel = element("section", {class: "panel", id: "method", tabindex: "-1"}, element("h2", {}, "Payment method"));
  const own = state.subscriptions.find((each) => !each.ended_at)?.default_payment_method;
  const wanted = own ?? state.customer.invoice_settings?.default_payment_method;
  const line = element("div", {class: "cardline"},
      element("span", {id: "card"}, methodText(state.payment_methods.find((method) => method.id === wanted))));
  if (state.features.payment_method_update?.enabled) {
    line.append(element("button", {type: "button", class: "plain", id: "update-card", onclick: () => {
      line.replaceWith(cardForm(panel, state));
      panel.querySelector("input").focus();
    }}, "Update"));
  }
  panel.append(line);
  return panel;
}

function invoicesPanel(state) {
  if (!state.features.invoice_history?.enabled) return null;
  const row = (invoice) => element("tr", {}, element("td", {}, date(invoice.created)),
      element("td", {class: "wide"}, invoice.number ?? "draft"), element("td", {}, badge(invoice.status ?? "draft")),
      element("td", {class: "amount"}, money(invoice.total, invoice.currency)));
  const head = element("tr", {}, element("th", {}, "Date"), element("th", {class: "wide"}, "Number"),
                       element("th", {}, "Status"), element("th", {class: "amount"}, "Amount"));
  return element("section", {class: "panel", id: "invoices"}, element("h2", {}, "Invoices"),
      state.invoices.length === 0 ? element("p", {class: "quiet"}, "There is none yet.")
          : element("table", {}, element("thead", {}, head), element("tbody", {}, state.invoices.map(row))));
}

/** `focus`: the panel in which something was done keeps the keyboard's place. */
function render(state, focus) {
  const back = state.session.return_url && webAddress(state.session.return_url);
  const who = state.customer.name ?? state.customer.email ?? state.customer.id;
  byId("top").replaceChildren(element("div", {}, element("strong", {}, "Test Shop"), element("span", {class: "badge"}, "TEST MODE"),
      element("span", {id: "who"}, who), back ? element("a", {href: back, id: "back"}, "Back to the shop") : null));
  byId("main").replaceChildren(...[subscriptionsPanel(state), cardPanel(state), invoicesPanel(state)].filter(Boolean));
  if (focus) byId(focus)?.focus();
}

/** A session may be made for one thing: that is open when the page is. */
function begin({flow}) {
  const row = flow && byId(flow[flow.type]?.subscription ?? "");
  if (flow?.type === "payment_method_update") byId("update-card")?.click();
  if (flow?.type === "subscription_cancel") row?.querySelector("#cancel")?.click();
  if (flow?.type.startsWith("subscription_update")) row?.querySelector("#plan")?.focus();
}

try {
  const state = await callControl("GET", `${path}/state`);
  render(state);
  begin(state.session);
} catch (refused) {
  const gone = "There is no such page: the address is wrong, or the simulator has been reset.";
  const text = refused.status === 404 ? gone : refused.message;
  byId("main").replaceChildren(element("p", {class: "fault", role: "alert"}, text));
}
