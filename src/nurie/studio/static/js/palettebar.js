/** The palette: the colours in use, one click to paint with one, two to change it everywhere. */

import { closeColorBox, openColorBox, SETS } from "./colorbox.js";
import { describe, format, parse, toHsv } from "./color.js";
import { byId, chooseFiles, icon, make, press, rove } from "./dom.js";
import { complain, tell, whisper } from "./notices.js";
import { server } from "./server.js";

const dark = (hex) => toHsv(hex).v < 60 || (toHsv(hex).s > 60 && toHsv(hex).h > 210 && toHsv(hex).h < 300);

export class PaletteBar {
  /** @param {object} desk `work`, `stage`, `color`, `paintWith(color)` */
  constructor(desk) {
    this.desk = desk;
    this.place = byId("palette");
    this.current = make("button", { class: "swatch current", onclick: () => this.#choosePaint() });
    this.swatches = make("div", { class: "swatches", role: "toolbar", "aria-label": "Colours in the picture" });
    rove(this.swatches);
    this.sets = make("div", { class: "sets", role: "toolbar", "aria-label": "Colours that are often wanted" },
      SETS.map(([name, colors]) => make("div", { class: "set", role: "group", "aria-label": name }, colors.split(" ").map((hex) => this.#tile(hex, name)))));
    rove(this.sets);
    this.before = make("button", { class: "swatch before", onclick: () => desk.paintWith(desk.before) });
    this.#drags(this.current, () => desk.color);
    this.place.append(this.current, this.before, this.swatches,
      make("button", { class: "quiet square", title: "Change this colour everywhere (double click)", "aria-label": "Change this colour everywhere", onclick: () => this.#editCurrent() }, icon("edit")),
      make("button", { class: "quiet square", title: "Take all colours from a palette", "aria-label": "Take all colours from a palette",
        onclick: () => this.#openMenu() }, icon("palette")), this.sets);
  }

  /** Show the palette of the work as it is now. */
  refresh() {
    const { view } = this.desk.work;
    const { color } = this.desk;
    this.current.style.background = color;
    this.current.setAttribute("aria-label", `Painting with ${describe(color)} ${color}; change it`);
    this.current.title = "The colour you paint with";
    this.before.style.background = this.desk.before;
    this.before.title = "Paint with the colour before (R)";
    this.before.setAttribute("aria-label", `The colour before, ${describe(this.desk.before)}`);
    for (const tile of this.sets.querySelectorAll("button")) press(tile, tile.dataset.color === color);
    if (!view) return this.swatches.replaceChildren();
    const shown = view.palette.map((hex) => this.#swatch(hex, view));
    const focused = this.swatches.contains(document.activeElement) && document.activeElement.dataset.color;
    this.swatches.replaceChildren(...shown);
    const tab = shown.find((swatch) => swatch.dataset.color === color) ?? shown[0];
    shown.forEach((swatch) => (swatch.tabIndex = swatch === tab ? 0 : -1));
    if (focused) shown.find((swatch) => swatch.dataset.color === focused)?.focus();
  }

  #swatch(hex, view) {
    const [locked, used] = [view.said.locked.has(hex), view.used.has(hex)];
    const name = [this.desk.work.nameOf(hex), describe(hex), hex, locked && "locked", !used && "not used"].filter(Boolean).join(", ");
    const swatch = make("button", { class: used ? "swatch" : "swatch unused", "data-color": hex, "aria-label": name, title: `${name}\nDouble click: change it everywhere`,
      "aria-pressed": String(hex === this.desk.color), onclick: () => this.#take(hex), ondblclick: () => this.edit(hex) });
    swatch.addEventListener("keydown", (event) => {
      if (event.key === "F2") this.edit(hex);
    });
    this.#drags(swatch, () => hex);
    swatch.style.background = hex;
    swatch.style.color = dark(hex) ? "#fff" : "#111";
    if (locked) swatch.append(icon("keep"));
    return swatch;
  }

  #tile(hex, set) {
    const tile = make("button", { class: "tile", "data-color": hex, "aria-pressed": "false", "aria-label": `${describe(hex)} ${hex}`, title: `${set}: ${describe(hex)}`,
      onclick: () => this.desk.paintWith(hex) });
    this.#drags(tile, () => hex);
    tile.style.background = hex;
    return tile;
  }

  /** Let a swatch be dragged onto the picture: what lies under it takes its colour. */
  #drags(swatch, color) {
    let [from, ghost] = [null, null];
    swatch.addEventListener("pointerdown", (event) => {
      from = event.button ? null : [event.clientX, event.clientY];
      swatch.setPointerCapture(event.pointerId);
    });
    swatch.addEventListener("pointermove", (event) => {
      const { clientX: x, clientY: y } = event;
      if (!from || Math.hypot(x - from[0], y - from[1]) < 6) return;
      if (!ghost) {
        document.body.append((ghost = make("div", { class: "swatch dragged" })));
        ghost.style.background = color();
      }
      Object.assign(ghost.style, { left: `${x}px`, top: `${y}px` });
    });
    const end = (event) => {
      from = null;
      if (!ghost) return;
      ghost.remove();
      ghost = null;
      // The click that follows is part of the drag.
      swatch.addEventListener("click", (click) => click.stopImmediatePropagation(), { capture: true, once: true });
      setTimeout(() => this.refresh());
      const under = document.elementFromPoint(event.clientX, event.clientY);
      if (event.type === "pointerup" && under === byId("picture")) this.desk.drop(color(), event.clientX, event.clientY, event.shiftKey);
    };
    swatch.addEventListener("pointerup", end);
    swatch.addEventListener("pointercancel", end);
  }

  #find(hex) {
    return [...this.swatches.children].find((swatch) => swatch.dataset.color === hex) ?? this.current;
  }

  #take(hex) {
    this.desk.paintWith(hex);
    this.#find(hex).focus();
  }

  #choosePaint() {
    const { desk } = this;
    openColorBox(this.current, { color: desk.color, title: "Paint with", live: (color) => (this.current.style.background = color),
      done: (color) => (color ? desk.paintWith(color) : this.refresh()) });
  }

  #editCurrent() {
    const { view } = this.desk.work;
    if (view?.palette.includes(this.desk.color)) this.edit(this.desk.color);
    else this.#choosePaint();
  }

  /** Change one colour in the whole picture; it follows while the sliders move. */
  edit(hex) {
    const { work, stage } = this.desk;
    const { view } = work;
    if (view.said.locked.has(hex)) return this.#lockedBox(hex);
    const from = parse(hex);
    const swatch = this.#find(hex);
    openColorBox(swatch, {
      color: hex,
      title: "Change everywhere",
      live: (color) => {
        const to = parse(color);
        stage.paint(view.colors.map((each) => (each === from ? to : each)));
        swatch.style.background = color;
      },
      done: (color) => {
        if (!color || color === hex) return stage.refresh(), this.refresh();
        if (this.desk.color === hex) this.desk.color = color;
        work.do({ type: "swatch", from: hex, to: color });
        return whisper(`${describe(hex)} is ${describe(color)} now`);
      },
      feet: [(giveUp) => !work.frames && make("button", { class: "plain", onclick: () => { giveUp(); this.lock(hex); } }, icon("keep"), "Lock"),
        (giveUp) => make("button", { class: "plain", onclick: giveUp }, "Cancel")],
    });
    return undefined;
  }

  #lockedBox(hex) {
    tell("This colour is locked: its regions stay as they are.", { ways: [["Unlock", () => this.desk.work.do({ type: "unlock", color: hex })]] });
  }

  /** Lock a colour: its regions stay as they are whatever is asked for later. */
  lock(hex) {
    const { view } = this.desk.work;
    if (view.said.locked.has(hex)) return this.desk.work.do({ type: "unlock", color: hex });
    const points = [];
    view.colors.forEach((color, region) => color >= 0 && format(color) === hex && points.push(view.regions.anchors[region]));
    return this.desk.work.do({ type: "lock", color: hex, points });
  }

  async #openMenu() {
    const { work } = this.desk;
    closeColorBox();
    if (work.view?.said.palette) {
      tell("All colours come from your palette.", { ways: [["Any colours again", () => work.do({ type: "palette", colors: null })]] });
      return;
    }
    const [file] = await chooseFiles({ accept: ".gpl,.ase,.hex,.txt,image/*" });
    if (file) await this.load(file);
  }

  /** Take all colours from a palette file or a picture. */
  async load(file) {
    try {
      const { colors } = await server.palette(file, file.name);
      this.desk.work.do({ type: "palette", colors: colors.map(({ color }) => color), names: colors.map(({ name }) => name) });
      tell(`All colours come from ${file.name} now.`, { ways: [["Undo", () => this.desk.work.undo()]] });
    } catch (error) {
      complain(error);
    }
  }
}
