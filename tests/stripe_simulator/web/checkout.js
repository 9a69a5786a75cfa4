// SPDX-License-Identifier: Apache-2.0
// The hosted Checkout page: shows the session as it is, lets the buyer pay, waits for the webhook's
// answer as Stripe does, and takes the buyer back.
import {byId, callApi, element, pause, webAddress} from "/pages/page.js";
import {digitsOf, expiryOf} from "/pages/cards.js";
import {PaymentForm} from "/pages/checkout_form.js";
import {promotion, summary} from "/pages/checkout_summary.js";

const session = location.pathname.split("/")[3];
const path = `/v1/payment_pages/${session}`;
const WEBHOOK_WAIT_MS = 10_000;
const LOOK_EVERY_MS = 250;
let shownForm = null;

function ending(mark, title, text, links) {
  byId("payment").replaceChildren(element("div", {class: "ending", role: "status"},
      element("div", {class: mark === "✓" ? "mark" : "mark bad", "aria-hidden": "true"}, mark),
      element("h1", {}, title), element("p", {class: "quiet"}, text), links));
  document.title = title;
}

function linkTo(url, label) {
  const address = url && webAddress(url);
  return address ? element("a", {class: "primary", href: address}, label) : null;
}

/** Up to ten seconds for the endpoints to accept checkout.session.completed; then go on anyway. */
async function goToShop(page) {
  const title = page.payment_status === "unpaid" ? "Payment under way" : "Thank you";
  const address = page.success_url && webAddress(page.success_url);
  ending("✓", title, address ? `Taking you back to ${page.business_name}…` : "You can close this page.",
         element("span", {class: "spinner", hidden: !address}));
  const deadline = performance.now() + WEBHOOK_WAIT_MS;
  while (page.waits_for === "webhooks" && performance.now() < deadline) {
    await pause(LOOK_EVERY_MS);
    page = await callApi("GET", path).catch(() => page);
  }
  if (address) location.replace(address);
}

const methodForm = (entered, page) => {
  const person = {"billing_details[name]": entered.name ?? entered.holder, "billing_details[email]": entered.email ?? page.email};
  if (entered.method !== "card") {
    return {type: "us_bank_account", "us_bank_account[account_number]": entered.account,
            "us_bank_account[routing_number]": entered.routing, "us_bank_account[account_holder_type]": "individual", ...person};
  }
  const {month, year} = expiryOf(entered.expiry);
  return {type: "card", "card[number]": digitsOf(entered.number), "card[exp_month]": month,
          "card[exp_year]": year, "card[cvc]": entered.cvc, ...person};
};

async function confirm(page, entered) {
  const form = {expected_amount: page.amount_total, name: entered.name ?? entered.holder ?? ""};
  if (entered.email) form.email = entered.email;
  if (entered.method) {
    form.payment_method = (await callApi("POST", "/v1/payment_methods", methodForm(entered, page))).id;
  }
  return callApi("POST", `${path}/confirm`, form);
}

async function pay(page, form, entered) {
  form.setBusy(true);
  try {
    const after = await confirm(page, entered);
    if (after.waits_for === "authentication") location.assign(`${location.pathname}/authenticate`);
    else await goToShop(after);
  } catch (refused) {
    // Paid or expired meanwhile, in another window perhaps: the page then says so.
    const now = await callApi("GET", path).catch(() => null);
    if (now && now.status !== "open") {
      render(now);
      return;
    }
    form.setBusy(false);
    form.show(refused.message);
  }
}

function renderForm(page) {
  const form = new PaymentForm(page, (entered) => pay(page, form, entered));
  byId("payment").replaceChildren(form.root);
  shownForm = form;
  const fault = sessionStorage.getItem(`fault ${session}`);
  sessionStorage.removeItem(`fault ${session}`);
  if (fault) form.show(fault);
}

/** What was typed into the form stays, unless other fields are needed now. */
async function enterCode(page, code) {
  try {
    const after = await callApi("POST", `${path}/promotion_code`, {promotion_code: code});
    const same = after.payment_method_needed === page.payment_method_needed;
    Object.assign(page, after);
    if (!same) render(page);
    else showSummary(page);
    if (!shownForm.busy) shownForm.setBusy(false);  // Its button names the amount.
  } catch (refused) {
    byId("promotion-wrong").textContent = refused.message;
    byId("promotion").select();
  }
}

const showSummary = (page) => byId("summary").replaceChildren(
    summary(page, promotion(page, (code) => enterCode(page, code))));

function render(page) {
  showSummary(page);
  document.title = `${page.business_name} · Checkout`;
  if (page.status === "open") {
    renderForm(page);
  } else if (page.status === "expired") {
    ending("!", "This page has expired", "Nothing was charged. Go back and start again.",
           linkTo(page.cancel_url, `Back to ${page.business_name}`));
  } else {
    ending("✓", "This order is complete", page.payment_status === "unpaid"
        ? "Your bank has been asked; the money arrives in some days." : "There is nothing left to pay.",
           linkTo(page.success_url, `Back to ${page.business_name}`));
  }
}

async function open() {
  try {
    const page = await callApi("GET", path);
    byId("summary").replaceChildren(summary(page));
    if (location.hash === "#paid" && page.status === "complete") await goToShop(page);
    else render(page);
  } catch (refused) {
    byId("summary").hidden = true;
    ending("!", refused.status === 404 ? "There is no such page" : "This page cannot be shown",
           refused.status === 404 ? "The address is wrong, or the simulator has been reset." : refused.message, null);
  }
}

// A page that comes back from the browser's cache is asked anew: it may be paid by now.
addEventListener("pageshow", (event) => event.persisted && open());
await open();
