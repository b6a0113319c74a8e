/** Save: the picture in every format the server writes, the palette, hints, and the project. */

import { titleOf } from "./commands.js";
import { openDialog } from "./dialog.js";
import { download, icon, make } from "./dom.js";
import { complain, tell } from "./notices.js";
import { hintsFile, pack } from "./project.js";
import { server } from "./server.js";

const KNOWN = {
  png: ["Picture (PNG)", "Flattened, at full size", "picture"],
  ora: ["Layers (ORA)", "Krita, GIMP, MyPaint", "batch"],
  psd: ["Layers (PSD)", "Photoshop, Clip Studio", "batch"],
  tif: ["Picture (TIFF)", "For print", "picture"],
  webp: ["Picture (WebP)", "Small, without loss", "picture"],
  tga: ["Picture (TGA)", "For animation", "picture"],
  gpl: ["Palette (GPL)", "GIMP, Krita, Inkscape", "palette"],
  ase: ["Palette (ASE)", "Adobe programs", "palette"],
};

const plain = (suffix) => suffix.replace(/^\./, "").replace("tiff", "tif");

/** Formats that the server writes, in the order of KNOWN. */
export function formatsOf(limits) {
  const { write = ["png", "ora"], palette = ["gpl", "ase"] } = limits.formats ?? {};
  const offered = new Set([...write, ...palette].map(plain));
  return Object.keys(KNOWN).filter((format) => offered.has(format));
}

const button = ([label, note, image], onclick) => make("button", { onclick }, icon(image), make("b", {}, label), make("span", {}, note));

const PROJECT = ["Project (.nurie)", "Opens again as it is now", "sheet"];

const FILM = [
  ["png", "Frames (PNG)", "A ZIP file", "picture"], ["tga", "Frames (TGA)", "For animation programs", "picture"], ["psd", "Frames in layers (PSD)", "Photoshop, Clip Studio", "batch"],
  ["ora", "Frames in layers (ORA)", "Krita, GIMP", "batch"], ["apng", "Animation (APNG)", "Every colour exact", "film"], ["gif", "Animation (GIF)", "At most 256 colours", "film"],
];

const project = (work) => pack(work).then((blob) => download(blob, `${titleOf(work)}.nurie`));

/** Ask how to save a film. */
function openFilmSave(work) {
  const save = async (format) => {
    dialog.close();
    const name = `${titleOf(work)}.colored.${format === "apng" || format === "gif" ? format : "zip"}`;
    tell("Writing all frames…");
    await work.exportFilm(format).then((blob) => { download(blob, name); tell(`${name} is saved.`); }, complain);
  };
  const whole = button(PROJECT, () => { dialog.close(); project(work).catch(complain); });
  const dialog = openDialog("Save the film", [make("div", { class: "formats" }, whole, ...FILM.map(([format, ...known]) => button(known, () => save(format)))),
    make("p", { class: "small muted" }, "Frames keep their names. Your work is also kept in this browser as you go.")]);
  return dialog;
}

/** Ask how to save a work. */
export function openSave(work, limits) {
  if (!work.view) return tell("Wait until the first colours are there.");
  if (work.frames) return openFilmSave(work);
  const dialog = openDialog("Save", [
    make("div", { class: "formats" },
      button(PROJECT, () => run(() => project(work))),
      ...formatsOf(limits).map((format) => button(KNOWN[format], () => run(() => save(work, format)))),
      button(["Hints (JSON)", "For nurie color --hints", "dab"], () => run(async () => download(hintsFile(work.view), `${titleOf(work)}.hints.json`)))),
    limits.folder ? intoFolder(work, limits, () => dialog.close()) : make("p", { class: "small muted" }, "Your work is also kept in this browser as you go."),
  ]);
  const run = async (task) => {
    dialog.close();
    try {
      await task();
    } catch (error) {
      complain(error);
    }
  };
  return dialog;
}

const isPalette = (format) => format === "gpl" || format === "ase";

/** Name of a result by that of its drawing without a suffix; never that of the drawing. */
export const resultName = (name, format) => `${name}${isPalette(format) ? "" : ".colored"}.${format}`;

async function save(work, format) {
  const blob = await work.export(format);
  download(blob, resultName(titleOf(work), format));
  tell(`${resultName(titleOf(work), format)} is saved.`);
}

function intoFolder(work, limits, close) {
  const select = make("select", { "aria-label": "Format" }, ...formatsOf(limits).map((format) => make("option", { value: format }, KNOWN[format][0])));
  const put = async (force) => {
    close();
    try {
      const saved = await work.export(select.value, (body) => server.saveFile({ ...body, name: isPalette(select.value) ? body.name : `${body.name}.colored`, force }));
      tell(`${saved} is in the folder ${limits.folder}.`);
    } catch (error) {
      if (error.status !== 409) complain(error);
      else tell(error.message, { ways: [["Replace it", () => put(true)]] });
    }
  };
  return make("div", { class: "field" }, make("b", {}, `Into the folder ${limits.folder}`),
    make("div", { class: "check" }, select, make("button", { class: "plain", onclick: () => put(false) }, "Save there")));
}
