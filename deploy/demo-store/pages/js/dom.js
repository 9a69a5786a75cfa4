// SPDX-License-Identifier: Apache-2.0
// Elements from data: text is always text, so nothing that an API says can become markup.

/** `h("p", {class: "price"}, "19.00", child)`; `on…` members are listeners, null is left out. */
export function h(tag, members = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(members)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

export const find = (id) => document.getElementById(id);

export function show(place, ...children) {
  place.replaceChildren(...children.flat(Infinity).filter(Boolean));
  place.removeAttribute("aria-busy");
}

export const spinner = () => h("div", { class: "spinner", "aria-hidden": "true" });

export function notice(text, kind = "") {
  return h("p", { class: `notice ${kind}`, role: kind === "bad" ? "alert" : null }, text);
}

/** Runs the work of a button, which cannot be pressed again until it has ended. */
export async function whilePressed(button, doing, work) {
  const before = button.textContent;
  button.disabled = true;
  button.textContent = doing;
  try {
    return await work();
  } finally {
    button.disabled = false;
    button.textContent = before;
  }
}
