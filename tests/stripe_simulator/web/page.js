// SPDX-License-Identifier: Apache-2.0
// What all pages share: elements, money and dates, and calls. Text goes in as text, never as HTML.

/** An element; a property beginning with `on` is a listener, `class` and `aria-…` are attributes. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Addresses come from the API's callers: only those of the web become links and redirects. */
export function webAddress(url) {
  try {
    const parsed = new URL(url);
    return ["http:", "https:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

export function money(amount, currency) {
  if (amount === null || amount === undefined || !currency) return "";
  const format = new Intl.NumberFormat("en-US", {style: "currency", currency});
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

export const date = (seconds) => new Date(seconds * 1000).toLocaleDateString(
    "en-US", {year: "numeric", month: "short", day: "numeric", timeZone: "UTC"});

/** `per month`, `every 3 months`. */
export function rhythm(recurring) {
  const count = recurring.interval_count ?? 1;
  return count === 1 ? `per ${recurring.interval}` : `every ${count} ${recurring.interval}s`;
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** What a call was refused with; `status` 0 when there was no answer at all. */
export class Refused extends Error {
  constructor(status, error) {
    super(error.message ?? error.detail ?? `The server answered ${status}.`);
    this.status = status;
    this.error = error;
  }
}

async function answerOf(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refused(0, {message: "There is no connection to the server. Try again."});
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, body.error ?? body);
  return body;
}

export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map(
    (byte) => byte.toString(16).padStart(2, "0")).join("");

const ATTEMPTS_MAX = 4;
const WAIT_MS = 300;
const isPassing = (status) => status === 0 || status === 409 || status === 429 || status >= 500;

/** A call of Stripe's API. A passing fault is tried again, a POST under the same key. */
export async function callApi(method, path, form, apiKey = "pk_test_page") {
  const headers = {Authorization: `Bearer ${apiKey}`};
  if (method === "POST") headers["Idempotency-Key"] = newKey();
  const options = {method, headers, cache: "no-store"};
  if (form) options.body = new URLSearchParams(form);
  for (let attempt = 1; ; ++attempt) {
    try {
      return await answerOf(path, options);
    } catch (refused) {
      if (attempt === ATTEMPTS_MAX || !isPassing(refused.status)) throw refused;
      await pause(WAIT_MS * 2 ** attempt);
    }
  }
}

/** A call of a control route, JSON both ways. */
export const callControl = (method, path, body) => answerOf(path, {
  method, cache: "no-store", body: body === undefined ? undefined : JSON.stringify(body),
  headers: {"Content-Type": "application/json"},
});
