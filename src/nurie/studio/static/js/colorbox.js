/** The colour box: hue, saturation, brightness and hex, seen in the picture while they move. */

import { describe, fromHsv, tidy, toHsv } from "./color.js";
import { make } from "./dom.js";

const SLIDERS = [["h", "Hue", 360, "°"], ["s", "Saturation", 100, " %"], ["v", "Brightness", 100, " %"]];

/** Colours that go with one: what is added to its hue, and factors of its saturation and brightness. */
const HARMONY = [["Lights and shades", [[0, 0.45, 1.25], [0, 0.75, 1.12], [-8, 1.1, 0.85], [-14, 1.15, 0.65], [-20, 1.2, 0.45]]],
  ["Goes with it", [[-30, 1, 1], [30, 1, 1], [120, 0.8, 1], [180, 0.8, 1], [240, 0.8, 1]]]];

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
  const parts = build(box, title, color, live);
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
  box.append(make("div", { class: "feet" }, ...feet.map((foot) => foot(() => finish(false))).filter(Boolean),
    make("button", { class: "primary", onclick: () => finish(true) }, "Done")));
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") finish(false);
    if (event.key !== "Enter" || event.target.tagName === "BUTTON") return;
    // Else the button that gets the focus back would be pressed, too.
    event.preventDefault();
    finish(true);
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
  const hex = make("input", { type: "text", "aria-label": "Colour as hex", maxlength: "24", spellcheck: "false" });
  const sliders = SLIDERS.map(([key, label, max, unit]) => slider(key, label, max, unit, (value) => {
    hsv = { ...hsv, [key]: value };
    show(fromHsv(hsv), true);
  }));
  const show = (next, tellIt, typed = false) => {
    color = next;
    shown.style.background = color;
    if (!typed) hex.value = color;
    sliders.forEach((one) => one.show(hsv));
    near.forEach((one) => one());
    if (tellIt) live(color);
  };
  const take = (next) => {
    hsv = toHsv(next);
    show(next, true);
  };
  const near = [];
  const harmonies = HARMONY.map(([name, turns]) => make("div", { class: "harmony", role: "group", "aria-label": name }, make("span", {}, name),
    turns.map(([turn, s, v]) => beside(near, () => fromHsv({ h: (hsv.h + turn + 360) % 360, s: Math.min(100, hsv.s * s), v: Math.min(100, hsv.v * v) }), take))));
  hex.addEventListener("input", () => {
    const next = tidy(hex.value) ?? named(hex.value);
    if (!next) return;
    hsv = toHsv(next);
    show(next, true, true);
  });
  box.append(make("div", { class: "head" }, shown, make("div", {}, make("b", {}, title), hex), screenPicker(take)), ...sliders.map((one) => one.label), ...harmonies);
  show(start, false);
  return { color: () => color };
}

/** A swatch that follows the colour of the box. */
function beside(all, color, take) {
  const swatch = make("button", { class: "swatch", onclick: () => take(swatch.dataset.color) });
  all.push(() => {
    const now = (swatch.dataset.color = swatch.style.background = swatch.title = color());
    swatch.setAttribute("aria-label", `${describe(now)} ${now}`);
  });
  return swatch;
}

/** The colour of a word that the browser knows, "navy" or "dark red", or null. */
function named(text) {
  const word = text.toLowerCase().replaceAll(/\s/g, "");
  if (!/^[a-z]{3,}$/.test(word) || !CSS.supports("color", word)) return null;
  const brush = document.createElement("canvas").getContext("2d");
  brush.fillStyle = word;
  return tidy(brush.fillStyle);
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
