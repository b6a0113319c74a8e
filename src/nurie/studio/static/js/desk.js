/** The desk: a work on the stage, tools in hand, and everything kept as it happens. */

import { Acts } from "./acts.js";
import { closeColorBox, remember } from "./colorbox.js";
import { describe, format } from "./color.js";
import { NAMES, titleOf } from "./commands.js";
import { byId, icon, make, press, rove } from "./dom.js";
import { complain, hush, tell, whisper } from "./notices.js";
import { PaletteBar } from "./palettebar.js";
import { Panel } from "./panel.js";
import { listen } from "./pointer.js";
import { surenessOf } from "./resolve.js";
import { Shade } from "./shade.js";
import { Split } from "./split.js";
import { Stage } from "./stage.js";
import { Strip } from "./strip.js";
import { Autosave, lastOpen, tabs } from "./store.js";
import { thumbOf } from "./thumbs.js";
import { TOOLS, toolOf } from "./tools.js";

const PAINTS = new Set(["dab", "fill", "area"]);
/** Tools that mean one drawing alone; in a film the brush fills a region, and its like in other frames. */
const STILL = new Set(["fill", "keep", "part", "erase", "cut", "merge"]);

export class Desk {
  constructor(limits) {
    this.stage = new Stage(byId("stage"));
    this.shade = new Shade(this.stage);
    this.work = null;
    this.color = "#e8604c";
    this.before = "#ffffff";
    this.tool = toolOf("dab");
    this.held = false;
    this.acts = new Acts(this);
    this.palette = new PaletteBar(this);
    this.panel = new Panel(this, limits);
    this.strip = new Strip(this);
    this.split = new Split(this.stage, document.querySelector("[data-do=compare]"));
    this.autosave = new Autosave((kept, problem) => this.#tellKept(kept, problem));
    this.#buildRail();
    listen(this.stage, {
      stroke: (stroke, done) => this.#stroke(stroke, done),
      pick: (point) => this.work.view && this.#pickAt(point),
      hover: (x, y) => this.#hover(x, y),
      leave: () => this.stage.set({ hover: 0 }),
      drags: () => (this.dragged = this.held) || this.tool.id === "hand",
    });
    this.stage.place.addEventListener("camera", () => this.#showZoom());
    const title = byId("title");
    title.addEventListener("change", () => this.#rename(title.value));
    title.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") title.value = titleOf(this.work);
      if (key === "Escape" || key === "Enter") byId("picture").focus();
    });
    this.use("dab");
  }

  /** Call the work by another name, and its files as well; an empty one is its file's again. */
  #rename(text) {
    this.work.given = text.replace(/[\\/\p{Cc}]+/gu, " ").trim() || null;
    this.#showTitle();
    return this.keep();
  }

  #showTitle() {
    byId("title").value = titleOf(this.work);
    document.title = `${titleOf(this.work)} – nurie studio`;
  }

  #buildRail() {
    const rail = byId("tools");
    for (const tool of TOOLS) {
      if (tool.id === "paper" || tool.id === "cut" || tool.id === "hand") rail.append(make("span", { class: "rule" }));
      rail.append(make("button", { class: "quiet", "data-tool": tool.id, "aria-pressed": "false", "aria-label": tool.label,
        "aria-keyshortcuts": tool.key, title: `${tool.label} (${tool.key.toUpperCase()})`, onclick: () => this.use(tool.id) }, icon(tool.id)));
    }
    rove(rail);
  }

  /** Put a work on the desk. */
  async open(work) {
    if (this.work) await this.close();
    this.work = work;
    this.release = tabs.take(work.id);
    byId("start").hidden = true;
    byId("desk").hidden = false;
    byId("desk").classList.toggle("film", Boolean(work.frames));
    for (const button of byId("tools").querySelectorAll("button")) button.hidden = Boolean(work.frames) && STILL.has(button.dataset.tool);
    this.use(work.frames && STILL.has(this.tool.id) ? "dab" : this.tool.id);
    this.strip.show(work);
    this.#showTitle();
    this.#hear(work);
    this.split.toggle(false);
    this.shade.forget();
    this.stage.show(work);
    work.painted = work.commands.some(({ type }) => PAINTS.has(type));
    this.stage.set({ doubts: !work.painted });
    this.panel.refreshIdeas();
    this.#refresh();
    lastOpen.set(work.id);
    byId("picture").focus({ preventScroll: true });
    const line = work.loadLine().catch(complain);
    await work.update();
    await line;
    this.panel.refreshIdeas();
  }

  /** When nothing else is to be done: think of ideas, where there are none for these regions. */
  #rest() {
    const { work } = this;
    if (work.hasIdeas || !work.view?.answer?.regions || work.refused === work.view.regions.key) return;
    this.panel.refreshIdeas();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.work === work && !work.waiting && !work.hasIdeas && this.panel.moreIdeas(), 300);
  }

  #hear(work) {
    const on = (type, action) => work.addEventListener(type, (event) => this.work === work && action(event.detail));
    on("view", () => { this.stage.refresh(); this.shade.follow(work); this.#refresh(); });
    on("line", () => { this.stage.painter.setLine(work.line); this.stage.redraw(); this.panel.refreshIdeas(); });
    on("drawing", () => { this.shade.forget(); this.stage.show(work); this.panel.refreshIdeas(); });
    on("frame", () => { this.stage.swap(); this.strip.follow(); });
    on("film", (changed) => this.strip.refresh(changed));
    on("ideas", () => this.panel.refreshIdeas());
    on("busy", (busy) => { this.#showBusy(busy); if (!busy) this.#rest(); });
    on("trouble", (sentence) => tell(sentence, { bad: true, ways: [["Try again", () => work.retry().catch(complain)]] }));
    on("fine", () => hush(".bad"));
    on("edit", (what) => this.#edited(work, what));
  }

  #edited(work, { command, how }) {
    // Once a person paints, what nurie doubted is in the way.
    if (how === "done" && PAINTS.has(command.type) && !work.painted) {
      work.painted = true;
      this.stage.set({ doubts: false });
    }
    if (command) {
      // What was offered or asked meant the step before.
      hush(".toast:not(.bad)");
      if (how === "done" && command.color && PAINTS.has(command.type)) remember(command.color);
      whisper(`${NAMES[command.type]} ${how}.`);
    }
    this.#refresh();
    this.keep();
  }

  /** Keep the work in the browser. */
  keep() {
    const { work } = this;
    return this.autosave.save(() => work.toRecord(), () => thumbOf(work).catch(() => null));
  }

  /** Leave the desk; the work stays kept, with its picture as it is now. */
  async close() {
    const { work } = this;
    closeColorBox();
    if (work?.view) this.autosave.thumbs.set(work.id, await thumbOf(work));
    await this.keep();
    clearTimeout(this.autosave.later);
    work?.stop?.abort();
    work?.thinking?.abort();
    this.shade.forget();
    this.release?.();
    this.work = this.stage.work = null;
    lastOpen.clear(work?.id);
  }

  /** Bring the bars up to date, once for all that happens in a row. */
  #refresh() {
    if (this.refreshing) return;
    this.refreshing = true;
    queueMicrotask(() => {
      this.refreshing = false;
      if (this.work) this.#refreshNow();
    });
  }

  #refreshNow() {
    const { history } = this.work;
    document.querySelector(".top [data-do=undo]").disabled = !history.canUndo;
    document.querySelector(".top [data-do=redo]").disabled = !history.canRedo;
    this.palette.refresh();
    this.panel.refresh();
    this.#showZoom();
  }

  #showBusy(busy) {
    clearTimeout(this.busyTimer);
    this.busyTimer = setTimeout(() => (byId("busy").hidden = !busy), busy ? 150 : 0);
    byId("busy-text").textContent = this.work.progress ?? (this.work.view?.answer ? "Thinking…" : "Colouring…");
  }

  #tellKept(kept, problem) {
    byId("kept").textContent = kept ? "Kept in this browser" : problem ? "Not kept" : "Keeping…";
    if (problem && !this.warned) complain(new Error(problem));
    this.warned ||= Boolean(problem);
  }

  #showZoom() {
    const shown = `${Math.round(100 * this.stage.camera.scale * devicePixelRatio)} %`;
    byId("zoomed").textContent = shown;
    byId("zoomed").setAttribute("aria-label", `${shown}, show the whole picture`);
  }

  /** Take a tool in hand. */
  use(id) {
    if (this.work?.frames && STILL.has(id)) return;
    this.tool = toolOf(id);
    this.stage.place.dataset.tool = id;
    for (const button of byId("tools").querySelectorAll("button")) press(button, button.dataset.tool === id);
    byId("note").replaceChildren(make("b", {}, this.tool.label), ` – ${(this.work?.frames && this.tool.film) || this.tool.note}`);
  }

  /** Paint with a colour from now on; a tool that does not paint gives way to the brush. */
  paintWith(color) {
    this.#take(color);
    if (!this.tool.paints) this.use("dab");
    this.palette.refresh();
  }

  #take(color) {
    if (color !== this.color) this.before = this.color;
    this.color = color;
  }

  #stroke(stroke, done) {
    const { tool, work, stage } = this;
    if (!stroke || !work.view) return stage.set({ stroke: null });
    if (stage.look.playing) return void (this.strip.playing = null);
    if (done && this.lent) this.lent.used = true;
    if (stroke.alt || tool.id === "pick") return done && this.#pickAt(stroke.points.at(-1));
    if (tool.id === "part") return done && this.acts.name(stroke.points.at(-1));
    const drawn = stroke.points.length > 1 || tool.paints;
    stage.set({ stroke: drawn && !done ? { points: stroke.points, color: tool.paints ? this.color : "#d6336c", dashed: tool.dashed } : null });
    return done && !(tool.paints && tool.id !== "area" && this.acts.guards(stroke)) && this.acts.act(stroke.points, stroke.shift);
  }

  /** Paint with a colour at a place of the screen, where something was dropped. */
  drop(color, x, y, alone = false) {
    const box = this.stage.place.getBoundingClientRect();
    const point = this.stage.camera.toPicture(x - box.left, y - box.top);
    this.paintWith(color);
    if (this.tool.id !== "fill") this.use("dab");
    if (this.work.view && !this.acts.guards({ points: [point] })) this.acts.act([point], alone);
  }

  #pickAt([x, y]) {
    const { view } = this.work;
    const region = view.regions.near(x, y);
    const found = region && view.colors[region] >= 0 ? format(view.colors[region]) : "#ffffff";
    this.#take(found);
    if (this.tool.id === "pick") this.use("dab");
    this.palette.refresh();
    whisper(`Painting with ${describe(found)} ${found}`);
  }

  /** Use the tool on the region that the keyboard marked. */
  apply() {
    const { selected } = this.stage.look;
    if (!selected) return whisper("Mark a region first: N for the next doubt, ] for the next region.");
    const { regions } = this.work.view;
    const point = regions.anchors[selected];
    if (this.tool.id === "pick") return this.#pickAt(point);
    if (this.tool.id === "part") return this.acts.name(point);
    if (this.tool.id === "cut") return this.acts.halve(regions.ends(selected));
    return this.tool.id === "merge" ? this.acts.mergeFrom(point) : this.acts.act([point]);
  }

  /** Mark the next or the previous region, the largest first. */
  step(by) {
    const { regions, colors } = this.work.view;
    this.bySize = this.bySizeOf === regions ? this.bySize : regions.areas.map((_, i) => i).slice(1)
      .filter((i) => regions.areas[i] && !regions.background.has(i)).sort((a, b) => regions.areas[b] - regions.areas[a]);
    this.bySizeOf = regions;
    if (!this.bySize.length) return;
    const at = this.bySize.indexOf(this.stage.look.selected);
    const region = this.bySize[at < 0 ? 0 : (at + by + this.bySize.length) % this.bySize.length];
    this.stage.select(region);
    this.panel.describeRegion(region);
    const color = colors[region] < 0 ? "paper" : describe(format(colors[region]));
    whisper(`Region ${region} of ${regions.count}, ${color}, ${surenessOf(this.work.view, region)}.`);
  }

  #hover(x, y) {
    const { view } = this.work;
    const region = view && this.tool.id !== "hand" && !this.held ? view.regions.near(x, y) : 0;
    if (region === this.stage.look.hover) return;
    this.stage.set({ hover: region });
    if (view) this.panel.describeRegion(region);
  }
}
