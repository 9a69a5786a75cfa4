// SPDX-License-Identifier: Apache-2.0
// The order's side of the Checkout page: what is bought and what it costs.
import {date, element, money, rhythm, webAddress} from "/pages/page.js";

const amountOf = (page, amount) => money(amount, page.currency);

function picture(line) {
  const address = line.image && webAddress(line.image);
  const letter = () => element("span", {class: "noimage", "aria-hidden": "true"},
                               (line.name ?? "?").slice(0, 1).toUpperCase());
  if (!address) return letter();
  const image = element("img", {src: address, alt: "", referrerpolicy: "no-referrer"});
  image.addEventListener("error", () => image.replaceWith(letter()));
  return image;
}

function lineItem(line) {
  const each = line.quantity > 1 && line.unit_amount !== null
      ? `Quantity ${line.quantity} · ${money(line.unit_amount, line.currency)} each` : null;
  const billed = line.recurring ? `Billed ${rhythm(line.recurring)}` : null;
  const details = [line.description, each, billed].filter(Boolean).map(
      (text) => element("p", {class: "quiet small"}, text));
  return element("li", {}, picture(line),
                 element("div", {}, element("p", {}, line.name ?? "Unnamed product"), details),
                 element("span", {class: "amount"}, money(line.amount_subtotal, line.currency)));
}

const recurringLines = (page) => page.line_items.filter((line) => line.recurring);

/** `Then $19.00 per month`, for prices of one rhythm. */
function afterwards(page) {
  const lines = recurringLines(page);
  const rhythms = new Set(lines.map((line) => rhythm(line.recurring)));
  if (rhythms.size !== 1) return "";
  const sum = lines.reduce((total, line) => total + line.amount_total, 0);
  return `${amountOf(page, sum)} ${[...rhythms][0]}`;
}

function trialText(page) {
  if (page.trial.days) return `${page.trial.days} day${page.trial.days === 1 ? "" : "s"} free`;
  return `Free until ${date(page.trial.end)}`;
}

function headline(page) {
  if (page.mode === "setup") return [element("h1", {class: "headline"}, "Save a payment method")];
  const first = page.line_items[0]?.name ?? "";
  const verb = page.mode === "subscription" ? (page.trial ? "Try" : "Subscribe to") : "Pay for";
  const rest = page.line_items.length - 1;
  const what = `${verb} ${first}${rest > 0 ? ` and ${rest} more` : ""}`;
  if (page.trial) {
    return [element("p", {class: "quiet"}, what),
            element("h1", {class: "headline"}, trialText(page)),
            element("p", {class: "quiet"}, `Then ${afterwards(page)}`)];
  }
  const each = recurringLines(page).length === page.line_items.length && afterwards(page)
      ? element("small", {class: "quiet"}, ` ${rhythm(page.line_items[0].recurring)}`) : null;
  return [element("p", {class: "quiet"}, what),
          element("h1", {class: "headline"}, amountOf(page, page.amount_total), each)];
}

function totals(page) {
  const rows = [["Subtotal", page.amount_subtotal]];
  const less = page.total_details ?? {};
  if (less.amount_discount) rows.push(["Discount", -less.amount_discount]);
  if (less.amount_shipping) rows.push(["Shipping", less.amount_shipping]);
  if (less.amount_tax) rows.push(["Tax", less.amount_tax]);
  const row = ([name, amount]) => [element("dt", {class: "quiet"}, name),
                                   element("dd", {}, amountOf(page, amount))];
  return element("dl", {class: "totals"}, rows.length > 1 ? rows.map(row) : null,
                 element("dt", {class: "due"}, "Total due today"),
                 element("dd", {class: "due", id: "total"}, amountOf(page, page.amount_total)));
}

/** The field for a promotion code, or the one that was entered; `enter` is given the text. */
export function promotion(page, enter) {
  if (!page.allow_promotion_codes || page.status !== "open") return [];
  if (page.promotion_code) {
    return element("p", {class: "code"}, element("span", {class: "badge good", id: "promotion-code"}, page.promotion_code),
        element("button", {type: "button", class: "link", id: "remove-promotion", onclick: () => enter("")}, "Remove"));
  }
  const input = element("input", {id: "promotion", placeholder: "Promotion code", "aria-label": "Promotion code",
                                  autocomplete: "off", "aria-describedby": "promotion-wrong"});
  const submit = (event) => {
    event.preventDefault();
    if (input.value.trim()) enter(input.value.trim());
    else input.focus();
  };
  return element("form", {class: "promotion", novalidate: true, onsubmit: submit}, input,
      element("button", {class: "plain", id: "apply-promotion"}, "Apply"),
      element("span", {class: "wrong", id: "promotion-wrong", role: "alert"}));
}

/** `further` stands between the lines and the totals. */
export function summary(page, further = []) {
  const back = page.cancel_url && webAddress(page.cancel_url);
  return element("div", {},
      element("header", {class: "shop"},
          back && page.status === "open"
              ? element("a", {href: back, id: "back", "aria-label": `Back to ${page.business_name}`}, "←")
              : null,
          element("span", {}, page.business_name), element("span", {class: "badge"}, "TEST MODE")),
      headline(page),
      element("ul", {class: "lines"}, page.line_items.map(lineItem)),
      further, page.mode === "setup" ? null : totals(page));
}
