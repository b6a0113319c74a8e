/** The colour box: hue, saturation, brightness and hex, seen in the picture while they move. */

import { describe, fromHsv, tidy, toHsv } from "./color.js";
import { make } from "./dom.js";

const SLIDERS = [["h", "Hue", 360, "°"], ["s", "Saturation", 100, " %"], ["v", "Brightness", 100, " %"]];

let closeOpen = null;

/** Close the box that is open, keeping its colour. */
export const closeColorBox = () => closeOpen?.(true);

/**
 * Open the box beside an element.
 * @param {object} ask `color`, `title`, `live(color)` while it changes, `done(color | null)` at the end,
 *   null when it was given up; `feet`: more buttons
 */
export function openColorBox(anchor, { color, title, live, done, feet = [] }) {
  closeOpen?.(true);
  const box = make("div", { class: "colorbox", role: "dialog", "aria-label": title });
  const parts = build(box, title, color, live, (keep) => finish(keep));
  const finish = (keep) => {
    if (closeOpen !== finish) return;
    closeOpen = null;
    removeEventListener("pointerdown", outside, true);
    box.remove();
    done(keep ? parts.color() : null);
    if (anchor.isConnected) anchor.focus();
  };
  const outside = (event) => box.contains(event.target) || finish(true);
  closeOpen = finish;
  box.append(make("div", { class: "feet" }, ...feet.map((foot) => foot(() => finish(false))),
    make("button", { class: "primary", onclick: () => finish(true) }, "Done")));
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") finish(false);
    if (event.key === "Enter" && event.target.tagName !== "BUTTON") finish(true);
  });
  document.body.append(box);
  place(box, anchor);
  addEventListener("pointerdown", outside, true);
  box.querySelector("input").focus();
}

function build(box, title, start, live) {
  let hsv = toHsv(start);
  let color = start;
  const shown = make("div", { class: "shown" });
  const hex = make("input", { type: "text", "aria-label": "Colour as hex", maxlength: "7", spellcheck: "false" });
  const sliders = SLIDERS.map(([key, label, max, unit]) => slider(key, label, max, unit, (value) => {
    hsv = { ...hsv, [key]: value };
    show(fromHsv(hsv), true);
  }));
  const show = (next, tellIt, typed = false) => {
    color = next;
    shown.style.background = color;
    if (!typed) hex.value = color;
    sliders.forEach((one) => one.show(hsv));
    if (tellIt) live(color);
  };
  hex.addEventListener("input", () => {
    const next = tidy(hex.value);
    if (next) [hsv] = [toHsv(next), show(next, true, true)];
    sliders.forEach((one) => one.show(hsv));
  });
  box.append(make("div", { class: "head" }, shown, make("div", {}, make("b", {}, title), hex), screenPicker((next) => {
    hsv = toHsv(next);
    show(next, true);
  })), ...sliders.map((one) => one.label));
  show(start, false);
  return { color: () => color };
}

function slider(key, label, max, unit, change) {
  const input = make("input", { type: "range", min: "0", max: String(max), step: "1" });
  const output = make("output", {});
  input.addEventListener("input", () => change(Number(input.value)));
  const show = (hsv) => {
    const value = Math.round(hsv[key]);
    if (document.activeElement !== input || Number(input.value) !== value) input.value = value;
    output.textContent = `${value}${unit}`;
    const stops = key === "h" ? [0, 60, 120, 180, 240, 300, 360] : [0, 100];
    input.style.background = `linear-gradient(to right, ${stops.map((at) => fromHsv({ ...hsv, [key]: at })).join(", ")})`;
    input.setAttribute("aria-valuetext", `${value}${unit}, ${describe(fromHsv(hsv))}`);
  };
  return { label: make("label", {}, label, output, input), show };
}

/** A button that picks from anywhere on the screen, where the browser can. */
function screenPicker(take) {
  if (!("EyeDropper" in globalThis)) return null;
  const pick = () => new globalThis.EyeDropper().open().then(({ sRGBHex }) => take(tidy(sRGBHex) ?? "#000000"), () => {});
  return make("button", { class: "plain", title: "Pick from the screen", onclick: pick }, "Screen");
}

function place(box, anchor) {
  const at = anchor.getBoundingClientRect();
  const [wide, high] = [box.offsetWidth, box.offsetHeight];
  const above = at.top - high - 10;
  box.style.left = `${Math.max(12, Math.min(at.left, innerWidth - wide - 12))}px`;
  box.style.top = `${Math.max(12, above > 0 ? above : Math.min(at.bottom + 10, innerHeight - high - 12))}px`;
}
