/** The shade above the flats: asked for when shapes or light change, never for a change of colour alone. */

import { complain } from "./notices.js";

/** Changes that follow each other faster than this are waited for, in milliseconds. */
const PAUSE = 120;

/** Says which regions have one colour, whatever it is: all that the shade depends on, with style and light. */
export function shapesOf({ entries, regions, said: { style, light } }) {
  const names = new Map();
  const shapes = Array.from(entries, (entry) => {
    if (entry < 0) return -1;
    if (!names.has(entry)) names.set(entry, names.size);
    return names.get(entry);
  });
  return [regions.key, style, light, ...shapes].join();
}

export class Shade {
  constructor(stage) {
    this.stage = stage;
    this.forget();
  }

  /** Another work is on the stage. */
  forget() {
    this.stop?.abort();
    this.shown = null;
  }

  /** Bring the shade up to what a work shows. */
  async follow(work) {
    const { view } = work;
    const wanted = view?.answer && view.said.style !== "flat" ? shapesOf(view) : null;
    if (wanted === this.shown) return;
    this.forget();
    this.shown = wanted;
    if (!wanted) return void this.stage.setShade(null);
    const { signal } = (this.stop = new AbortController());
    await new Promise((done) => setTimeout(done, PAUSE));
    try {
      if (!signal.aborted) this.stage.setShade(await work.shade(view, signal));
    } catch (error) {
      if (error.name === "AbortError") return;
      this.shown = null;
      complain(error);
    }
  }
}
