// SPDX-License-Identifier: Apache-2.0
// The small part of Stripe.js that a card form needs, for pages of merchants: window.Stripe. Faults
// come back as `{error}`, never thrown, as with Stripe's own. Unlike there, the card's fields stand
// in the merchant's page and not in a frame: test numbers need no protection.
(() => {
  const base = new URL(document.currentScript.src).origin;
  const cardsLoaded = import(`${base}/pages/cards.js`);
  const STYLE = `
    :host { display: block; }
    .row { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; }
    input { min-width: 0; padding: 4px 0; border: 0; outline: 0; background: none; color: inherit; font: inherit; }
    input[aria-invalid=true] { color: #b3261e; }
    .number { flex: 1 1 12em; } .expiry { flex: 0 0 6em; } .cvc { flex: 0 0 4em; }
    .row:focus-within { border-radius: 2px; outline: 2px solid rgb(31 75 216 / 45%); outline-offset: 4px; }`;

  const failure = (type, message, more = {}) => ({error: {type, message, ...more}});

  async function call(key, method, path, form) {
    const parameters = new URLSearchParams(form);
    const url = base + path + (method === "GET" ? `?${parameters}` : "");
    try {
      const answer = await fetch(url, {method, body: method === "POST" ? parameters : undefined,
                                       headers: {Authorization: `Bearer ${key}`}});
      const body = await answer.json();
      return answer.ok ? {value: body} : {error: body.error};
    } catch {
      return failure("api_connection_error", "There is no connection to Stripe. Try again.");
    }
  }

  /** `{billing_details: {name}}` as `billing_details[name]`. */
  function flatten(value, name, into = {}) {
    if (value === undefined || value === null) return into;
    if (typeof value !== "object") into[name] = String(value);
    else for (const [key, child] of Object.entries(value)) flatten(child, name ? `${name}[${key}]` : key, into);
    return into;
  }

  class CardElement {
    #handlers = {};
    #inputs = {};
    #host = document.createElement("div");
    #cards = null;

    constructor() {
      const root = this.#host.attachShadow({mode: "closed"});
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      const row = document.createElement("div");
      row.className = "row";
      for (const [name, label, hint, complete] of [
        ["number", "Card number", "Card number", "cc-number"],
        ["expiry", "Expiry, month and year", "MM / YY", "cc-exp"],
        ["cvc", "Security code", "CVC", "cc-csc"]]) {
        const input = document.createElement("input");
        Object.assign(input, {className: name, placeholder: hint, inputMode: "numeric", autocomplete: complete, name});
        input.setAttribute("aria-label", label);
        input.addEventListener("input", (event) => this.#typed(name, event));
        input.addEventListener("focus", () => this.#tell("focus", {elementType: "card"}));
        input.addEventListener("blur", () => this.#tell("blur", {elementType: "card"}));
        this.#inputs[name] = input;
        row.append(input);
      }
      root.append(row);
    }

    mount(target) {
      const place = typeof target === "string" ? document.querySelector(target) : target;
      if (!place) throw new Error(`The selector you specified (${target}) applies to no DOM elements that are currently on the page.`);
      place.replaceChildren(this.#host);
      cardsLoaded.then((cards) => {
        this.#cards = cards;
        this.#tell("ready", {elementType: "card"});
      });
    }

    on(event, handler) {
      (this.#handlers[event] ??= []).push(handler);
      return this;
    }

    off(event, handler) {
      this.#handlers[event] = (this.#handlers[event] ?? []).filter((each) => handler && each !== handler);
      return this;
    }

    focus() { this.#inputs.number.focus(); }
    blur() { Object.values(this.#inputs).forEach((input) => input.blur()); }
    unmount() { this.#host.remove(); }
    destroy() { this.unmount(); this.#handlers = {}; }
    update(options = {}) {
      if ("disabled" in options) Object.values(this.#inputs).forEach((input) => { input.disabled = options.disabled; });
    }

    clear() {
      Object.values(this.#inputs).forEach((input) => { input.value = ""; });
      this.#changed();
    }

    #tell(event, what) { for (const handler of this.#handlers[event] ?? []) handler(what); }

    #typed(name, event) {
      const input = this.#inputs[name];
      const group = {number: this.#cards?.grouped, expiry: this.#cards?.groupedExpiry}[name];
      if (group && !event.inputType?.startsWith("delete")) input.value = group(input.value);
      this.#changed();
    }

    /** The first field at fault; an empty or unfinished one counts only when all are wanted. */
    #fault(all) {
      const {number, expiry, cvc} = this.#inputs;
      const cards = this.#cards;
      const now = Date.now() / 1000;
      const faults = [["number", cards.faultOfNumber(number.value), cards.digitsOf(number.value).length >= 16],
                      ["expiry", cards.faultOfExpiry(expiry.value, now), cards.digitsOf(expiry.value).length >= 4],
                      ["cvc", cards.faultOfCvc(cvc.value, number.value), false]];
      for (const [name, fault, typed] of faults) {
        this.#inputs[name].setAttribute("aria-invalid", String(Boolean(fault) && (all || typed)));
      }
      const found = faults.find(([, fault, typed]) => fault && (all || typed));
      return found && {type: "validation_error", code: `invalid_${found[0]}`, message: found[1]};
    }

    #changed() {
      if (!this.#cards) return;
      const values = Object.values(this.#inputs).map((input) => input.value);
      const {number, expiry, cvc} = this.#inputs;
      const complete = !this.#cards.faultOfNumber(number.value) && !this.#cards.faultOfCvc(cvc.value, number.value) &&
          !this.#cards.faultOfExpiry(expiry.value, Date.now() / 1000);
      this.#tell("change", {elementType: "card", empty: values.every((value) => value === ""), complete,
                            error: this.#fault(false), value: {postalCode: ""},
                            brand: this.#cards.brandOf(number.value).toLowerCase() || "unknown"});
    }

    /** What was typed, as parameters; or its fault. */
    async read() {
      this.#cards = await cardsLoaded;
      const error = this.#fault(true);
      if (error) return {error};
      const {month, year} = this.#cards.expiryOf(this.#inputs.expiry.value);
      return {value: {number: this.#cards.digitsOf(this.#inputs.number.value), exp_month: month,
                      exp_year: year, cvc: this.#inputs.cvc.value}};
    }
  }

  class Elements {
    #made = {};
    create(type) {
      if (type !== "card") throw new Error(`The simulator's Stripe.js has the element card, not ${type}.`);
      return this.#made[type] = new CardElement();
    }
    getElement(type) { return this.#made[type] ?? null; }
  }

  /** The bank's page over the merchant's, until it is answered. */
  function authenticate(intent) {
    return new Promise((done) => {
      const dialog = document.createElement("dialog");
      const frame = document.createElement("iframe");
      frame.title = "3-D Secure";
      frame.src = `${base}/authenticate/${intent.id}?client_secret=${encodeURIComponent(intent.client_secret)}`;
      Object.assign(frame.style, {width: "100%", height: "100%", border: "0"});
      Object.assign(dialog.style, {width: "min(440px, 94vw)", height: "min(390px, 90vh)", padding: "0", border: "0",
                                   borderRadius: "12px", overflow: "hidden"});
      const listen = (event) => {
        if (event.origin !== base || event.data?.authenticated !== intent.id) return;
        removeEventListener("message", listen);
        dialog.remove();
        done();
      };
      addEventListener("message", listen);
      dialog.addEventListener("cancel", (event) => event.preventDefault());
      dialog.append(frame);
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  class StripeClient {
    #key;
    constructor(key) { this.#key = key; }

    elements() { return new Elements(); }

    async createPaymentMethod(wanted, card, more) {
      const data = typeof wanted === "string" ? {type: wanted, card, ...more} : {...wanted};
      if (data.card instanceof CardElement) {
        const read = await data.card.read();
        if (read.error) return {error: read.error};
        data.card = read.value;
      }
      const made = await call(this.#key, "POST", "/v1/payment_methods", flatten(data));
      return made.error ? {error: made.error} : {paymentMethod: made.value};
    }

    retrievePaymentIntent(secret) { return this.#retrieve("payment", secret); }
    retrieveSetupIntent(secret) { return this.#retrieve("setup", secret); }
    confirmCardPayment(secret, data, options) { return this.#confirm("payment", secret, data, options); }
    confirmCardSetup(secret, data, options) { return this.#confirm("setup", secret, data, options); }

    redirectToCheckout({sessionId}) {
      location.assign(`${base}/c/pay/${encodeURIComponent(sessionId)}`);
      return new Promise(() => {});
    }

    async #retrieve(kind, secret) {
      const path = `/v1/${kind}_intents/${secret.split("_secret_")[0]}`;
      const found = await call(this.#key, "GET", path, {client_secret: secret});
      return found.error ? {error: found.error} : {[`${kind}Intent`]: found.value};
    }

    async #methodOf(data) {
      const method = data.payment_method;
      if (method === undefined || typeof method === "string") return {id: method};
      const made = await this.createPaymentMethod({type: "card", ...method});
      return made.error ? {error: made.error} : {id: made.paymentMethod.id};
    }

    async #confirm(kind, secret, data = {}, options = {}) {
      const name = `${kind}Intent`;
      let found = await this.#retrieve(kind, secret);
      if (found.error) return found;
      if (found[name].status !== "requires_action") {
        const method = await this.#methodOf(data);
        if (method.error) return {error: method.error};
        const form = {client_secret: secret, ...(method.id ? {payment_method: method.id} : {})};
        const path = `/v1/${kind}_intents/${found[name].id}/confirm`;
        const confirmed = await call(this.#key, "POST", path, form);
        if (confirmed.error) return {error: confirmed.error};
        found = {[name]: confirmed.value};
      }
      if (found[name].status !== "requires_action" || options.handleActions === false) return found;
      await authenticate(found[name]);
      found = await this.#retrieve(kind, secret);
      const fault = found[name]?.[kind === "payment" ? "last_payment_error" : "last_setup_error"];
      return fault && found[name].status === "requires_payment_method" ? {error: fault} : found;
    }
  }

  window.Stripe = (key) => {
    if (!/^pk_test_./.test(key ?? "")) throw new Error("Stripe(): give a publishable key for tests, pk_test_…");
    return new StripeClient(key);
  };
  window.Stripe.version = "simulated";
})();
