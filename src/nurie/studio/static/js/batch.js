/** Many drawings alike: the same palette and hints on the folder's files, or on chosen ones. */

import { openDialog } from "./dialog.js";
import { chooseFiles, download, make } from "./dom.js";
import { complain, tell } from "./notices.js";
import { resultName } from "./savebox.js";
import { server } from "./server.js";
import { stem } from "./commands.js";
import { begin } from "./work.js";
import { zip } from "./zip.js";

/** What one drawing hands on to others: colours, and where a person put them as shares of the sheet. */
export function lessonOf(work, { palette, hints }) {
  const { view, drawing } = work;
  const points = hints ? [...view.said.wishes.values()].filter((wish) => wish.kind === "dab" || wish.kind === "fill") : [];
  return {
    palette: palette ? view.palette.filter((hex) => view.used.has(hex) || view.said.locked.has(hex)) : null,
    style: view.said.style === "flat" ? null : { style: view.said.style, light: view.said.light },
    hints: points.map(({ point: [x, y], color }) => ({ x: x / drawing.width, y: y / drawing.height, color })),
  };
}

/** Colour one file as the lesson says: what the server writes for it, or what `send` gives. */
export async function colorLike(file, lesson, { format, send, signal }) {
  const work = await begin(file, file.name);
  // Stop may have been pressed while the drawing was sent.
  signal?.throwIfAborted();
  const { width, height } = work.drawing;
  const { palette, style } = lesson;
  const stop = () => work.stop?.abort();
  signal?.addEventListener("abort", stop);
  if (palette?.length) work.history.push({ type: "palette", colors: palette, names: [] });
  if (style) work.history.push({ type: "style", ...style });
  for (const { x, y, color } of lesson.hints) work.history.push({ type: "dab", points: [[x * width, y * height]], color });
  let problem = null;
  work.addEventListener("trouble", ({ detail }) => (problem = detail));
  await work.update();
  signal?.removeEventListener("abort", stop);
  signal?.throwIfAborted();
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
  const format = choice("Format", ["png", "ora", "psd"].map((value) => [value, value.toUpperCase()]));
  const target = choice("Where", [...(folder ? [["folder", `into the folder ${folder}`]] : []), ["zip", "as one ZIP file"]]);
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
  const pick = make("button", { class: "plain", onclick: choose }, "Choose other files");
  const dialog = openDialog("Colour many alike", [
    make("p", { class: "muted" }, folder ? `The other drawings in the folder ${folder} take over what you made here.` : "Other drawings take over what you made here."),
    list, pick, palette.label, hints.label, make("label", { class: "check" }, "Save as", format, target), go,
  ]);
  go.addEventListener("click", () => {
    const lesson = lessonOf(work, { palette: palette.input.checked, hints: hints.input.checked });
    for (const control of [pick, palette.input, hints.input, format, target]) control.disabled = true;
    run(plan.entries, lesson, { format: format.value, folder: target.value === "folder" ? folder : null }, { dialog, go });
  });
  show();
  return dialog;
}

function tick(text, checked) {
  const input = make("input", { type: "checkbox", checked });
  return { input, label: make("label", { class: "check" }, input, text) };
}

const choice = (label, options) => make("select", { "aria-label": label }, ...options.map(([value, text]) => make("option", { value }, text)));

/** Colour one after the other; closing the dialog, or Stop, ends the one that is being coloured, too. */
async function run(entries, lesson, { format, folder }, { dialog, go }) {
  const halt = new AbortController();
  const { signal } = halt;
  const bar = make("progress", { max: String(entries.length), value: "0", "aria-label": "Drawings done" });
  const count = make("span", { class: "small muted" });
  dialog.addEventListener("close", () => halt.abort());
  go.replaceWith(make("div", { class: "progress" }, bar, count, make("button", { class: "plain", onclick: () => halt.abort() }, "Stop")));
  const zipped = [];
  let [done, failed] = [0, 0];
  for (const entry of entries) {
    if (signal.aborted) break;
    count.textContent = `${done + failed} of ${entries.length}`;
    entry.state.textContent = "colouring…";
    entry.state.scrollIntoView({ block: "nearest" });
    try {
      const send = folder && ((body) => server.saveFile({ ...body, name: `${body.name}.colored`, force: false }, signal));
      const result = await colorLike(await entry.get(), lesson, { format, send: send ?? ((body) => server.export(body, signal)), signal });
      if (!folder) zipped.push({ name: unique(resultName(stem(entry.name), format), zipped), bytes: new Uint8Array(await result.arrayBuffer()) });
      done += 1;
      entry.state.textContent = "done";
    } catch (error) {
      failed += error.name === "AbortError" ? 0 : 1;
      entry.state.textContent = error.name === "AbortError" ? "stopped" : error.message;
    }
    bar.value = done + failed;
  }
  if (zipped.length) download(zip(zipped), `coloured-${format}.zip`);
  count.textContent = `${done} of ${entries.length} done`;
  dialog.querySelector(".progress button").remove();
  if (!failed && !signal.aborted) dialog.close();
  if (!done) return failed && complain(new Error("None of the drawings could be coloured."));
  return tell(`${done} of ${entries.length} drawings are in ${folder ? `the folder ${folder}` : `coloured-${format}.zip`}.`);
}

function unique(name, done) {
  let free = name;
  for (let n = 2; done.some((file) => file.name === free); n += 1) free = `${stem(name)}-${n}${name.slice(stem(name).length)}`;
  return free;
}
