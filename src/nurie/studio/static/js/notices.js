/** Messages: short ones that go by themselves, and what screen readers are told. */

import { byId, icon, make } from "./dom.js";

const SHOWN_MS = 5000;

/** Tell a screen reader, without showing anything. */
export function whisper(text) {
  byId("live").textContent = text;
}

/**
 * A message; `ways` on, [label, function, look?], keep it until one is taken, it is closed or out of date.
 * `look(true)` shows what the way would do while it is pointed at or has the focus.
 */
export function tell(text, { bad = false, ways = [] } = {}) {
  // The same trouble again must not take away the way on.
  if (bad && !ways.length && document.querySelector(".toast.bad span")?.textContent === text) return;
  const stays = bad || ways.length > 0;
  const toast = make("div", { class: bad ? "toast bad" : stays ? "toast offer" : "toast" }, make("span", {}, text));
  const close = () => toast.remove();
  for (const [label, way, look] of ways) {
    const looks = look ? { onpointerenter: () => look(true), onfocus: () => look(true), onpointerleave: () => look(false), onblur: () => look(false) } : {};
    toast.append(make("button", { ...looks, onclick: () => { close(); look?.(false); way(); } }, label));
  }
  if (stays) toast.append(make("button", { "aria-label": "Close", onclick: close }, icon("close")));
  byId("toasts").replaceChildren(toast);
  byId(bad ? "alarm" : "live").textContent = text;
  if (!stays) setTimeout(close, SHOWN_MS);
}

/** Take away what is shown; or only what says that something went wrong. */
export const hush = (what = ".toast") => document.querySelectorAll(`#toasts ${what}`).forEach((toast) => toast.remove());

/** What went wrong, in one sentence; the work goes on. */
export const complain = (error) => tell(error.message ?? String(error), { bad: true });
