/** How the lines of a drawing are found: the command line's options of these names. */

import { openDialog } from "./dialog.js";
import { make } from "./dom.js";
import { complain } from "./notices.js";

const COLORS = ["red", "blue", "green", "orange", "violet", "cyan"];
const OPTIONS = [
  ["clean", "Clean: paper tint, noise and specks", [["", "leave them"], ["yes", "remove them"]]],
  ["ink", "Ink: the lines are", [["", "found by themselves"], ["dark", "dark"], ["light", "light on a dark ground"]]],
  ["paper", "Paper tint, where there is one", [["", "is left out of the colours"], ["keep", "is kept over them"]]],
  ["letters", "Letters and balloons", [["", "stay paper"], ["colour", "are coloured"]]],
  ["drop", "Drop pencil of this colour", [["", "what plainly lies below ink"], ["none", "none: it is ink"], ...COLORS.map((name) => [name, name])]],
  ["trace", "Trace lines, not seen in the end", [["", "none"], ...COLORS.map((name) => [name, name])]],
];

/** Ask how to read a work's drawing, and read it so. */
export function openReading(work) {
  const now = work.drawing.prepare ?? {};
  const selects = OPTIONS.map(([name, label, choices]) => {
    const select = make("select", { name }, ...choices.map(([value, text]) => make("option", { value, selected: value === (now[name] ?? "") }, text)));
    return [select, make("label", { class: "check reading" }, label, select)];
  });
  const read = () => {
    dialog.close();
    work.reread(Object.fromEntries(selects.map(([{ name, value }]) => [name, value]).filter(([, value]) => value))).catch(complain);
  };
  const dialog = openDialog("How the drawing is read", [
    make("p", { class: "small muted" }, "Your hints and settings stay; colours are asked for anew."),
    ...selects.map(([, label]) => label), make("button", { class: "primary", onclick: read }, "Read it so"),
  ]);
  return dialog;
}
