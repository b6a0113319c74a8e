/** A film being coloured: its frames, the colours that the server spreads over them, and the one on the desk. */

import { freshId, stem } from "./commands.js";
import { Regions, unpack } from "./regions.js";
import { resolve, settle } from "./resolve.js";
import { server } from "./server.js";
import { Work } from "./work.js";

/** Commands that mean regions of one frame, and what they say to the server; those that mean all frames. */
const FIXES = new Set(["dab", "fill", "area", "paper"]);
const WHOLE = new Set(["swatch", "style"]);
/** Small frames that are kept at once, of a few hundred kilobytes each. */
const SMALL_KEPT = 400;
/** Frames a second of a film that does not say. */
const RATE = 12;
/** Frames whose regions are kept at once: at 1080p each has four megabytes or more. */
const CUTS_KEPT = 8;
const LOOK_EVERY = 400;
const WORDS = { read: "Reading drawing", match: "Matching pair", color: "Colouring frame" };

/**
 * Besides what a work says: "frame" when another one is on the desk, "film" when the server's colours came, with
 * the frames that they changed.
 */
export class FilmWork extends Work {
  /** @param {object} record as of a work, with `film`, the server's key, and `frames`: `name`, `id`, `width`, `height` of each */
  constructor(record) {
    super(record);
    const frames = record.frames.map((frame, i) => ({ ...frame, bytes: record.bytes?.[i] ?? frame.bytes }));
    Object.assign(this, { film: record.film, frames, at: record.at ?? 0, fps: record.fps ?? RATE, answer: null });
    this.drawing = this.#drawingAt(this.at);
    this.cuts = new Map();
    this.lines = new Map();
    this.small = new Map();
  }

  #drawingAt(frame) {
    const { id, width, height } = this.frames[frame];
    return { id, width, height };
  }

  /** Frames that are keys now. */
  get keys() {
    return new Set(this.commands.filter(({ type }) => type === "key").map(({ frame }) => frame));
  }

  /** Do something to the frame on the desk. */
  do(...commands) {
    return super.do(...commands.map((command) => ({ frame: this.at, ...command, ...(FIXES.has(command.type) && { fix: this.#fixOf(command) }) })));
  }

  #fixOf(command) {
    const { wishes } = settle([command], this.view.regions);
    return [...wishes.values()].map(({ point: [x, y], color }) => ({ x: Math.floor(x), y: Math.floor(y), color: color ?? "#ffffff" }));
  }

  undo() {
    return this.#where(this.history.list[this.history.cursor - 1], super.undo());
  }

  redo() {
    return this.#where(this.history.list[this.history.cursor], super.redo());
  }

  /** What was taken back or done again is seen. */
  #where(command, done) {
    if (command && command.frame !== this.at) this.goTo(command.frame);
    return done;
  }

  /** Put another frame on the desk, once all of it is there. */
  async goTo(frame) {
    const wanted = (this.going = Math.max(0, Math.min(this.frames.length - 1, frame)));
    await Promise.all([this.#cut(wanted), this.#line(wanted)]);
    if (this.going !== wanted || wanted === this.at) return;
    Object.assign(this, { at: wanted, drawing: this.#drawingAt(wanted), line: await this.#line(wanted) });
    this.show();
    this.say("frame");
    for (const beside of [wanted + 1, wanted - 1]) if (this.frames[beside]) Promise.all([this.#cut(beside), this.#line(beside)]).catch(() => {});
  }

  async #cut(frame) {
    if (!this.cuts.has(frame)) {
      const { id, width, height } = this.frames[frame];
      const facts = await this.sure(() => server.filmFrame(this.film, frame));
      const labels = await this.sure(() => server.labels(id, facts.regions));
      this.cuts.set(frame, new Regions(facts, unpack(labels, facts.count), { width, height }));
      if (this.cuts.size > CUTS_KEPT) this.cuts.delete([...this.cuts.keys()].find((key) => key !== this.at && key !== frame));
    }
    return this.cuts.get(frame);
  }

  async #line(frame) {
    if (!this.lines.has(frame)) {
      const blob = await this.sure(() => server.line(this.frames[frame].id));
      this.lines.set(frame, await createImageBitmap(blob, { premultiplyAlpha: "premultiply", colorSpaceConversion: "none" }));
      if (this.lines.size > 2 * CUTS_KEPT) this.lines.delete([...this.lines.keys()].find((key) => Math.abs(key - this.at) > 1 && key !== frame));
    }
    return this.lines.get(frame);
  }

  async loadLine() {
    this.line = await this.#line(this.at);
    this.say("line");
  }

  /** Lines of the frames beside the one on the desk, as they are there: `[before, after]`. */
  async beside() {
    return Promise.all([this.at - 1, this.at + 1].map((frame) => (this.frames[frame] ? this.#line(frame) : null)));
  }

  /** A small frame: `width`, `height`, `labels` and `ink`. */
  async smallOf(frame) {
    if (!this.small.has(frame)) {
      const buffer = await this.sure(() => server.filmThumb(this.film, frame));
      const [width, height] = new Uint32Array(buffer, 0, 2);
      this.small.set(frame, { width, height, labels: new Uint32Array(buffer, 8, width * height), ink: new Uint8Array(buffer, 8 + 4 * width * height) });
    }
    if (this.small.size > SMALL_KEPT) this.small.delete([...this.small.keys()].find((key) => key !== frame));
    return this.small.get(frame);
  }

  /** What the server is told: all that was done, in order. */
  steps() {
    return this.commands.flatMap(({ type, frame, fix, picture = null, from, to }) => {
      if (FIXES.has(type)) return [{ frame, fix }];
      if (type === "key") return [{ frame, key: picture }];
      return type === "swatch" ? [{ recolor: [from, to] }] : [];
    });
  }

  #request() {
    const { palette, seed } = settle(this.commands.filter(({ type }) => type === "palette" || type === "pick"), null);
    return { steps: this.steps(), seed, palette: palette?.colors ?? null };
  }

  /** Ask for the film's colours; one request at a time, since an abandoned one would start anew. */
  update() {
    this.asking ??= this.#bringAll().finally(() => (this.asking = null));
    return this.asking;
  }

  async #bringAll() {
    this.wait(1);
    const looks = setInterval(() => this.#look(), LOOK_EVERY);
    try {
      for (let wanted = this.#request(); JSON.stringify(wanted) !== this.told; wanted = this.#request()) {
        const known = this.commands.length;
        const answer = await this.sure(() => server.filmColors(this.film, wanted));
        this.told = JSON.stringify(wanted);
        await this.#cut(this.at);
        const changed = this.#changedBy(answer);
        this.answer = { ...answer, known };
        this.show();
        this.say("film", changed);
        this.say("edit", {});
      }
      await this.#cut(this.at);
      this.show();
      this.say("fine");
    } catch (error) {
      this.#refused(error);
    } finally {
      clearInterval(looks);
      this.progress = null;
      this.wait(-1);
    }
  }

  /** A picture that does not fit its frame is taken back; all else can be tried again. */
  #refused(error) {
    this.say("trouble", error.message);
    if (error.status === 422 && this.commands.at(-1)?.picture) queueMicrotask(() => this.undo());
  }

  async #look() {
    const { what, done, total } = await server.filmProgress(this.film).catch(() => ({ total: 0 }));
    if (!this.waiting || done >= total) return;
    this.progress = `${WORDS[what]} ${done} of ${total}`;
    this.say("busy", true);
  }

  #changedBy(answer) {
    const { answer: before } = this;
    if (!before) return [];
    const colors = ({ palette, drawings }, drawing) => drawings[drawing].entries.map((entry) => palette[entry] ?? "").join();
    const other = answer.drawings.map((_, i) => colors(answer, i) !== colors(before, i));
    return answer.shows.flatMap((drawing, frame) => (other[drawing] ? [frame] : []));
  }

  /** Colours by label of a frame, for its small picture: numbers, -1 paper. */
  colorsOf(frame) {
    const { palette, shows, drawings } = this.answer;
    const known = palette.map((hex) => parseInt(hex.slice(1), 16));
    return drawings[shows[frame]].entries.map((entry) => known[entry] ?? -1);
  }

  /** Doubts of the film in the order in which a fix helps most: frame and region. */
  get doubts() {
    return this.answer?.doubts ?? [];
  }

  show() {
    const regions = this.cuts.get(this.at);
    if (!regions) return;
    // What was done to other frames keeps its place, by which edits of colours are older or newer than an answer.
    const commands = this.commands.map((command) => (command.frame === this.at || WHOLE.has(command.type) ? command : { type: "elsewhere" }));
    this.view = resolve(this.#answerHere(), settle(commands, regions), regions, this.order);
    this.order = this.view.palette;
    this.say("view");
  }

  #answerHere() {
    if (!this.answer) return null;
    const { palette, shows, drawings, doubts, known } = this.answer;
    const ask = doubts.filter(([frame]) => shows[frame] === shows[this.at]).map(([, region]) => region);
    return { palette, names: [], ask, ...drawings[shows[this.at]], at: known, since: known };
  }

  /** Say that a frame is right: as it is, or as a coloured picture of it shows. */
  async key(file = null) {
    if (!file) return this.do({ type: "key" });
    const id = await server.guide("key", file, file.name);
    this.references.set(id, { name: file.name, bytes: file });
    return this.do({ type: "key", picture: id, ids: [id] });
  }

  /** A film has no four ideas: other colours are one step. */
  get hasIdeas() {
    return false;
  }

  async resend() {
    for (const { name, bytes } of this.frames) await server.upload(bytes, name);
    await Promise.all([...this.references.values()].map(({ bytes, name }) => server.guide("key", bytes, name)));
    await server.film(this.frames.map(({ id }) => id));
  }

  exportFilm(format) {
    const { fps, view: { said: { style, light } } } = this;
    const names = this.frames.map(({ name }) => stem(name));
    return this.sure(() => server.filmExport(this.film, { ...this.#request(), format, names, fps, style, light }));
  }

  toRecord() {
    const { film, at, fps } = this;
    const frames = this.frames.map(({ bytes, ...frame }) => frame);
    return { ...super.toRecord(), film, at, fps, drawing: { id: film }, bytes: this.frames.map(({ bytes }) => bytes), frames };
  }
}

const byNumber = new Intl.Collator([], { numeric: true });

/** A new film, called as its first frame where it has no name, from files, in the order of the numbers in their names; `said(done, total)` as they are read. */
export async function beginFilm(files, { name, fps }, said) {
  const frames = [];
  const lost = [];
  for (const file of [...files].sort((a, b) => byNumber.compare(a.name, b.name))) {
    said(frames.length + lost.length + 1, files.length);
    try {
      const { id, width, height } = await server.upload(file, file.name);
      frames.push({ name: file.name, id, width, height, bytes: file });
    } catch (error) {
      if (error.status !== 422) throw error;
      lost.push(error.message);
    }
  }
  if (!frames.length) throw new Error(lost[0] ?? "There are no drawings.");
  const film = await server.film(frames.map(({ id }) => id));
  return [new FilmWork({ id: freshId(), name: name ?? frames[0].name, fps, film, frames, bytes: null }), lost];
}
