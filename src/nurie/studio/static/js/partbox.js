/** The box that asks what a region shows. */

import { byId, make } from "./dom.js";

const PARTS = ["hair", "skin", "eyes", "shirt", "dress", "skirt", "trousers", "coat", "shoes", "hat", "sky", "grass", "tree", "wall"];

/** Ask beside a place of the screen; `done(text)` with what was written, never when it was given up. */
export function askPart([x, y], done) {
  document.querySelector(".partbox")?.remove();
  const input = make("input", { type: "text", "aria-label": "What it shows", placeholder: "hair, or black hair", maxlength: "80", autocomplete: "off" });
  const say = (text) => { box.remove(); byId("picture").focus(); done(text); };
  const box = make("div", { class: "colorbox partbox", role: "dialog", "aria-label": "What does it show?" },
    make("b", {}, "What does it show?"), input, make("div", { class: "parts" }, ...PARTS.map((part) => make("button", { class: "plain", onclick: () => say(part) }, part))));
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") { box.remove(); byId("picture").focus(); }
    if (event.key !== "Enter" || event.target !== input) return;
    event.preventDefault();
    say(input.value);
  });
  document.body.append(box);
  box.style.left = `${Math.max(12, Math.min(x + 14, innerWidth - box.offsetWidth - 12))}px`;
  box.style.top = `${Math.max(12, Math.min(y + 14, innerHeight - box.offsetHeight - 12))}px`;
  const outside = (event) => {
    if (box.contains(event.target)) return;
    box.remove();
    removeEventListener("pointerdown", outside, true);
  };
  addEventListener("pointerdown", outside, true);
  input.focus();
}
