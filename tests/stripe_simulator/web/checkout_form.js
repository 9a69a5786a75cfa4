// SPDX-License-Identifier: Apache-2.0
// The payment's side of the Checkout page: fields, their faults, and the numbers for tests.
import {element, money} from "/pages/page.js";
import * as cards from "/pages/cards.js";

const TEST_CARDS = [
  ["4242 4242 4242 4242", "is paid"],
  ["4000 0025 0000 3155", "asks for 3-D Secure"],
  ["4000 0027 6000 3184", "asks for it every time"],
  ["4000 0000 0000 0002", "is declined"],
  ["4000 0000 0000 9995", "has insufficient funds"],
  ["4000 0000 0000 0069", "has expired"],
  ["4000 0000 0000 0341", "is saved, then declined"],
];
const TEST_ACCOUNTS = [["000123456789", "is paid some days later"], ["000222222227", "fails some days later"]];
const ROUTING_NUMBER = "110000000";

export class PaymentForm {
  /** `pay` gets what was entered, once for any number of clicks until setBusy(false). */
  constructor(page, pay) {
    this.page = page;
    this.fields = new Map();
    this.busy = false;
    this.fault = element("p", {class: "fault", role: "alert", id: "fault", hidden: true});
    this.button = element("button", {type: "submit", class: "primary", id: "pay"}, this.label());
    this.card = this.cardFields();
    this.account = this.accountFields();
    this.root = element("form", {novalidate: true, onsubmit: (event) => this.submit(event, pay)},
        this.contact(), page.payment_method_needed ? this.methods() : null,
        this.fault, this.button, this.terms());
    this.choose("card");
  }

  label() {
    const {page} = this;
    if (page.mode === "setup") return "Save payment method";
    if (page.mode === "subscription") return page.trial ? "Start trial" : "Subscribe";
    const verb = {book: "Book", donate: "Donate"}[page.submit_type] ?? "Pay";
    return `${verb} ${money(page.amount_total, page.currency)}`;
  }

  terms() {
    if (this.page.mode !== "subscription") return null;
    return element("p", {class: "terms"}, `By confirming, you allow ${this.page.business_name} to ` +
        "charge you for future payments until you cancel.");
  }

  field(name, label, attributes, check) {
    const wrong = element("span", {class: "wrong", id: `${name}-wrong`});
    const input = element("input", {id: name, name, type: "text", autocomplete: "off",
                                    "aria-describedby": `${name}-wrong`, ...attributes});
    input.addEventListener("blur", () => input.value && this.mark(name));
    this.fields.set(name, {input, wrong, check});
    return element("div", {class: "field"}, element("label", {for: name}, label), input, wrong);
  }

  contact() {
    if (this.page.email) {
      return element("p", {}, element("span", {class: "quiet"}, "E-mail "),
                     element("span", {id: "known-email"}, this.page.email));
    }
    return this.field("email", "E-mail",
        {type: "email", autocomplete: "email", inputmode: "email", placeholder: "you@example.com"},
        (text) => /^\S+@\S+\.\S+$/.test(text.trim()) ? "" : "Enter an e-mail address.");
  }

  methods() {
    const choice = (value, label) => element("label", {},
        element("input", {type: "radio", name: "method", value, checked: value === "card",
                          onchange: () => this.choose(value)}), label);
    return element("fieldset", {}, element("legend", {}, "Payment method"),
        element("div", {class: "methods"}, choice("card", "Card"), choice("us_bank_account", "Bank debit")),
        this.card, this.account);
  }

  choose(method) {
    this.method = method;
    this.card.hidden = method !== "card";
    this.account.hidden = method === "card";
  }

  cardFields() {
    const typed = (name) => this.fields.get(name).input.value;
    const brand = element("span", {class: "brand", "aria-hidden": "true"});
    const number = this.field("number", "Card number",
        {inputmode: "numeric", autocomplete: "cc-number", placeholder: "1234 1234 1234 1234", maxlength: 23},
        cards.faultOfNumber);
    const grouping = (name, group) => {
      const {input} = this.fields.get(name);
      input.addEventListener("input", (event) => {
        // A separator that is deleted must not come back at once.
        if (!event.inputType?.startsWith("delete")) input.value = group(input.value);
        brand.textContent = cards.brandOf(typed("number"));
      });
    };
    grouping("number", cards.grouped);
    const pair = element("div", {class: "pair"},
        this.field("expiry", "Expiry (MM / YY)", {inputmode: "numeric", autocomplete: "cc-exp", placeholder: "MM / YY", maxlength: 7},
                   (text) => cards.faultOfExpiry(text, this.page.now)),
        this.field("cvc", "Security code", {inputmode: "numeric", autocomplete: "cc-csc", placeholder: "CVC", maxlength: 4},
                   (text) => cards.faultOfCvc(text, typed("number"))));
    grouping("expiry", cards.groupedExpiry);
    const numberBox = element("div", {class: "number"}, number, brand);
    return element("div", {class: "fieldset"}, numberBox, pair,
        this.field("name", "Name on card", {autocomplete: "cc-name"},
                   (text) => text.trim() ? "" : "Enter the name on the card."),
        this.help(TEST_CARDS, "Test cards", (value) => this.fill({
          number: value, expiry: "12 / 34", cvc: "123", name: typed("name") || "Test Buyer"})));
  }

  accountFields() {
    return element("div", {class: "fieldset"},
        this.field("account", "Account number", {inputmode: "numeric", maxlength: 17},
                   (text) => /^\d{4,17}$/.test(text.trim()) ? "" : "Enter the account's number."),
        this.field("routing", "Routing number", {inputmode: "numeric", maxlength: 9, value: ROUTING_NUMBER},
                   (text) => /^\d{9}$/.test(text.trim()) ? "" : "A routing number has nine digits."),
        this.field("holder", "Account holder", {autocomplete: "name"},
                   (text) => text.trim() ? "" : "Enter the account holder's name."),
        this.help(TEST_ACCOUNTS, "Test accounts", (value) => this.fill({
          account: value, routing: ROUTING_NUMBER, holder: this.fields.get("holder").input.value || "Test Buyer"})));
  }

  help(rows, title, use) {
    const row = ([value, what]) => element("li", {}, element("button", {type: "button", onclick: () => use(value)},
        element("code", {}, value), element("span", {class: "quiet"}, what)));
    return element("details", {class: "help"}, element("summary", {}, title), element("ul", {}, rows.map(row)));
  }

  fill(values) {
    for (const [name, value] of Object.entries(values)) {
      const {input} = this.fields.get(name);
      input.value = value;
      input.dispatchEvent(new Event("input"));
      this.mark(name);
    }
    this.button.focus();
  }

  /** Shows what is wrong with a field; true when nothing is. */
  mark(name) {
    const {input, wrong, check} = this.fields.get(name);
    const fault = check(input.value);
    wrong.textContent = fault;
    input.setAttribute("aria-invalid", String(fault !== ""));
    return fault === "";
  }

  names() {
    const names = this.page.email ? [] : ["email"];
    if (!this.page.payment_method_needed) return names;
    return names.concat(this.method === "card" ? ["number", "expiry", "cvc", "name"] : ["account", "routing", "holder"]);
  }

  entered() {
    const values = Object.fromEntries(this.names().map((name) => [name, this.fields.get(name).input.value.trim()]));
    return {method: this.page.payment_method_needed ? this.method : null, ...values};
  }

  submit(event, pay) {
    event.preventDefault();
    if (this.busy) return;
    const wrong = this.names().filter((name) => !this.mark(name));
    this.show("");
    if (wrong.length > 0) this.fields.get(wrong[0]).input.focus();
    else pay(this.entered());
  }

  setBusy(busy) {
    this.busy = busy;
    this.button.disabled = busy;
    this.button.replaceChildren(...(busy ? [element("span", {class: "spinner"}), " Processing…"] : [this.label()]));
  }

  show(fault) {
    this.fault.textContent = fault;
    this.fault.hidden = fault === "";
  }
}
