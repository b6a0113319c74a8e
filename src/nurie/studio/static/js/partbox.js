/** The box that asks what a region shows. */

import { floatBox } from "./colorbox.js";
import { byId, make } from "./dom.js";

const PARTS = ["hair", "skin", "eyes", "shirt", "dress", "skirt", "trousers", "coat", "shoes", "hat", "sky", "grass", "tree", "wall"];

/** Ask beside a place of the screen; `done(text)` with what was written, never when it was given up. */
export function askPart([x, y], done) {
  const input = make("input", { type: "text", "aria-label": "What it shows", placeholder: "hair, or black hair", maxlength: "80", autocomplete: "off" });
  const say = (text) => { away(); byId("picture").focus(); if (text !== null) done(text); };
  const box = make("div", { class: "colorbox partbox", role: "dialog", "aria-label": "What does it show?" },
    make("b", {}, "What does it show?"), input, make("div", { class: "parts" }, ...PARTS.map((part) => make("button", { class: "plain", onclick: () => say(part) }, part))));
  const away = floatBox(box, { left: x + 14, top: y, bottom: y + 4 }, (how) => say(how === "Enter" ? input.value : null));
  input.focus();
}
