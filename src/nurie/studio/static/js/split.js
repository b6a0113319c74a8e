/** The slider between the drawing before and the picture after. */

import { byId, press } from "./dom.js";

export class Split {
  constructor(stage, button) {
    Object.assign(this, { stage, button, handle: byId("split"), share: 0.5 });
    this.handle.addEventListener("pointerdown", (event) => this.handle.setPointerCapture(event.pointerId));
    this.handle.addEventListener("pointermove", (event) => {
      if (!this.handle.hasPointerCapture(event.pointerId)) return;
      const box = stage.place.getBoundingClientRect();
      this.move((event.clientX - box.left) / box.width);
    });
    this.handle.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -0.02, ArrowDown: -0.02, ArrowRight: 0.02, ArrowUp: 0.02, PageUp: 0.1, PageDown: -0.1, Home: -1, End: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      this.move(this.share + step);
    });
    new ResizeObserver(() => this.on && this.move(this.share)).observe(stage.place);
  }

  get on() {
    return !this.handle.hidden;
  }

  toggle(on = !this.on) {
    this.handle.hidden = !on;
    press(this.button, on);
    if (on) this.move(0.5);
    else this.stage.set({ split: null });
  }

  /** By key: a short press shows the slider or takes it away, a long one the drawing for as long as it lasts. */
  peek(down, repeated = false) {
    if (down) {
      this.held = repeated ? "long" : "short";
      return this.stage.set({ split: this.stage.size.width });
    }
    const { held } = this;
    this.held = null;
    if (held === "short") return this.toggle();
    return this.on ? this.move(this.share) : this.stage.set({ split: null });
  }

  move(share) {
    this.share = Math.max(0, Math.min(1, share));
    const x = this.share * this.stage.size.width;
    this.handle.style.left = `${x}px`;
    this.handle.setAttribute("aria-valuenow", String(Math.round(100 * this.share)));
    this.handle.setAttribute("aria-valuetext", `${Math.round(100 * this.share)} % drawing`);
    this.stage.set({ split: x });
  }
}
