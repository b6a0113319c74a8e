/** The strip of a film's frames below the picture, and the panel's part about the film. */

import { byId, chooseFiles, icon, make, press, rove } from "./dom.js";
import { complain, tell, whisper } from "./notices.js";

/** How long a frame that has just changed is marked, in milliseconds. */
const NEWS = 1600;

export class Strip {
  /** @param {object} desk `work`, `stage`, `panel` */
  constructor(desk) {
    this.desk = desk;
    this.place = byId("strip");
    this.buttons = [];
    rove(this.place);
    byId("fps").addEventListener("change", ({ target }) => this.#pace(Number(target.value)));
    this.seen = new IntersectionObserver((entries) => entries.forEach(({ isIntersecting, target }) => isIntersecting && this.#paint(target)), { root: this.place, rootMargin: "200px" });
  }

  /** Show the frames of a film; nothing for a single drawing. */
  show(work) {
    this.seen.disconnect();
    this.place.hidden = !work.frames;
    this.playing = null;
    byId("fps").value = work.fps ?? "";
    this.buttons = (work.frames ?? []).map(({ name, width, height }, frame) => {
      const canvas = make("canvas", { width: 1, height: 1, "aria-hidden": "true" });
      canvas.style.aspectRatio = `${width} / ${height}`;
      return make("button", { class: "frame", title: name, "data-frame": frame, onclick: (event) => this.#chosen(frame, event) }, canvas,
        make("span", { class: "number" }, String(frame + 1)), icon("key"));
    });
    this.place.replaceChildren(...this.buttons);
    if (work.frames) this.follow();
  }

  #pace(fps) {
    const { work } = this.desk;
    if (fps >= 1 && fps <= 60) Object.assign(work, { fps });
    byId("fps").value = work.fps;
    this.desk.keep();
  }

  /** Colours came, and changed these frames. */
  refresh(changed) {
    this.follow();
    for (const button of this.buttons) {
      this.seen.unobserve(button);
      this.seen.observe(button);
    }
    const others = changed.filter((frame) => frame !== this.desk.work.at);
    for (const frame of others) this.buttons[frame].classList.add("changed");
    setTimeout(() => others.forEach((frame) => this.buttons[frame]?.classList.remove("changed")), NEWS);
    if (others.length) tell(others.length === 1 ? "One more frame follows." : `${others.length} more frames follow.`);
  }

  /** Show which frame is on the desk, which are keys, and what to do next. */
  follow() {
    const { work } = this.desk;
    const { keys } = work;
    this.buttons.forEach((button, frame) => {
      press(button, frame === work.at);
      button.classList.toggle("key", keys.has(frame));
      button.tabIndex = frame === work.at ? 0 : -1;
      button.setAttribute("aria-label", `Frame ${frame + 1}${keys.has(frame) ? ", a key" : ""}`);
    });
    this.buttons[work.at].scrollIntoView({ block: "nearest", inline: "nearest" });
    const next = work.answer?.next_key ?? null;
    byId("film-note").textContent = `Frame ${work.at + 1} of ${work.frames.length}${keys.has(work.at) ? ", a key: all others follow it." : ". What you paint here spreads to all frames."}`;
    byId("film-key").disabled = keys.has(work.at) || !work.answer;
    byId("film-next").disabled = next === null || next === work.at;
    byId("film-next-text").textContent = next === null ? "Every frame is a key" : next === work.at ? "This frame helps most" : `Colour frame ${next + 1} next`;
    this.#onion();
  }

  /** The keys of the picture, Space above all, go on after a click; who moves by keys stays in the strip. */
  #chosen(frame, { detail }) {
    if (detail) byId("picture").focus({ preventScroll: true });
    return this.#go(frame);
  }

  async #go(frame) {
    this.playing = null;
    await this.desk.work.goTo(frame).catch(complain);
    whisper(`Frame ${frame + 1}`);
  }

  /** Go on or back by some frames. */
  step(by) {
    const { work } = this.desk;
    return work.frames && this.#go((work.going ?? work.at) + by);
  }

  /** Play the film in small frames from the one on the desk, round and round; when it stops, the frame that is seen is on the desk. */
  async play() {
    const { work, stage } = this.desk;
    if (!work?.frames || !work.answer) return;
    if (this.playing) return void (this.playing = null);
    const mine = (this.playing = {});
    const canvas = make("canvas");
    press(byId("play"), true);
    const chosen = work.going;
    let at = work.at;
    for (let due = performance.now(); this.playing === mine && this.desk.work === work; at = (at + 1) % work.frames.length) {
      const small = await work.smallOf(at).catch(() => null);
      if (!small) break;
      paint(canvas, small, work.colorsOf(at));
      stage.set({ playing: canvas });
      this.buttons.forEach((button, frame) => press(button, frame === at));
      // A frame that came late does not hurry those after it.
      due = Math.max(due + 1000 / work.fps, performance.now());
      await new Promise((done) => setTimeout(done, due - performance.now()));
      if (this.playing !== mine) break;
    }
    this.playing = null;
    press(byId("play"), false);
    if (this.desk.work !== work) return;
    // A frame that was chosen meanwhile is wanted more than the one that was seen last.
    await work.goTo(work.going === chosen ? at : work.going).catch(complain);
    stage.set({ playing: null });
    this.follow();
  }

  /** The frame on the desk is right: the others follow it. */
  key() {
    const { work } = this.desk;
    if (!work.frames || !work.answer || work.keys.has(work.at)) return;
    work.key();
    this.follow();
  }

  async keyPicture() {
    const [file] = await chooseFiles({ accept: "image/*,.psd,.ora,.tga,.tif,.tiff" });
    if (!file) return;
    await this.desk.work.key(file).catch(complain);
    this.follow();
  }

  nextKey() {
    const next = this.desk.work.answer?.next_key ?? null;
    return next !== null && this.#go(next);
  }

  /** Go to the region of the film where a dab helps most, or the one after it. */
  async nextDoubt(step) {
    const { work, stage, panel } = this.desk;
    if (!work.doubts.length) return whisper("nurie is sure of every region.");
    const { selected } = stage.look;
    const at = work.doubts.findIndex(([frame, region]) => frame === work.at && region === selected);
    const [frame, region] = work.doubts[(at + step + work.doubts.length) % work.doubts.length];
    if (frame !== work.at) await this.#go(frame);
    stage.select(region);
    panel.describeRegion(region);
    return whisper(`Doubt ${work.doubts.findIndex((each) => each[0] === frame && each[1] === region) + 1}: frame ${frame + 1}, region ${region}.`);
  }

  onion() {
    if (!this.desk.work.frames) return;
    const on = byId("onion").getAttribute("aria-checked") !== "true";
    byId("onion").setAttribute("aria-checked", String(on));
    this.#onion();
  }

  async #onion() {
    const { work, stage } = this.desk;
    const { at } = work;
    const lines = byId("onion").getAttribute("aria-checked") === "true" ? await work.beside().catch(() => []) : [];
    if (this.desk.work === work && work.at === at) stage.set({ onion: lines });
  }

  async #paint(button) {
    const { work } = this.desk;
    const frame = Number(button.dataset.frame);
    if (!work.answer) return;
    const small = await work.smallOf(frame).catch(() => null);
    if (!small || this.desk.work !== work) return;
    paint(button.querySelector("canvas"), small, work.colorsOf(frame));
  }
}

/** Paint a small frame: its colours, and its ink over them. */
function paint(canvas, { width, height, labels, ink }, colors) {
  Object.assign(canvas, { width, height });
  const image = new ImageData(width, height);
  for (let i = 0; i < labels.length; i += 1) {
    const color = colors[labels[i]] ?? -1;
    const light = 1 - ink[i] / 255;
    image.data[4 * i] = (color < 0 ? 255 : color >> 16) * light;
    image.data[4 * i + 1] = (color < 0 ? 255 : (color >> 8) & 255) * light;
    image.data[4 * i + 2] = (color < 0 ? 255 : color & 255) * light;
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}
