// SPDX-License-Identifier: Apache-2.0
// A question before something that costs or ends: what it means, and the two ways to answer.
import { h } from "./dom.js";

/** `work` runs with the pressed button; then the dialog closes. What ends something asks to be chosen. */
export function ask({ title, content, yes, no = "Leave it as it is", work, ends = false }) {
  const dialog = h("dialog", { "aria-labelledby": "ask-title" },
    h("h2", { id: "ask-title" }, title), content,
    h("div", { class: "actions" },
      h("button", { id: "confirm", class: ends ? "bad" : null, onclick: async (event) => {
        await work(event.target);
        dialog.close();
      } }, yes),
      h("button", { class: "quiet", id: "decline", autofocus: ends, onclick: () => dialog.close() }, no)));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
