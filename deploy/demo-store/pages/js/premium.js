// SPDX-License-Identifier: Apache-2.0
// A page for members. The gate here is for the reader's comfort: what must not leave the shop is
// kept back by the shop's server, which asks the same question with a service token.
import * as api from "./api.js";
import { find, h, notice, show, spinner } from "./dom.js";
import { drawFrame, requireUser } from "./frame.js";
import { featureName } from "./words.js";

const place = find("premium");

function members(access) {
  return [h("h1", {}, "The members' room ", h("span", { class: "badge" }, access.plan)),
    h("p", { class: "quiet-text" }, "It stays open as long as you have a paid plan."),
    h("section", { class: "card" }, h("h2", {}, "What you can use"),
      h("ul", { class: "features", id: "features" },
        Object.keys(access.features).map((id) => h("li", {}, featureName(id))))),
    h("section", { class: "card" }, h("h2", {}, "From the archive"),
      h("p", {}, "“A decision nobody wrote down is a rumour with a calendar entry.”"))];
}

const closed = () => h("section", { class: "center", id: "closed" },
  h("div", { class: "mark", "aria-hidden": "true" }, "⌂"),
  h("h1", {}, "For members"), h("p", {}, "This room opens with any paid plan."),
  h("p", { class: "actions" }, h("a", { class: "button", href: "/" }, "See the plans")));

drawFrame();
await requireUser("To enter, say who you are.");
show(place, spinner());
try {
  const access = await api.entitlements();
  show(place, access.is_premium ? members(access) : closed());
} catch (failure) {
  drawFrame();
  show(place, h("h1", {}, "For members"), notice(failure.message, "bad"));
}
