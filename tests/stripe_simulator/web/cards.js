// SPDX-License-Identifier: Apache-2.0
// Card numbers as people type them: brand, grouping, what can be seen to be wrong before asking.

const BRANDS = [
  ["American Express", /^3[47]/, 15, 4], ["Visa", /^4/, 16, 3],
  ["Mastercard", /^(5[1-5]|2[2-7])/, 16, 3], ["Discover", /^6(011|4|5)/, 16, 3],
  ["UnionPay", /^62/, 16, 3], ["Diners Club", /^3(0|6|8)/, 14, 3], ["JCB", /^35/, 16, 3],
];

export const digitsOf = (text) => text.replace(/\D/g, "");

function traits(digits) {
  const [brand, , length, cvc] = BRANDS.find(([, pattern]) => pattern.test(digits)) ?? ["", null, 16, 3];
  return {brand, length, cvc};
}

export const brandOf = (number) => traits(digitsOf(number)).brand;

/** `4242 4242 4242 4242`, or 4-6-5 and 4-6-4. */
export function grouped(number) {
  const digits = digitsOf(number);
  const {length} = traits(digits);
  const cut = digits.slice(0, Math.max(length, 16));
  if (length === 16) return cut.replace(/(\d{4})(?=\d)/g, "$1 ");
  return [cut.slice(0, 4), cut.slice(4, 10), cut.slice(10)].filter(Boolean).join(" ");
}

export function groupedExpiry(text) {
  let digits = digitsOf(text).slice(0, 4);
  if (/^[2-9]/.test(digits)) digits = `0${digits}`;
  return digits.length > 2 ? `${digits.slice(0, 2)} / ${digits.slice(2)}` : digits;
}

/** `12 / 34` as numbers; the year has four digits. */
export function expiryOf(text) {
  const digits = digitsOf(text);
  return {month: Number(digits.slice(0, 2)), year: 2000 + Number(digits.slice(2, 4))};
}

function passesLuhn(digits) {
  let sum = 0;
  [...digits].reverse().forEach((digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  });
  return sum % 10 === 0;
}

export function faultOfNumber(number) {
  const digits = digitsOf(number);
  if (digits === "") return "Enter the card's number.";
  if (digits.length < traits(digits).length) return "The card's number is incomplete.";
  return passesLuhn(digits) ? "" : "The card's number is not valid.";
}

/** `now`: seconds, of the server's time. */
export function faultOfExpiry(text, now) {
  if (digitsOf(text).length < 4) return "Enter month and year, as on the card.";
  const {month, year} = expiryOf(text);
  if (month < 1 || month > 12) return "The month is not valid.";
  const today = new Date(now * 1000);
  const over = year * 12 + month <= today.getUTCFullYear() * 12 + today.getUTCMonth();
  return over ? "The card has expired." : "";
}

export const faultOfCvc = (text, number) =>
    digitsOf(text).length < traits(digitsOf(number)).cvc ? "The security code is incomplete." : "";
