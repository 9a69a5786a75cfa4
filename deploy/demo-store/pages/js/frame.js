// SPDX-License-Identifier: Apache-2.0
// What every page has: the bar at the top, and the dialog to sign in.
import { find, h, notice, show, whilePressed } from "./dom.js";
import { current, signIn, signOut } from "./session.js";

const PAGES = [["/", "Plans"], ["/account", "Account"], ["/premium", "Members"]];

function link([path, name]) {
  const here = location.pathname === path;
  return h("a", { href: path, "aria-current": here ? "page" : null }, name);
}

export function drawFrame() {
  const session = current();
  const who = session
    ? [h("b", { id: "user", title: session.user }, session.user),
       h("button", { class: "quiet small", id: "sign-out", onclick: leave }, "Sign out")]
    : [h("button", { class: "small", id: "sign-in", onclick: () => askWho() }, "Sign in")];
  show(find("top"),
    h("a", { class: "brand", href: "/" }, h("img", { src: "/icon.svg", alt: "" }), "Fieldnotes"),
    h("nav", { "aria-label": "Pages" }, PAGES.map(link)),
    h("div", { class: "who" }, who));
}

function leave() {
  signOut();
  location.assign("/");
}

/** Resolves to whether somebody is signed in then. */
export function askWho(reason = "") {
  return new Promise((resolve) => {
    const input = h("input", {
      id: "name", name: "name", required: true, autocomplete: "username", autocapitalize: "none",
      spellcheck: "false", maxlength: "64", pattern: "[A-Za-z0-9_\\-]+", "aria-describedby": "hint",
    });
    const problem = h("div", {});
    const submit = h("button", { type: "submit" }, "Sign in");
    const dialog = h("dialog", { "aria-labelledby": "sign-in-title" },
      h("h2", { id: "sign-in-title" }, "Sign in"),
      reason && h("p", {}, reason),
      h("form", { onsubmit: enter },
        h("label", { for: "name" }, "Any name"), input,
        h("p", { id: "hint", class: "small quiet-text" },
          "Letters, digits, - and _. Development only: no password, and each name is a user."),
        problem,
        h("div", { class: "actions" }, submit,
          h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, "Not now"))));
    dialog.addEventListener("close", () => {
      dialog.remove();
      drawFrame();
      resolve(current() !== null);
    });

    async function enter(event) {
      event.preventDefault();
      try {
        await whilePressed(submit, "Signing in…", () => signIn(input.value));
        dialog.close();
      } catch (failure) {
        show(problem, notice(failure.message, "bad"));
      }
    }

    document.body.append(dialog);
    dialog.showModal();
  });
}

/** For pages that are about somebody: asks until there is somebody, or leaves for the plans. */
export async function requireUser(reason) {
  if (current() || await askWho(reason)) return;
  location.assign("/");
  await new Promise(() => {});  // The page is being left: nothing after this is to run.
}
