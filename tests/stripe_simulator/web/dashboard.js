// SPDX-License-Identifier: Apache-2.0
// The dashboard: what the simulated Stripe holds, what it sent and what came back; its clock and its
// faults. Everything is read and done by the API and the control routes.
import {byId, callApi, callControl, element, money, pause, rhythm, webAddress} from "/pages/page.js";

const KEY = "sk_test_dashboard";
const ROWS = 25;
const LOOK_EVERY_MS = 3000;
const HOUR_S = 3600;
const STEPS = [["+1 hour", HOUR_S], ["+1 day", 24 * HOUR_S], ["+1 week", 7 * 24 * HOUR_S], ["+1 month", 31 * 24 * HOUR_S]];

const time = (seconds) => new Date(seconds * 1000).toISOString().replace("T", " ").slice(0, 19);
const get = (path) => callApi("GET", path, undefined, KEY);
const TONES = {active: "good", trialing: "good", complete: "good", open: "warn", past_due: "bad", unpaid: "bad",
               incomplete: "warn", paused: "warn"};
const badge = (text, tone) => element("span", {class: `badge ${tone ?? TONES[text] ?? ""}`}, text.replaceAll("_", " "));
const cell = (kind, text) => element("span", {class: kind, title: text}, text);
const small = (label, onclick, id) => element("button", {type: "button", class: "small-button", onclick, id}, label);

async function guarded(work) {
  try {
    byId("fault").hidden = true;
    return await work();
  } catch (refused) {
    byId("fault").textContent = refused.message;
    byId("fault").hidden = false;
    return null;
  }
}

const text = (object) => element("pre", {tabindex: "0", "aria-label": "The object as JSON"}, JSON.stringify(object, null, 2));

function priceOf(subscription) {
  return (subscription.items?.data ?? []).map(({price, quantity}) => price.unit_amount === null ? price.id
      : `${money(price.unit_amount * (quantity ?? 1), price.currency)} ${price.recurring ? rhythm(price.recurring) : ""}`).join(" + ");
}

const attemptRow = (attempt) => element("tr", {}, element("td", {}, attempt.at.slice(11, 19)), element("td", {class: "to"}, attempt.url),
    element("td", {}, badge(attempt.status ? String(attempt.status) : attempt.reason, attempt.accepted ? "good" : "bad")),
    element("td", {}, `${attempt.took_ms} ms`));

async function deliveriesOf(event) {
  const {data} = await callControl("GET", `/simulator/deliveries?event=${event.id}`);
  if (data.length === 0) return element("p", {class: "quiet"}, "No attempt to deliver it is remembered.");
  const head = ["Sent at", "To", "Answer", "Took"].map((name) => element("th", {}, name));
  return element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, data.map(attemptRow)));
}

async function openEvent(event, reopen) {
  const resend = small("Send again", () => guarded(async () => {
    await callControl("POST", `/simulator/events/${event.id}/resend`, {});
    await callControl("POST", "/simulator/deliveries/drain", {});
    await reopen();
  }), "resend");
  return [element("div", {class: "links"}, element("span", {class: "id"}, event.id), resend), await deliveriesOf(event), text(event)];
}

/** What an event's row says of its deliveries; without an endpoint for its type there are none. */
function deliveryBadge(event, {data: endpoints}) {
  if (event.pending_webhooks > 0) return badge(`${event.pending_webhooks} pending`, "warn");
  const takes = ({status, enabled_events: types}) => status === "enabled" && (types.includes("*") || types.includes(event.type));
  return endpoints.some(takes) ? badge("delivered", "good") : badge("no endpoint", "");
}

const OUTCOMES = [["pays", "succeed"], ["is declined", "decline"], ["needs 3-D Secure", "authentication_required"]];

/** Decides how the next charge of this customer goes, once. */
function nextCharge(customer) {
  const said = element("span", {class: "quiet small", role: "status"});
  const plan = (label, outcome) => small(label, () => guarded(async () => {
    await callControl("POST", `/simulator/customers/${customer.id}/next-charge`, {outcome});
    said.textContent = `Noted: it ${label}.`;
  }), `next-${outcome}`);
  return element("div", {class: "links"}, element("span", {}, "The next charge"), OUTCOMES.map((each) => plan(...each)), said);
}

async function openCustomer(customer) {
  const {data} = await get(`/v1/subscriptions?customer=${customer.id}&status=all&limit=100`);
  const lines = data.map((each) => element("p", {}, badge(each.status), ` ${priceOf(each)} `, element("span", {class: "id"}, each.id)));
  return [lines.length ? lines : element("p", {class: "quiet"}, "No subscription."), nextCharge(customer), text(customer)];
}

async function openSession(session) {
  const address = session.url && webAddress(session.url);
  return [address ? element("p", {}, element("a", {href: address}, "Open its Checkout page")) : null, text(session)];
}

const SECTIONS = {
  events: {
    title: "Events", path: "/v1/events", columns: "10.5rem 1fr 14rem 7rem", open: openEvent,
    beside: "/v1/webhook_endpoints?limit=100",
    cells: (event, endpoints) => [cell("time", time(event.created)), cell("main", event.type),
                                  cell("id", event.data.object.id ?? event.id), deliveryBadge(event, endpoints)],
  },
  customers: {
    title: "Customers", path: "/v1/customers", columns: "1fr 1fr 14rem 10.5rem", open: openCustomer,
    cells: (customer) => [cell("main", customer.name ?? customer.email ?? "Unnamed"), cell("detail", customer.email ?? ""), cell("id", customer.id),
                          cell("time", time(customer.created))],
  },
  subscriptions: {
    title: "Subscriptions", path: "/v1/subscriptions?status=all&expand[]=data.customer", columns: "1fr 1fr 18rem 7rem",
    open: async (object) => [text(object)],
    cells: (each) => [cell("main", each.customer.name ?? each.customer.email ?? each.customer.id), cell("detail", priceOf(each)),
                      cell("id", each.id), badge(each.status)],
  },
  sessions: {
    title: "Checkout", path: "/v1/checkout/sessions", columns: "10.5rem 1fr 18rem 7rem", open: openSession,
    cells: (each) => [cell("time", time(each.created)),
                      cell("main", `${each.mode} ${money(each.amount_total, each.currency)} · ${each.payment_status.replaceAll("_", " ")}`),
                      cell("id", each.id), badge(each.status)],
  },
};

/** A list of one section: its pages, what is open in it, and whether it is looked at anew. */
class List {
  constructor(section) {
    this.section = section;
    this.rows = element("div", {class: "rows"});
    this.more = small("More", () => guarded(() => this.load(this.last)), "more");
    this.shown = "";
    this.root = element("div", {}, element("div", {class: "head"}, element("h1", {}, section.title),
        small("Look again", () => guarded(() => this.load()))), this.rows, element("div", {class: "more"}, this.more));
  }

  isBusy() { return this.rows.querySelector(".open") !== null || this.paged; }

  async load(after) {
    const {path} = this.section;
    const join = path.includes("?") ? "&" : "?";
    const page = await get(`${path}${join}limit=${ROWS}${after ? `&starting_after=${after}` : ""}`);
    this.beside = this.section.beside && await get(this.section.beside);
    const fingerprint = JSON.stringify([page.data, this.beside]);
    if (!after && fingerprint === this.shown) return;
    const rows = page.data.map((object) => this.row(object));
    if (after) this.rows.append(...rows);
    else this.rows.replaceChildren(...(rows.length ? rows : [element("p", {class: "empty"}, "Nothing here yet.")]));
    this.shown = after ? "" : fingerprint;
    this.paged = Boolean(after);
    this.last = page.data.at(-1)?.id;
    this.more.hidden = !page.has_more;
  }

  row(object) {
    const button = element("button", {type: "button", "aria-expanded": "false"}, this.section.cells(object, this.beside));
    const row = element("div", {class: "row"}, button);
    row.style.setProperty("--columns", this.section.columns);
    const show = async () => {
      const parts = await this.section.open(object, show);
      row.querySelector(".open")?.remove();
      row.append(element("div", {class: "open"}, parts));
      button.setAttribute("aria-expanded", "true");
    };
    button.addEventListener("click", () => {
      const open = row.querySelector(".open");
      if (!open) return guarded(show);
      open.remove();
      button.setAttribute("aria-expanded", "false");
      return null;
    });
    return row;
  }
}

const FAULTS = {
  "Calls of the API": {
    api_latency_ms: "Answered late by, ms", api_error_percent: "Answered 500, %",
    api_rate_limit_percent: "Answered 429, %", api_reset_percent: "Connection reset, %",
  },
  Webhooks: {
    duplicate_percent: "Sent twice, %", twin_percent: "Two events for one change, %",
    delay_ms_max: "Late by up to, ms", reorder_percent: "Out of order, %", drop_percent: "First attempt lost, %",
    old_version_percent: "Late copy in an old version, %", forge_percent: "Copy with a false signature, %",
  },
  "Time and chance": {same_second_s: "The clock goes in steps of, s", seed: "Seed of all dice"},
};

class Faults {
  constructor() {
    this.form = element("form", {class: "faults", onsubmit: (event) => {
      event.preventDefault();
      guarded(() => this.put(Object.fromEntries([...new FormData(this.form)].map(([name, value]) => [name, Number(value)]))));
    }});
    this.root = element("div", {}, element("div", {class: "head"}, element("h1", {}, "Faults")), this.form);
  }

  isBusy() { return true; }

  async load() { this.show(await callControl("GET", "/simulator/faults")); }

  async put(rates) {
    this.show(await callControl("PUT", "/simulator/faults", rates));
    this.form.querySelector("#said").textContent = "In force.";
  }

  show(rates) {
    const field = ([name, label]) => element("div", {class: "field"}, element("label", {for: name}, label),
        element("input", {id: name, name, type: "number", min: "0", step: "1", value: rates[name],
                          max: name.endsWith("_percent") ? "100" : null}));
    const groups = Object.entries(FAULTS).map(([title, labels]) => element("fieldset", {}, element("legend", {}, title),
        Object.entries(labels).filter(([name]) => name in rates).map(field)));
    this.form.replaceChildren(...groups, element("div", {class: "buttons"}, element("button", {class: "primary", id: "set-faults"}, "Set"),
        element("button", {type: "button", class: "plain", id: "no-faults", onclick: () => guarded(() => this.put({}))}, "All off"),
        element("span", {class: "quiet", role: "status", id: "said"})));
  }
}

let view = null;

async function showClock() {
  const {now} = await callControl("GET", "/simulator/clock");
  byId("now").textContent = `${time(now)} UTC`;
}

async function advance(seconds, button) {
  button.disabled = true;
  await guarded(async () => {
    await callControl("POST", "/simulator/clock/advance", {seconds});
    await showClock();
    await view.load();
  });
  button.disabled = false;
}

function open() {
  const name = location.hash.slice(1) || "events";
  view = name === "faults" ? new Faults() : new List(SECTIONS[name] ?? SECTIONS.events);
  byId("main").replaceChildren(view.root);
  for (const link of byId("tabs").children) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  return guarded(() => view.load());
}

byId("tabs").append(...Object.entries(SECTIONS).map(([name, {title}]) => element("a", {href: `#${name}`}, title)),
                    element("a", {href: "#faults"}, "Faults"));
byId("advance").append(...STEPS.map(([label, seconds]) => small(label, (event) => advance(seconds, event.currentTarget))));
addEventListener("hashchange", open);
await guarded(showClock);
await open();
let lost = false;
for (;;) {
  await pause(LOOK_EVERY_MS);
  if (document.visibilityState !== "visible") continue;
  // What is open stays as it is while it is read.
  try {
    await showClock();
    if (!view.isBusy()) await view.load();
    if (lost) byId("fault").hidden = true;
    lost = false;
  } catch (refused) {
    lost = true;
    byId("fault").textContent = refused.message;
    byId("fault").hidden = false;
  }
}
