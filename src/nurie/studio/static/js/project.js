/** A project file: the bytes of the drawing, or of a film's frames, every command and the answers, as JSON. */

import { tidy } from "./color.js";
import { freshId } from "./commands.js";
import { Trouble } from "./server.js";

const VERSION = 1;

async function toBase64(blob) {
  if (Array.isArray(blob)) return Promise.all(blob.map(toBase64));
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const parts = [];
  for (let i = 0; i < bytes.length; i += 0x8000) parts.push(String.fromCharCode(...bytes.subarray(i, i + 0x8000)));
  return btoa(parts.join(""));
}

function fromBase64(text) {
  if (Array.isArray(text)) return text.map(fromBase64);
  return new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))]);
}

/** The file for a work. */
export async function pack(work) {
  const { bytes, references, savedAt, ...rest } = work.toRecord();
  const shown = await Promise.all(references.map(async ([id, { bytes: picture, ...rest }]) => [id, { ...rest, bytes: await toBase64(picture) }]));
  const project = { nurie: VERSION, ...rest, references: shown, bytes: await toBase64(bytes) };
  return new Blob([JSON.stringify(project)], { type: "application/json" });
}

/** The record of a work from a project file; it becomes a work of its own. */
export async function unpackProject(blob) {
  let project;
  try {
    project = JSON.parse(await blob.text());
  } catch {
    throw new Trouble("This project file is damaged: it is not JSON.");
  }
  if (!project?.nurie || !project.bytes || !project.drawing?.id || !Array.isArray(project.history?.list)) {
    throw new Trouble("This is not a project file of nurie studio.");
  }
  if (project.nurie > VERSION) throw new Trouble("This project file comes from a newer nurie; update nurie to open it.");
  const references = (project.references ?? []).map(([id, { bytes, ...more }]) => [id, { ...more, bytes: fromBase64(bytes) }]);
  return { ...project, references, id: freshId(), bytes: fromBase64(project.bytes) };
}

/** Whether a file is a project by its name. */
export const isProject = (name) => /\.nurie$/i.test(name);

/** Commands for a file of hints as `nurie color --hints` reads it: dots, strokes, areas, and what a dot shows. */
export async function commandsOf(file, regions) {
  const found = await file.text().then(JSON.parse).catch(() => null);
  const hints = found?.hints ?? found;
  if (!Array.isArray(hints) || !hints.every(({ color, part }) => part || tidy(String(color)))) throw new Trouble(`${file.name} holds no hints; see nurie color --hints.`);
  return hints.map(({ x, y, points = [[x, y]], radius, polygon, color, part }) => {
    if (part) return { type: "part", x, y, part };
    if (polygon) return { type: "area", color: tidy(color), spots: regions.inside(polygon).map((region) => regions.anchors[region]) };
    return { type: "dab", points, radius, color: tidy(color) };
  });
}

/** Hints as `nurie color --hints` reads them: a point in each region whose colour a person gave. */
export function hintsFile(view) {
  const hints = [...view.said.wishes.values()].filter((wish) => wish.color)
    .map(({ point: [x, y], color }) => ({ x: Math.floor(x), y: Math.floor(y), color }));
  return new Blob([`${JSON.stringify({ hints }, null, 2)}\n`], { type: "application/json" });
}
