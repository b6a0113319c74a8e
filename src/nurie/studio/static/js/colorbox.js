/** The colour box: a wheel, what was used of late, sets and harmonies, seen in the picture while one chooses. */

import { describe, fromHsv, tidy, toHsv } from "./color.js";
import { make, rove } from "./dom.js";

/** Colours that people look for, by what they colour. */
export const SETS = [
  ["Skin", "#fde4d0 #f6cfae #e3a97f #c68652 #8d5a34 #5a3a26"], ["Hair", "#f4dfa0 #c98a3c #8a4b22 #4a2c1d #23201f #9a9aa2"],
  ["Sky and water", "#cfe9fb #8cc4ee #4a8fd0 #2c5aa0 #1f2a55 #5fb6b0"], ["Plants and earth", "#cbe3a0 #8fbf5a #4f8f3f #2f5d37 #b98a5a #7a5230"],
  ["Cloth and things", "#d9352f #f08a24 #f5c934 #f2a7bd #d65fa0 #7a4bb0"], ["Stone, metal and brick", "#f7f3e8 #cbced3 #8d929b #565b64 #33363c #a4442f"],
];

/** Colours that go with one: what is added to its hue, and factors of its saturation and brightness. */
const HARMONY = [["Lights and shades", [[0, 0.45, 1.25], [0, 0.75, 1.12], [-8, 1.1, 0.85], [-14, 1.15, 0.65], [-20, 1.2, 0.45]]],
  ["Goes with it", [[-30, 1, 1], [30, 1, 1], [120, 0.8, 1], [180, 0.8, 1], [240, 0.8, 1]]]];

/** Colours that were painted with of late, in this and other drawings, the latest first. */
const RECENT = "nurie.recent";
const RECENT_KEPT = 12;
const recent = () => JSON.parse(localStorage.getItem(RECENT) ?? "[]");
export const remember = (color) => localStorage.setItem(RECENT, JSON.stringify([...new Set([color, ...recent()])].slice(0, RECENT_KEPT)));

let closeOpen = null;

/** Close the box that is open, keeping its colour. */
export const closeColorBox = () => closeOpen?.(true);

/**
 * Lay a box above or below a place of the screen; gives back what takes it away.
 * @param {(how: string) => void} end "Escape", "Enter" in a line of text, or "outside" at a click elsewhere
 */
export function floatBox(box, at, end) {
  const outside = (event) => box.contains(event.target) || end("outside");
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") end(event.key);
    if (event.key !== "Enter" || event.target.tagName === "BUTTON") return;
    // Else the button that gets the focus back would be pressed, too.
    event.preventDefault();
    end(event.key);
  });
  document.body.append(box);
  const [wide, high] = [box.offsetWidth, box.offsetHeight];
  const above = at.top - high - 10;
  box.style.left = `${Math.max(12, Math.min(at.left, innerWidth - wide - 12))}px`;
  box.style.top = `${Math.max(12, above > 0 ? above : Math.min(at.bottom + 10, innerHeight - high - 12))}px`;
  addEventListener("pointerdown", outside, true);
  return () => {
    removeEventListener("pointerdown", outside, true);
    box.remove();
  };
}

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
    away();
    done(keep ? parts.color() : null);
    if (anchor.isConnected) anchor.focus();
  };
  closeOpen = finish;
  box.append(make("div", { class: "feet" }, ...feet.map((foot) => foot(() => finish(false))).filter(Boolean),
    make("button", { class: "primary", onclick: () => finish(true) }, "Done")));
  const away = floatBox(box, anchor.getBoundingClientRect(), (how) => finish(how !== "Escape"));
  box.querySelector("input").select();
}

function build(box, title, start, live) {
  let hsv = toHsv(start);
  let color = start;
  const shown = make("div", { class: "shown" });
  const hex = make("input", { type: "text", "aria-label": "Colour as hex", maxlength: "24", spellcheck: "false" });
  const wheel = colorWheel((part) => {
    hsv = { ...hsv, ...part };
    show(fromHsv(hsv), true);
  });
  const show = (next, tellIt, typed = false) => {
    color = next;
    shown.style.background = color;
    if (!typed) hex.value = color;
    wheel.show(hsv, color);
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
  const rows = [tiles("Recent", recent(), take, make("span", {}, "Recent")), ...harmonies,
    make("div", { class: "sets" }, SETS.map(([name, colors]) => tiles(name, colors.split(" "), take)))];
  box.append(make("div", { class: "head" }, shown, make("div", {}, make("b", {}, title), hex), screenPicker(take)), wheel.place, ...rows.filter(Boolean));
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

/** A row of colours, none where there are none. */
function tiles(name, colors, take, label = null) {
  const row = make("div", { class: label ? "harmony" : "set", role: "toolbar", "aria-label": name }, label, colors.map((hex) => {
    const tile = make("button", { class: label ? "swatch" : "tile", "aria-label": `${describe(hex)} ${hex}`, title: `${name}: ${describe(hex)}`, onclick: () => take(hex) });
    tile.style.background = hex;
    return tile;
  }));
  rove(row);
  return colors.length > 0 && row;
}

/** A wheel: the ring is the hue; inside, saturation grows to the right and brightness upward. `change` gets what changes of an HSV colour. */
function colorWheel(change) {
  let now = null;
  const clamp = (value) => Math.max(0, Math.min(100, value));
  const ring = knob("ring", "Hue", 359, (x, y) => ({ h: (Math.atan2(x - 0.5, 0.5 - y) * 180 / Math.PI + 360) % 360 }), (x, y) => ({ h: (now.h + x + y + 360) % 360 }));
  const tone = knob("tone", "Saturation and brightness", 100, (x, y) => ({ s: clamp(100 * x), v: clamp(100 - 100 * y) }), (x, y) => ({ s: clamp(now.s + x), v: clamp(now.v + y) }));

  function knob(name, label, most, at, moved) {
    const place = make("div", { class: name, role: "slider", tabindex: "0", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": String(most) }, make("span", { class: "knob" }));
    const follow = ({ clientX, clientY }) => {
      const { left, top, width, height } = place.getBoundingClientRect();
      change(at((clientX - left) / width, (clientY - top) / height));
    };
    place.addEventListener("pointerdown", (event) => { place.setPointerCapture(event.pointerId); follow(event); });
    place.addEventListener("pointermove", (event) => place.hasPointerCapture(event.pointerId) && follow(event));
    place.addEventListener("keydown", (event) => {
      const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!step) return;
      event.preventDefault();
      change(moved(...step.map((by) => (event.shiftKey ? 10 : 1) * by)));
    });
    return place;
  }

  const show = (hsv, color) => {
    now = hsv;
    const [h, s, v] = [hsv.h, hsv.s, hsv.v].map(Math.round);
    ring.firstChild.style.transform = `rotate(${h}deg)`;
    tone.style.setProperty("--hue", `hsl(${h} 100% 50%)`);
    Object.assign(tone.firstChild.style, { left: `${s}%`, top: `${100 - v}%`, background: color });
    const say = (place, value, text) => { place.setAttribute("aria-valuenow", value); place.setAttribute("aria-valuetext", `${text}, ${describe(color)}`); };
    say(ring, h % 360, `${h}°`);
    say(tone, s, `saturation ${s} %, brightness ${v} %`);
  };
  return { place: make("div", { class: "wheel" }, ring, tone), show };
}

/** A button that picks from anywhere on the screen, where the browser can. */
function screenPicker(take) {
  if (!("EyeDropper" in globalThis)) return null;
  const pick = () => new globalThis.EyeDropper().open().then(({ sRGBHex }) => take(tidy(sRGBHex) ?? "#000000"), () => {});
  return make("button", { class: "plain", title: "Pick from the screen", onclick: pick }, "Screen");
}
