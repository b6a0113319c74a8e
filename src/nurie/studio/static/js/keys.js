/** Keyboard shortcuts, and the page that shows them. */

import { openDialog } from "./dialog.js";
import { make } from "./dom.js";
import { TOOLS } from "./tools.js";

const PLAIN = [
  ["n", "next", "Next doubt"], ["Shift+n", "previous", "Doubt before"], ["Enter", "apply", "Use the tool on the marked region"],
  ["]", "after", "Mark the next region"], ["[", "before", "Mark the region before"], ["u", "doubts", "Show doubts"],
  [".", "frameAfter", "Film: next frame"], [",", "frameBefore", "Film: frame before"], ["y", "key", "Film: this frame is right"],
  ["j", "nextKey", "Film: to the frame that is to be coloured next"], ["o", "onion", "Film: lines of the frames beside"],
  ["c", "compare", "Before and after; hold it to see the drawing alone"], ["v", "large", "Compare the ideas"], ["r", "repeat", "Paint with the colour before"],
  ["g", "marks", "Show marks"], ["+", "in", "Larger"], ["-", "out", "Smaller"], ["0", "fit", "Whole picture"], ["9", "actual", "Actual size"],
  ["\\", "panel", "Ideas and settings"], ["x", "edit", "Change this colour everywhere"], ["?", "help", "Shortcuts"],
  ["Ctrl+z", "undo", "Undo"], ["Ctrl+Shift+z", "redo", "Do again"], ["Ctrl+s", "save", "Save"], ["Ctrl+o", "open", "Open a drawing"],
];
const SILENT = { Escape: "hush", "Ctrl+y": "redo", "=": "in", "Shift+Enter": "apply" };

function nameOf(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const control = event.ctrlKey || event.metaKey ? "Ctrl+" : "";
  const shift = event.shiftKey && (/^[a-z]$/.test(key) || key.length > 1) ? "Shift+" : "";
  return control + shift + key;
}

/** The action of a key: "tool:dab", "idea:2", "pan:40,0", "undo" …, or null. */
export function actionOf(event) {
  const name = nameOf(event);
  const tool = TOOLS.find(({ key }) => key === name);
  if (tool) return `tool:${tool.id}`;
  if (/^[1-4]$/.test(name)) return `idea:${Number(name) - 1}`;
  const arrows = { ArrowLeft: "60,0", ArrowRight: "-60,0", ArrowUp: "0,60", ArrowDown: "0,-60" };
  if (arrows[name]) return `pan:${arrows[name]}`;
  return PLAIN.find(([key]) => key === name)?.[1] ?? SILENT[name] ?? null;
}

/** Whether a key belongs to what has the focus, not to the desk. */
export function isTaken(event) {
  const target = event.target;
  if (target.closest("dialog[open], .colorbox, .menu")) return true;
  if (target.matches("input[type=text], input[type=number], select, textarea")) return true;
  if (target.matches("input[type=range]") && event.key.startsWith("Arrow")) return true;
  return target.matches("button, a") && (event.key === "Enter" || event.key === " ");
}

function row(keys, label) {
  return make("div", {}, make("dt", {}, ...keys.flatMap((key, i) => [i ? " " : "", make("kbd", {}, key)])), make("dd", {}, label));
}

/** The page of shortcuts. */
export function showKeys() {
  const pretty = (key) => key.split("+").filter(Boolean).map((part) => (part.length === 1 ? part.toUpperCase() : part));
  openDialog("Shortcuts", [
    make("dl", { class: "keys" },
      ...TOOLS.map(({ key, label }) => row([key.toUpperCase()], label)),
      row(["1", "…", "4"], "Take an idea"),
      row(["Right", "click"], "Pick the colour there; so does Alt and a click"),
      row(["Hold"], "A tool's key, held: the tool before comes back with it"),
      row(["Shift", "click"], "Hint brush: nothing follows what you touch"),
      row(["Space", "drag"], "Move the picture"), row(["Space"], "Film: play and stop"),
      row(["←", "↑", "→", "↓"], "Move the picture"),
      ...PLAIN.map(([key, , label]) => row(key === "+" ? ["+"] : pretty(key), label))),
    make("p", { class: "small muted" }, "The wheel or two fingers zoom; two fingers move. Double click a colour to change it everywhere."),
  ], { broad: true });
}
