// SPDX-License-Identifier: Apache-2.0
// 3-D Secure: the buyer chooses how it ends. Of a Checkout session in a window of its own, of an
// intent in a frame of the merchant's page.
import {byId, callApi, callControl, money} from "/pages/page.js";

if (parent !== window) document.body.classList.add("framed");
const buttons = [byId("complete"), byId("fail")];
const path = location.pathname.split("/");

function show(fault) {
  byId("fault").textContent = fault.message;
  byId("fault").hidden = false;
}

/** `what` is shown, `wanted` says that it waits, `end` answers the bank. */
const ofSession = (session) => {
  const page = `/v1/payment_pages/${session}`;
  const checkout = `/c/pay/${session}`;
  return {
    async begin() {
      const shown = await callApi("GET", page);
      if (shown.waits_for !== "authentication") location.replace(checkout);
      return [shown.business_name, shown.amount_total, shown.currency];
    },
    async end(passed) {
      try {
        await callApi("POST", `${page}/authenticate`, {outcome: passed ? "complete" : "fail"});
        location.replace(`${checkout}#paid`);
      } catch (refused) {
        if (refused.status !== 402) throw refused;
        sessionStorage.setItem(`fault ${session}`, refused.message);
        location.replace(checkout);
      }
    },
  };
};

const ofIntent = (intent) => {
  const secret = new URLSearchParams(location.search).get("client_secret") ?? "";
  const kind = intent.startsWith("seti_") ? "setup_intents" : "payment_intents";
  return {
    async begin() {
      const query = new URLSearchParams({client_secret: secret});
      const shown = await callApi("GET", `/v1/${kind}/${encodeURIComponent(intent)}?${query}`);
      if (shown.status !== "requires_action") throw new Error("This payment waits for no authentication.");
      return ["A shop", shown.amount ?? null, shown.currency];
    },
    async end(passed) {
      await callControl("POST", `/simulator/intents/${encodeURIComponent(intent)}/authenticate`, {succeed: passed});
      parent.postMessage({authenticated: intent}, "*");
    },
  };
};

const waiting = path[1] === "authenticate" ? ofIntent(path[2]) : ofSession(path[3]);

async function end(passed) {
  for (const button of buttons) button.disabled = true;
  try {
    await waiting.end(passed);
  } catch (refused) {
    show(refused);
    for (const button of buttons) button.disabled = false;
  }
}

byId("complete").addEventListener("click", () => end(true));
byId("fail").addEventListener("click", () => end(false));
try {
  const [who, amount, currency] = await waiting.begin();
  const asked = money(amount, currency);
  if (asked) byId("what").prepend(`${who} asks for ${asked}. `);
} catch (refused) {
  show(refused);
  for (const button of buttons) button.hidden = true;
}
