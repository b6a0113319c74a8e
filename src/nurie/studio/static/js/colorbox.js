/** The colour box: hue, saturation, brightness and hex, seen in the picture while they move. */

import { describe, fromHsv, tidy, toHsv } from "./color.js";
import { make } from "./dom.js";

const SLIDERS = [["h", "Hue", 360, "°"], ["s", "Saturation", 100, " %"], ["v", "Brightness", 100, " %"]];

/** Colours that people look for, by what they colour: one click takes one. */
const SETS = [
  ["Skin", "#fde4d0 #f6cfae #e3a97f #c68652 #8d5a34 #5a3a26"], ["Hair", "#f4dfa0 #c98a3c #8a4b22 #4a2c1d #23201f #9a9aa2"],
  ["Sky and water", "#cfe9fb #8cc4ee #4a8fd0 #2c5aa0 #1f2a55 #5fb6b0"], ["Plants and earth", "#cbe3a0 #8fbf5a #4f8f3f #2f5d37 #b98a5a #7a5230"],
  ["Cloth and things", "#d9352f #f08a24 #f5c934 #d65fa0 #7a4bb0 #fbfbf8"],
];

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

function build(box, title, start, live, finish) {
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
  })), ...sliders.map((one) => one.label), ...SETS.map(([name, colors]) => make("div", { class: "set", role: "group", "aria-label": name },
    make("span", {}, name), colors.split(" ").map((each) => setSwatch(each, () => { show(each, true); finish(true); })))));
  show(start, false);
  return { color: () => color };
}

function setSwatch(color, onclick) {
  const swatch = make("button", { class: "swatch", "aria-label": `${describe(color)} ${color}`, title: color, onclick });
  swatch.style.background = color;
  return swatch;
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
