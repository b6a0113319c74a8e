/** Starts the page, and hands every button and key to what it does. */

import { Desk } from "./desk.js";
import { openBatch } from "./batch.js";
import { freshId } from "./commands.js";
import { byId, placeIcons } from "./dom.js";
import { beginFilm, FilmWork } from "./film.js";
import { actionOf, isTaken, showKeys } from "./keys.js";
import { complain, hush, tell } from "./notices.js";
import { commandsOf, isProject, unpackProject } from "./project.js";
import { openReading } from "./readbox.js";
import { openSave } from "./savebox.js";
import { reach, readToken, server } from "./server.js";
import { Start } from "./start.js";
import { lastOpen, store, tabs } from "./store.js";
import { followTheme, toggleTheme } from "./theme.js";
import { begin, Work } from "./work.js";

readToken();
followTheme();
placeIcons();
const limits = await server.limits();
const desk = new Desk(limits);
const start = new Start({ openFile, openFilm, openRecord, limits });

async function openFile(file) {
  byId("veil").hidden = true;
  try {
    if (limits.max_bytes && file.size > limits.max_bytes) throw new Error(`${file.name} is larger than the ${Math.round(limits.max_bytes / 1e6)} MB that nurie takes.`);
    const work = isProject(file.name) ? workOf(await unpackProject(file)) : await begin(file, file.name);
    await desk.open(work);
    if (desk.work === work) await desk.keep();
  } catch (error) {
    complain(error);
  }
}

/** Open files as the frames of one film. */
async function openFilm(files, about = {}) {
  byId("veil").hidden = true;
  try {
    const [work, lost] = await beginFilm(files, about, (done, total) => tell(`Opening frame ${done} of ${total}…`));
    hush();
    if (lost.length) complain(new Error(`${lost.length === 1 ? "A frame was" : `${lost.length} frames were`} left out. ${lost[0]}`));
    await desk.open(work);
    if (desk.work === work) await desk.keep();
  } catch (error) {
    complain(error);
  }
}

/** Open a kept work; one that another tab has open becomes a copy, or is left alone at the start. */
async function openRecord(id, how = "") {
  const record = await store.get(id).catch(() => null);
  const elsewhere = await tabs.hold(id);
  if (!record || (elsewhere && how)) return false;
  const opened = desk.open(workOf(elsewhere ? { ...record, id: freshId() } : record));
  if (elsewhere) tell("It is open in another tab, so this is a copy.");
  else if (how) tell(how);
  await opened;
  return true;
}

const workOf = (record) => (record.frames ? new FilmWork(record) : new Work(record));

async function home() {
  await desk.close();
  hush();
  await start.show();
}

function togglePanel(on = byId("panel").hidden) {
  byId("panel").hidden = !on;
  document.querySelector("[data-do=panel]").setAttribute("aria-pressed", String(on));
}

function toggleMenu(on = byId("menu").hidden) {
  byId("menu").hidden = !on;
  byId("more").setAttribute("aria-expanded", String(on));
  if (on) byId("menu").querySelector("button").focus();
}

const ANYWHERE = { hush: () => hush(), theme: toggleTheme, help: showKeys, open: () => start.choose() };

const AT_DESK = {
  home, undo: () => desk.work.undo(), redo: () => desk.work.redo(),
  save: () => openSave(desk.work, limits), batch: () => openBatch(desk.work, limits), reading: () => openReading(desk.work),
  compare: () => desk.split.toggle(), panel: () => togglePanel(), marks: () => desk.stage.set({ marks: !desk.stage.look.marks }),
  doubts: () => { desk.stage.set({ doubts: !desk.stage.look.doubts }); desk.panel.refresh(); },
  leave: () => desk.work.view && desk.work.do({ type: "unsure", leave: !desk.work.view.said.leave }),
  ideas: () => desk.panel.moreIdeas(), large: () => desk.panel.compare(), repeat: () => desk.paintWith(desk.before), next: () => desk.panel.nextDoubt(1), previous: () => desk.panel.nextDoubt(-1),
  after: () => desk.step(1), before: () => desk.step(-1), apply: () => desk.apply(), edit: () => desk.palette.edit(desk.color),
  frameAfter: () => desk.strip.step(1), frameBefore: () => desk.strip.step(-1), key: () => desk.strip.key(), keyPicture: () => desk.strip.keyPicture(),
  nextKey: () => desk.strip.nextKey(), onion: () => desk.strip.onion(), play: () => desk.strip.play(),
  in: () => desk.stage.zoom(1.25), out: () => desk.stage.zoom(0.8), fit: () => desk.stage.fit(),
  actual: () => desk.stage.zoom(1 / (desk.stage.camera.scale * devicePixelRatio)),
};

function act(action) {
  const [name, detail] = action.split(":");
  if (name in ANYWHERE) ANYWHERE[name]();
  else if (!desk.work) return false;
  else if (name === "tool") desk.use(detail);
  else if (name === "idea") desk.panel.pick(Number(detail));
  else if (name === "pan") desk.stage.pan(...detail.split(",").map(Number));
  else if (name === "edit" && !desk.work.view?.palette.includes(desk.color)) return true;
  else AT_DESK[name]?.();
  return true;
}

addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (!byId("menu").hidden && !event.target.closest("#more")) toggleMenu(false);
  if (button) act(button.dataset.do);
});
byId("more").addEventListener("click", () => toggleMenu());

byId("menu").addEventListener("keydown", (event) => {
  const items = [...byId("menu").children];
  const at = items.indexOf(document.activeElement);
  if (event.key === "Escape") { toggleMenu(false); byId("more").focus(); }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) { event.preventDefault(); items[(at + step + items.length) % items.length].focus(); }
});

// Where the focus is, is shown on the picture only to people who move it by keys.
addEventListener("keydown", (event) => event.key === "Tab" && (document.documentElement.dataset.input = "keys"), true);
addEventListener("pointerdown", () => delete document.documentElement.dataset.input, true);
addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || isTaken(event)) return;
  if (event.key === " " && desk.work && event.target === byId("picture")) {
    if (!event.repeat) desk.dragged = false;
    desk.held = true;
    byId("stage").classList.add("grab");
    event.preventDefault();
    return;
  }
  const action = actionOf(event);
  // A tool whose key is held is lent for what is drawn meanwhile.
  if (action?.startsWith("tool:") && desk.work && !event.repeat) desk.lent = { key: event.key.toLowerCase(), back: desk.tool.id };
  if (action === "compare" && desk.work) return desk.split.peek(true, event.repeat);
  if (action && act(action)) event.preventDefault();
});
addEventListener("blur", () => desk.split.held && desk.split.peek(false));
addEventListener("keyup", (event) => {
  if (event.key.toLowerCase() === "c" && desk.split.held) desk.split.peek(false);
  if (event.key.toLowerCase() === desk.lent?.key) {
    if (desk.lent.used && desk.work) desk.use(desk.lent.back);
    desk.lent = null;
  }
  if (event.key !== " ") return;
  // In a film Space, pressed and let go, plays; held, it moves the picture like anywhere.
  if (desk.held && !desk.dragged) desk.strip.play();
  desk.held = false;
  byId("stage").classList.remove("grab");
});

addEventListener("dragover", (event) => {
  event.preventDefault();
  byId("veil").hidden = !event.dataTransfer.types.includes("Files") || Boolean(event.target.closest?.("#reference-drop, dialog"));
});
addEventListener("dragleave", (event) => event.relatedTarget || (byId("veil").hidden = true));
addEventListener("drop", (event) => {
  event.preventDefault();
  byId("veil").hidden = true;
  const files = [...event.dataTransfer.files];
  const [file] = files;
  if (!file) return;
  if (files.length > 1) return void openFilm(files);
  if (desk.work && /\.(gpl|ase|hex)$/i.test(file.name)) desk.palette.load(file);
  else if (desk.work?.view && /\.json$/i.test(file.name)) commandsOf(file, desk.work.view.regions).then((all) => desk.work.do(...all)).catch(complain);
  else openFile(file);
});
addEventListener("paste", (event) => {
  const file = [...(event.clipboardData?.files ?? [])][0];
  if (file) openFile(file);
});
reach.addEventListener("back", () => {
  hush(".bad");
  tell("nurie answers again.");
  if (desk.work) desk.work.retry().catch(complain);
  else start.show();
});
addEventListener("pagehide", () => desk.work && desk.keep());

// For tests and benchmarks: what cannot be read from the page itself.
globalThis.nurie = { desk, limits };

const narrow = matchMedia("(max-width: 900px)");
narrow.addEventListener("change", () => togglePanel(!narrow.matches));
togglePanel(!narrow.matches);
let back = false;
for (const id of lastOpen.all()) back ||= await openRecord(id, "Your drawing is back as you left it.");
if (!back && limits.film) await start.openFolder();
else if (!back) await start.show();
document.documentElement.dataset.ready = "yes";
