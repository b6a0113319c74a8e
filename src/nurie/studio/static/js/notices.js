/** Messages: short ones that go by themselves, and what screen readers are told. */

import { byId, icon, make } from "./dom.js";

const SHOWN_MS = 5000;

/** Tell a screen reader, without showing anything. */
export function whisper(text) {
  byId("live").textContent = text;
}

/** A message; `action` and `more`, [label, function], offer ways on: with one it stays until it is taken, closed or out of date. */
export function tell(text, { bad = false, action = null, more = null } = {}) {
  // The same trouble again must not take away the way on.
  if (bad && !action && document.querySelector(".toast.bad span")?.textContent === text) return;
  const stays = bad || action || more;
  const toast = make("div", { class: bad ? "toast bad" : stays ? "toast offer" : "toast" }, make("span", {}, text));
  const close = () => toast.remove();
  for (const [label, way] of [action, more].filter(Boolean)) toast.append(make("button", { onclick: () => { close(); way(); } }, label));
  if (stays) toast.append(make("button", { "aria-label": "Close", onclick: close }, icon("close")));
  byId("toasts").replaceChildren(toast);
  byId(bad ? "alarm" : "live").textContent = text;
  if (!stays) setTimeout(close, SHOWN_MS);
}

/** Take away what is shown; or only what says that something went wrong. */
export const hush = (what = ".toast") => document.querySelectorAll(`#toasts ${what}`).forEach((toast) => toast.remove());

/** What went wrong, in one sentence; the work goes on. */
export const complain = (error) => tell(error.message ?? String(error), { bad: true });
