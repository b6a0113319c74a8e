/** A drawing being coloured: its commands, the regions and answers it has from the server, its view. */

import { anew, keepOf, saidAt } from "./minimal_change.js";
import { asks, freshId, History, keyOf, lastAsking, ROOT, shapeOf, titleOf } from "./commands.js";
import { Regions, unpack } from "./regions.js";
import { carry, request, resolve, settle } from "./resolve.js";
import { server } from "./server.js";

const SHAPES_KEPT = 3;

/**
 * Says "view" when what is seen changed, "fine" when all that was asked for is there, "edit" when there is something to keep, "busy" when it
 * begins or ends to wait, "trouble" with a sentence, "line" when the line layer is there.
 */
export class Work extends EventTarget {
  /** @param {object} record what `toRecord` gave, or a fresh one from `begin` */
  constructor(record) {
    super();
    Object.assign(this, { id: record.id, name: record.name, given: record.given ?? null, drawing: record.drawing, bytes: record.bytes });
    this.history = new History(record.history?.list, record.history?.cursor);
    this.answers = new Map(record.answers ?? []);
    this.ideas = record.ideas ?? [];
    this.order = record.order ?? [];
    this.references = new Map(record.references ?? []);
    this.shapes = new Map();
    this.view = null;
    this.line = null;
    this.waiting = 0;
  }

  get commands() {
    return this.history.active;
  }

  say(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** Do something that a person asked for, or several things. */
  do(...commands) {
    return this.#changed(commands.map((command) => this.history.push(command)).at(-1), "done");
  }

  undo() {
    return this.#changed(this.history.undo(), "undone");
  }

  redo() {
    return this.#changed(this.history.redo(), "redone");
  }

  #changed(command, how) {
    if (!command) return null;
    this.thinking?.abort();
    this.show();
    this.say("edit", { command, how });
    return this.update();
  }

  /** Ask for whatever the commands need and the page has not; what is no longer wanted stops. */
  async update() {
    const commands = this.commands;
    const wanted = JSON.stringify([shapeOf(commands), keyOf(commands)]);
    if (this.wanted === wanted) return;
    this.wanted = wanted;
    this.stop?.abort();
    const stop = (this.stop = new AbortController());
    this.wait(1);
    try {
      await this.#bring(commands, stop.signal);
      this.say("fine");
    } catch (error) {
      if (error.name !== "AbortError") this.say("trouble", error.message);
      if (this.stop === stop) this.wanted = null;
    } finally {
      this.wait(-1);
    }
  }

  /** Ask again for all that is missing. */
  async retry() {
    this.wanted = this.refused = null;
    if (!this.line) await this.loadLine();
    return this.update();
  }

  async #bring(commands, signal) {
    const regions = await this.#regions(shapeOf(commands), signal);
    this.show();
    const key = keyOf(commands);
    const known = this.answers.get(key);
    if (known && !known.stale) return;
    const upTo = commands.slice(0, lastAsking(commands) + 1);
    const keep = this.#keep(upTo, regions);
    const [answer] = await this.#colors(upTo, regions, { keep }, signal);
    this.answers.set(key, answer);
    this.show();
    this.say("edit", {});
  }

  /** Begin (1) or end (-1) to wait. */
  wait(step) {
    this.waiting += step;
    this.say("busy", this.waiting > 0);
  }

  /** Whether there are ideas for the regions as they are. */
  get hasIdeas() {
    return this.ideas.length > 0 && this.ideas[0].regions === this.view?.regions.key;
  }

  /** Distinct answers to choose from. What a person does meanwhile comes first and stops it. */
  async moreIdeas(count, seed) {
    this.thinking?.abort();
    const { signal } = (this.thinking = new AbortController());
    this.wait(1);
    try {
      const commands = this.commands;
      const regions = await this.#regions(shapeOf(commands), signal);
      this.ideas = await this.#colors(commands, regions, { variations: count, seed }, signal);
      this.say("ideas");
      this.say("edit", {});
    } catch (error) {
      if (error.name === "AbortError") return;
      this.refused = this.view?.regions.key;
      throw error;
    } finally {
      if (this.thinking?.signal === signal) this.thinking = null;
      this.wait(-1);
    }
  }

  /** Take one of the ideas as it was shown; hints that it did not know are obeyed. */
  pick(idea) {
    const { wishes } = settle(this.commands, this.view.regions);
    const command = this.history.push({ type: "pick", seed: idea.seed, choice: idea.choice });
    const stale = idea.told !== JSON.stringify([...wishes]);
    this.answers.set(command.id, { ...idea, at: this.history.cursor, stale });
    this.#changed(command, "done");
  }

  async #colors(commands, regions, asked, signal) {
    const said = settle(commands, regions);
    const body = request(said, asked);
    const answers = await this.sure(() => server.colors(this.drawing.id, regions.key, body, signal));
    const known = { at: commands.length, regions: regions.key, seed: body.seed };
    // Only ideas are compared with what is asked for later.
    if (asked.variations) known.told = JSON.stringify([...said.wishes]);
    return answers.map((answer) => ({ ...answer, ...known }));
  }

  /** What stays as it was before the last of these commands; null when all is thought over. */
  #keep(commands, regions) {
    const last = commands.at(-1);
    const said = settle(commands, regions);
    const idea = this.answers.get(last?.id);
    if (idea?.stale) return keepOf({ answer: idea, said: { ...said, wishes: new Map() }, regions }, said, regions);
    if (anew(last)) return null;
    const before = commands.slice(0, -1);
    const seen = this.#seen(before, before.length);
    return seen && keepOf({ ...seen, base: this.#seen(before, before.findLastIndex(anew) + 1) }, said, regions);
  }

  /** The newest answer to the first `end` commands, what it knew, and its regions; none if all was asked anew since. */
  #seen(commands, end) {
    for (let i = end; i >= 0; i -= 1) {
      const answer = this.answers.get(commands[i - 1]?.id ?? ROOT);
      const regions = answer && [...this.shapes.values()].find(({ key }) => key === answer.regions);
      if (regions) return { answer, regions, said: saidAt(commands, answer, regions) };
      if (anew(commands[i - 1])) return null;
    }
    return null;
  }

  async #regions(shape, signal) {
    const name = JSON.stringify(shape);
    if (!this.shapes.has(name)) {
      const { id } = this.drawing;
      const facts = await this.sure(() => server.regions(id, shape, signal));
      const labels = await this.sure(() => server.labels(id, facts.regions, signal));
      this.shapes.set(name, new Regions(facts, unpack(labels, facts.count), this.drawing));
      if (this.shapes.size > SHAPES_KEPT) this.shapes.delete(this.shapes.keys().next().value);
    }
    return this.shapes.get(name);
  }

  /** Call the server; when it has forgotten the drawing, send it again and go on. */
  async sure(ask) {
    try {
      return await ask();
    } catch (error) {
      if (!error.gone) throw error;
      await this.resend();
      return ask();
    }
  }

  /** Send all that the server needs again. */
  async resend() {
    await server.upload(this.bytes, this.name, this.drawing.prepare);
    await Promise.all([...this.references.values()].map(({ bytes, name, kind }) => (kind ? server.guide(kind, bytes, name) : server.reference(bytes, name))));
    await server.regions(this.drawing.id, shapeOf(this.commands));
  }

  /** Read the file anew, in another way; what was asked for stays. */
  async reread(prepare) {
    const drawing = await server.upload(this.bytes, this.name, prepare);
    Object.assign(this, { drawing: { ...drawing, prepare }, line: null, view: null, ideas: [] });
    this.answers.clear();
    this.shapes.clear();
    this.say("drawing");
    return this.retry();
  }

  /** Fetch the line layer, once. */
  async loadLine() {
    const blob = await this.sure(() => server.line(this.drawing.id));
    this.line = await createImageBitmap(blob, { premultiplyAlpha: "premultiply", colorSpaceConversion: "none" });
    this.say("line");
  }

  /** The result in a format of the server ("png", "ora", …): its bytes, or what `send` gives. */
  export(format, send = server.export) {
    const { view } = this;
    const names = view.palette.map((hex) => this.nameOf(hex));
    const body = { drawing: this.drawing.id, regions: view.regions.key, palette: view.palette, names, format,
      entries: [...view.entries], name: titleOf(this) };
    if (view.said.style !== "flat") Object.assign(body, { style: view.said.style, light: view.said.light });
    return this.sure(() => send(body));
  }

  /** The layer of shade for these entries of the palette, as a picture. */
  async shade({ palette, entries, regions, said: { style, light } }, signal) {
    const body = { palette, entries: [...entries], style, light };
    this.wait(1);
    try {
      return await createImageBitmap(await this.sure(() => server.shade(this.drawing.id, regions.key, body, signal)));
    } finally {
      this.wait(-1);
    }
  }

  /** Take colours from coloured drawings of the same things, besides those that are looked at already. */
  async refer(files) {
    this.wait(1);
    try {
      const sent = await Promise.all(files.map(async (file) => [await server.reference(file, file.name), { name: file.name, bytes: file }]));
      for (const [id, reference] of sent) this.references.set(id, reference);
      this.do({ type: "reference", ids: [...new Set([...this.view.said.references, ...sent.map(([id]) => id)])] });
    } finally {
      this.wait(-1);
    }
  }

  /** Name of a colour in the palette that was loaded, or of what it colours, or "". */
  nameOf(hex) {
    const { said, answer } = this.view ?? {};
    return said?.palette?.names[said.palette.colors.indexOf(hex)] || answer?.names?.[answer.palette.indexOf(hex)] || "";
  }

  /** Work out anew what is seen; the regions seen before stay until those wanted are there. */
  show() {
    const { commands } = this;
    const regions = this.shapes.get(JSON.stringify(shapeOf(commands))) ?? this.view?.regions;
    if (!regions) return;
    const answer = this.#answerFor(commands, regions);
    this.view = resolve(answer, settle(commands, regions), regions, this.order);
    this.order = this.view.palette;
    this.say("view");
  }

  #answerFor(commands, regions) {
    for (let end = commands.length; end > 0; end -= 1) {
      if (!asks(commands[end - 1])) continue;
      const found = this.answers.get(commands[end - 1].id);
      if (found?.entries.length === regions.count + 1 && (found.regions ?? regions.key) === regions.key) return found;
    }
    const first = this.answers.get(ROOT);
    if (first && (first.regions ?? regions.key) === regions.key) return first;
    if (this.view && this.view.regions !== regions) return carry(this.view, regions, commands.length);
    return this.view?.answer ?? null;
  }

  /** All that must be kept to open the work again exactly as it is. */
  toRecord() {
    const { id, name, given, drawing, bytes, history, ideas, order, references } = this;
    const alive = new Set([ROOT, ...history.list.flatMap((command) => [command.id, ...(command.ids ?? [])])]);
    const used = (map) => [...map].filter(([key]) => alive.has(key));
    const answers = used(this.answers).slice(-100);
    return { id, name, given, drawing, bytes, history: history.toJSON(), answers, ideas, order, references: used(references), savedAt: Date.now() };
  }
}

/** A new work from the bytes of a drawing. */
export async function begin(bytes, name) {
  const drawing = await server.upload(bytes, name);
  return new Work({ id: freshId(), name: drawing.name ?? name, drawing, bytes });
}
