// SPDX-License-Identifier: Apache-2.0
// Amounts, times and names as people read them.

/** Minor units as money: the currency says how many decimals it has. */
export function money(amount, currency) {
  const format = new Intl.NumberFormat("en", { style: "currency", currency: currency.toUpperCase() });
  const decimals = format.resolvedOptions().maximumFractionDigits;
  return format.format(amount / 10 ** decimals);
}

/** The plan's price for that interval, or its first one. */
export const priceOf = (plan, interval) =>
  plan.prices.find((each) => each.interval === interval) ?? plan.prices[0];

export function day(time) {
  const options = { day: "numeric", month: "long", year: "numeric" };
  return new Date(time).toLocaleDateString("en-GB", options);
}

const FEATURES = {
  api_access: "Access by API",
  sso: "Single sign-on for the whole company",
  handbook: "The handbook",
};

export const featureName = (id) => FEATURES[id] ?? id.replaceAll("_", " ");
