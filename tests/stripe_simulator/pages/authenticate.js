// SPDX-License-Identifier: Apache-2.0
// 3-D Secure of a Checkout session: the buyer chooses how it ends and is taken back.
import {byId, callApi, money} from "/pages/page.js";

const session = location.pathname.split("/")[3];
const page = `/v1/payment_pages/${session}`;
const checkout = `/c/pay/${session}`;
const buttons = [byId("complete"), byId("fail")];

function show(fault) {
  byId("fault").textContent = fault.message;
  byId("fault").hidden = false;
}

async function end(outcome) {
  for (const button of buttons) button.disabled = true;
  try {
    await callApi("POST", `${page}/authenticate`, {outcome});
    location.replace(`${checkout}#paid`);
  } catch (refused) {
    if (refused.status === 402) {
      sessionStorage.setItem(`fault ${session}`, refused.message);
      location.replace(checkout);
      return;
    }
    show(refused);
    for (const button of buttons) button.disabled = false;
  }
}

byId("complete").addEventListener("click", () => end("complete"));
byId("fail").addEventListener("click", () => end("fail"));
try {
  const shown = await callApi("GET", page);
  if (shown.waits_for !== "authentication") location.replace(checkout);
  const amount = money(shown.amount_total, shown.currency);
  byId("what").prepend(`${shown.business_name} ${amount && `asks for ${amount}. `}`);
} catch (refused) {
  show(refused);
  for (const button of buttons) button.hidden = true;
}
