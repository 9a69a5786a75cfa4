// SPDX-License-Identifier: Apache-2.0
// Stripe.js of the Stripe behind this store: a card's number goes there, never to the shop.
import { h } from "./dom.js";

let settings = null;
let client = null;

async function read() {
  settings ??= fetch("/settings.json").then((answer) => answer.json());
  return settings;
}

/** Whether this store was told a publishable key; without one there is Checkout alone. */
export const hasCardForm = async () => Boolean((await read()).publishable_key);

function load(source) {
  return new Promise((resolve, reject) => {
    const failed = () => reject(new Error("Stripe cannot be reached. Check your connection and try again."));
    document.head.append(h("script", { src: source, onload: resolve, onerror: failed }));
  });
}

async function make() {
  const { stripe_js: source, publishable_key: key } = await read();
  if (!key) throw new Error("This store has no card form of its own: it was given no publishable key.");
  await load(source);
  return window.Stripe(key);
}

export function stripe() {
  client ??= make();
  return client;
}

/** The buyer satisfies the bank in Stripe's dialog; throws an Error for people if that fails. */
export async function satisfyBank(clientSecret) {
  const client = await stripe();
  // A trial has nothing to pay yet: what the bank confirms is the card.
  const { error } = clientSecret.startsWith("seti_")
    ? await client.confirmCardSetup(clientSecret)
    : await client.confirmCardPayment(clientSecret);
  if (error) throw new Error(error.message);
}
