/** The canvas: draws the work when something changed, and never more often than the screen. */

import { Camera } from "./camera.js";
import { drawOverlay } from "./overlay.js";
import { painterOn } from "./painter.js";
import { PlainPainter } from "./painter2d.js";

/** Doubts that are shown at a time; the first glows most. */
export const SHOWN = 5;
const FRAMES = 600;
/** Doubts breathe for so long after a change, in milliseconds, and then only glow. */
const BREATH = 5000;

export class Stage {
  /** @param {HTMLElement} place with the canvases `.picture` and `.overlay` */
  constructor(place) {
    this.place = place;
    this.picture = place.querySelector(".picture");
    this.overlay = place.querySelector(".overlay").getContext("2d");
    this.painter = painterOn(this.picture) ?? new PlainPainter(this.picture);
    this.camera = new Camera();
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.look = { split: null, hover: 0, selected: 0, marks: true, doubts: true, stroke: null, onion: [], playing: null };
    this.frames = [];
    this.work = null;
    new ResizeObserver(() => this.#resize()).observe(place);
    this.picture.addEventListener("webglcontextrestored", () => this.#restore());
    this.picture.addEventListener("webglcontextlost", (event) => event.preventDefault());
  }

  get size() {
    return { width: this.place.clientWidth, height: this.place.clientHeight };
  }

  /** Room that the floating bars cover. */
  get insets() {
    const note = this.place.querySelector(".note").offsetHeight;
    // Two rows of colours, though there may be one: the picture must not jump when a second comes.
    return { top: note + 24, right: 20, left: 20, bottom: innerHeight > 620 ? 152 : innerHeight > 520 ? 118 : 92 };
  }

  show(work) {
    this.work = work;
    this.regions = null;
    Object.assign(this.look, { split: null, hover: 0, selected: 0, stroke: null, onion: [], playing: null });
    this.asked = [];
    this.painter.setBlank(work.drawing);
    this.painter.setLine(work.line);
    this.setShade(null);
    this.fit();
    this.refresh();
  }

  /** Show another frame of the same work, from the same place. */
  swap() {
    this.regions = null;
    Object.assign(this.look, { hover: 0, selected: 0, stroke: null });
    this.painter.setBlank(this.work.drawing);
    this.painter.setLine(this.work.line);
    this.refresh();
  }

  /** Take over the work's view: labels when they changed, colours always. */
  refresh() {
    const view = this.work?.view;
    if (!view) return this.redraw();
    if (this.regions !== view.regions) {
      this.regions = view.regions;
      this.painter.setRegions(view.regions);
      Object.assign(this.look, { hover: 0, selected: 0 });
    }
    this.paint(view.colors);
    this.asked = view.ask.slice(0, SHOWN);
    this.calmAt = performance.now() + BREATH;
    this.#glow();
    return this.redraw();
  }

  /** Colours by region, as of `resolve.colorsOf`: all that an edit of a swatch needs. */
  paint(colors) {
    const table = new Uint8Array(4 * colors.length);
    colors.forEach((color, region) => {
      if (color >= 0) table.set([color >> 16, (color >> 8) & 255, color & 255, 255], 4 * region);
    });
    this.painter.setTable("colors", table);
    this.redraw();
  }

  /** A picture that multiplies into the flats, or none. */
  setShade(bitmap) {
    this.shade = bitmap;
    this.painter.setShade(bitmap);
    this.redraw();
  }

  #glow() {
    const flags = new Uint8Array(4 * (this.regions.count + 1));
    if (this.look.doubts) this.asked.forEach((region, i) => (flags[4 * region] = 255 - i * 32));
    for (const region of this.regions.background) flags[4 * region + 1] = this.work.view.said.wishes.has(region) ? 0 : 255;
    this.painter.setTable("flags", flags);
  }

  /** Change how the picture is looked at. */
  set(look) {
    Object.assign(this.look, look);
    if ("doubts" in look && this.regions) this.#glow();
    this.redraw();
  }

  fit() {
    if (!this.work) return;
    this.camera.fit(this.work.drawing, this.size, this.insets);
    this.place.dispatchEvent(new CustomEvent("camera"));
    this.redraw();
  }

  zoom(factor, x = this.size.width / 2, y = this.size.height / 2) {
    this.camera.zoom(factor, x, y);
    this.moved();
  }

  pan(dx, dy) {
    this.camera.pan(dx, dy);
    this.moved();
  }

  moved() {
    this.camera.clamp(this.work.drawing, this.size);
    this.place.dispatchEvent(new CustomEvent("camera"));
    this.redraw();
  }

  /** Where a pixel of the picture is on the page. */
  screen(x, y) {
    const { left, top } = this.place.getBoundingClientRect();
    const [sx, sy] = this.camera.toScreen(x, y);
    return [left + sx, top + sy];
  }

  /** Mark a region, and bring it into sight. */
  select(region) {
    this.set({ selected: region });
    if (region && this.camera.reveal(...this.regions.anchors[region], this.size, this.insets)) this.moved();
  }

  redraw() {
    this.asking ??= requestAnimationFrame((now) => this.#frame(now));
  }

  #frame(now) {
    const start = performance.now();
    this.asking = null;
    if (!this.work) return;
    const { camera, look } = this;
    const ratio = devicePixelRatio;
    const glowing = look.doubts && this.asked?.length > 0;
    const pulse = this.still.matches ? 1 : 0.5 + 0.5 * Math.sin(now / 450);
    this.painter.draw(camera, { ...look, pulse, ratio });
    const scene = { ...look, view: this.work.view, asked: this.asked ?? [], cuts: this.cuts(), ratio };
    drawOverlay(this.overlay, camera, scene);
    if (glowing && now < this.calmAt && !this.still.matches) setTimeout(() => this.redraw(), 60);
    this.frames.push(performance.now() - start);
    if (this.frames.length > FRAMES) this.frames.shift();
  }

  cuts() {
    return this.work.commands.filter((command) => command.type === "cut").map((command) => command.points);
  }

  #resize() {
    const { width, height } = this.size;
    for (const canvas of [this.picture, this.overlay.canvas]) {
      canvas.width = Math.max(1, Math.round(width * devicePixelRatio));
      canvas.height = Math.max(1, Math.round(height * devicePixelRatio));
    }
    if (this.camera.fitted) this.fit();
    this.redraw();
  }

  #restore() {
    this.painter = painterOn(this.picture) ?? this.painter;
    this.regions = null;
    if (!this.work) return;
    this.painter.setBlank(this.work.drawing);
    this.painter.setLine(this.work.line);
    this.painter.setShade(this.shade);
    this.refresh();
  }
}
