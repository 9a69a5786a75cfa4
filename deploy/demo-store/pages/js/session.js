// SPDX-License-Identifier: Apache-2.0
// Who is signed in: a name and the token that proves it, kept as long as this tab.

const KEY = "fieldnotes.session";
const MARGIN_S = 60;

export function current() {
  const session = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  return session && session.expires_at - MARGIN_S > Date.now() / 1000 ? session : null;
}

/** Throws an Error whose message is for people. */
export async function signIn(user) {
  const answer = await fetch(`/sign-in/token?user=${encodeURIComponent(user)}`);
  if (answer.status === 404) throw new Error("This store has no sign-in: it is not in test mode.");
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail);
  sessionStorage.setItem(KEY, JSON.stringify(body));
}

export function signOut() {
  sessionStorage.removeItem(KEY);
}
