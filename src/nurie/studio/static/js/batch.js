/** Many drawings alike: the same palette and hints on the folder's files, or on chosen ones. */

import { openDialog } from "./dialog.js";
import { chooseFiles, download, make } from "./dom.js";
import { complain, tell } from "./notices.js";
import { resultName } from "./savebox.js";
import { server } from "./server.js";
import { begin, stem } from "./work.js";
import { zip } from "./zip.js";

/** What one drawing hands on to others: colours, and where a person put them as shares of the sheet. */
export function lessonOf(work, { palette, hints }) {
  const { view, drawing } = work;
  const points = hints ? [...view.said.wishes.values()].filter((wish) => wish.kind === "dab" || wish.kind === "fill") : [];
  return {
    palette: palette ? view.palette.filter((hex) => view.used.has(hex) || view.said.locked.has(hex)) : null,
    hints: points.map(({ point: [x, y], color }) => ({ x: x / drawing.width, y: y / drawing.height, color })),
  };
}

/** Colour one file as the lesson says: what the server writes for it. */
export async function colorLike(file, lesson, { format, send }) {
  const work = await begin(file, file.name);
  const { width, height } = work.drawing;
  const { palette } = lesson;
  if (palette?.length) work.history.push({ type: "palette", colors: palette, names: [] });
  for (const { x, y, color } of lesson.hints) work.history.push({ type: "dab", points: [[x * width, y * height]], color });
  let problem = null;
  work.addEventListener("trouble", ({ detail }) => (problem = detail));
  await work.update();
  if (problem || !work.view?.answer) throw new Error(problem ?? "It could not be coloured.");
  return work.export(format, send);
}

/** Ask which files, and colour them one after the other. */
export async function openBatch(work, limits) {
  if (!work?.view) return tell("Colour one drawing first; the others follow it.");
  const { folder, files } = await server.files();
  const others = files.filter(({ name }) => name !== work.name && !/\.colored\./.test(name));
  const plan = { entries: others.map(({ name }) => ({ name, get: () => server.file(name).then((blob) => new File([blob], name)) })) };
  const list = make("ul", { class: "files" });
  const [palette, hints] = [tick("The palette of this drawing", true), tick("Its hints, at the same places", false)];
  const target = make("select", { "aria-label": "Format" }, ...["png", "ora", "psd"].map((value) => make("option", { value }, value.toUpperCase())));
  const go = make("button", { class: "primary" });
  const show = () => {
    list.replaceChildren(...plan.entries.map((entry) => make("li", {}, entry.name, (entry.state = make("span", { class: "small muted" })))));
    go.textContent = `Colour ${plan.entries.length === 1 ? "one drawing" : `${plan.entries.length} drawings`}`;
    go.disabled = !plan.entries.length;
  };
  const choose = async () => {
    const chosen = await chooseFiles({ accept: (limits.formats?.read ?? []).join(","), multiple: true });
    if (chosen.length) plan.entries = chosen.map((file) => ({ name: file.name, get: async () => file }));
    show();
  };
  const dialog = openDialog("Colour many alike", [
    make("p", { class: "muted" }, folder ? `The other drawings in the folder ${folder} take over what you made here.` : "Other drawings take over what you made here."),
    list, make("button", { class: "plain", onclick: choose }, "Choose other files"),
    palette.label, hints.label, make("label", { class: "check" }, "Save as", target), go,
  ]);
  go.addEventListener("click", () => {
    go.disabled = true;
    run(plan.entries, lessonOf(work, { palette: palette.input.checked, hints: hints.input.checked }), target.value, dialog);
  });
  show();
  return dialog;
}

function tick(text, checked) {
  const input = make("input", { type: "checkbox", checked });
  return { input, label: make("label", { class: "check" }, input, text) };
}

async function run(entries, lesson, format, dialog) {
  const done = [];
  let failed = 0;
  for (const entry of entries) {
    if (!dialog.isConnected) break;
    entry.state.textContent = "colouring…";
    try {
      const blob = await colorLike(await entry.get(), lesson, { format });
      done.push({ name: unique(resultName(entry.name, format), done), bytes: new Uint8Array(await blob.arrayBuffer()) });
      entry.state.textContent = "done";
    } catch (error) {
      failed += 1;
      entry.state.textContent = error.message;
    }
  }
  if (!done.length) return failed && complain(new Error("None of the drawings could be coloured."));
  download(zip(done), `coloured-${format}.zip`);
  if (!failed) dialog.close();
  return tell(`${done.length} of ${entries.length} drawings are in coloured-${format}.zip.`);
}

function unique(name, done) {
  let free = name;
  for (let n = 2; done.some((file) => file.name === free); n += 1) free = `${stem(name)}-${n}${name.slice(stem(name).length)}`;
  return free;
}
