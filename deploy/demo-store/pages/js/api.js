// SPDX-License-Identifier: Apache-2.0
// Both of Tollgate's APIs, which stand on this page's own origin, as functions.
import { current, signOut } from "./session.js";

const TIMEOUT_MS = 45_000;
const REFLECTED_MS = 10_000;
const ASK_AGAIN_MS = 200;
const FATE_UNKNOWN =
  "We do not know yet whether it happened: look at your account before trying again.";

/** What an API refused, in words for people; `code` is stable (RFC 9457 problem). */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `The shop answered ${status}.`);
    this.status = status;
    this.code = problem.code ?? "";
    this.problem = problem;
  }
}

async function call(method, path, body) {
  const headers = {};
  const session = current();
  if (session) headers.Authorization = `Bearer ${session.token}`;
  if (body) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, {
      method, headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new Refusal(0, { detail: method === "GET"
      ? "The shop cannot be reached. Check your connection and try again." : FATE_UNKNOWN });
  }
  const type = answer.headers.get("Content-Type") ?? "";
  const content = type.includes("json") ? await answer.json() : {};
  if (answer.ok) return content;
  if (answer.status === 401) {
    signOut();
    content.detail = "Your sign-in has ended. Sign in again.";
  }
  if (answer.status >= 500 && !content.detail) {
    content.detail = method === "GET"
      ? "The shop is not available right now. Try again in a moment." : FATE_UNKNOWN;
  }
  throw new Refusal(answer.status, content);
}

const id = encodeURIComponent;

export const plans = () => call("GET", "/v1/plans").then((answer) => answer.data);
export const entitlements = () => call("GET", "/v1/me/entitlements");
export const entitlementsWith = (object, timeoutS) =>
  call("GET", `/v1/me/entitlements?wait_for=${id(object)}&timeout_s=${timeoutS}`);
/** The first answer that is as wanted, or the last one: what was done at Stripe arrives by an event. */
export async function entitlementsOnce(isWanted) {
  for (const end = Date.now() + REFLECTED_MS; ;) {
    const access = await entitlements();
    if (isWanted(access) || Date.now() > end) return access;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

export const startCheckout = (plan, interval) => call("POST", "/v1/checkout-sessions", {
  plan, interval,
  success_url: `${location.origin}/success?session_id={CHECKOUT_SESSION_ID}`,
  cancel_url: `${location.origin}/cancel`,
});
export const checkoutStatus = (session, waitS) =>
  call("GET", `/v1/checkout-sessions/${id(session)}?wait_s=${waitS}`);

export const subscribe = (plan, interval, paymentMethod) =>
  call("POST", "/v1/subscriptions", { plan, interval, payment_method: paymentMethod });
export const subscriptions = () => call("GET", "/v1/subscriptions").then((answer) => answer.data);
/** Without an interval the subscription keeps its own. */
export const previewChange = (subscription, plan, interval) =>
  call("GET", `/v1/subscriptions/${id(subscription)}/change-preview?plan=${id(plan)}` +
    (interval && `&interval=${id(interval)}`));
/** For the price that was shown: its proration date makes Stripe reckon the same again. */
export const changePlan = (subscription, plan, interval, prorationDate) =>
  call("PATCH", `/v1/subscriptions/${id(subscription)}`,
    { plan, proration_date: prorationDate, ...(interval && { interval }) });
export const cancel = (subscription, at) =>
  call("DELETE", `/v1/subscriptions/${id(subscription)}?at=${at}`);
export const resume = (subscription) =>
  call("POST", `/v1/subscriptions/${id(subscription)}/resume`);
export const openPortal = () => call("POST", "/v1/portal-sessions",
  { return_url: `${location.origin}/account` });
