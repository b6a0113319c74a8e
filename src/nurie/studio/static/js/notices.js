/** Messages: short ones that go by themselves, and what screen readers are told. */

import { byId, icon, make } from "./dom.js";

const SHOWN_MS = 5000;

/** Tell a screen reader, without showing anything. */
export function whisper(text) {
  byId("live").textContent = text;
}

/** A message at the bottom; `action` and `more`, [label, function], offer ways on. */
export function tell(text, { bad = false, action = null, more = null } = {}) {
  // The same trouble again must not take away the way on.
  if (bad && !action && document.querySelector(".toast.bad span")?.textContent === text) return;
  const toast = make("div", { class: bad ? "toast bad" : "toast" }, make("span", {}, text));
  const close = () => toast.remove();
  for (const [label, way] of [action, more].filter(Boolean)) toast.append(make("button", { onclick: () => { close(); way(); } }, label));
  if (bad) toast.append(make("button", { "aria-label": "Close", onclick: close }, icon("close")));
  byId("toasts").replaceChildren(toast);
  byId(bad ? "alarm" : "live").textContent = text;
  if (!bad) setTimeout(close, action ? 2 * SHOWN_MS : SHOWN_MS);
}

/** Take away what is shown; or only what says that something went wrong. */
export const hush = (what = ".toast") => document.querySelectorAll(`#toasts ${what}`).forEach((toast) => toast.remove());

/** What went wrong, in one sentence; the work goes on. */
export const complain = (error) => tell(error.message ?? String(error), { bad: true });
