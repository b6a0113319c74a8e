/** The panel at the right: ideas, doubts, regions, and style and references where the server has them. */

import { openDialog } from "./dialog.js";
import { byId, make, press, rove } from "./dom.js";
import { complain, whisper } from "./notices.js";
import { References } from "./references.js";
import { colorsOf, surenessOf } from "./resolve.js";
import { SHOWN } from "./stage.js";
import { StyleBox } from "./stylebox.js";
import { paintThumb } from "./thumbs.js";

const THUMB = 224;
const LARGE = 900;

export class Panel {
  /** @param {object} desk `work`, `stage` @param {object} limits of the server */
  constructor(desk, limits) {
    this.desk = desk;
    rove(byId("ideas"));
    byId("gap").addEventListener("input", () => this.#showGap());
    byId("gap").addEventListener("change", () => this.#setGap());
    byId("words").addEventListener("change", () => this.desk.work.do({ type: "words", text: byId("words").value.trim() }));
    this.parts = [new StyleBox(desk, limits), new References(desk, limits)];
  }

  refresh() {
    const { view } = this.desk.work;
    if (!view) return;
    this.#refreshDoubts(view);
    this.#refreshGap();
    if (document.activeElement !== byId("words")) byId("words").value = view.said.words;
    byId("words-note").textContent = (view.said.words && view.answer?.notes?.join(" ")) || "";
    for (const part of this.parts) part.refresh(view.said);
    const picked = this.desk.work.commands.findLast((command) => command.type === "pick");
    [...byId("ideas").querySelectorAll("button")].forEach((button, i) => press(button, this.#isShown(this.desk.work.ideas[i], picked)));
  }

  #isShown(idea, picked) {
    if (!idea) return false;
    const { seed, choice } = picked ?? { seed: 0, choice: 0 };
    return idea.seed === seed && idea.choice === choice;
  }

  #refreshDoubts(view) {
    const { work } = this.desk;
    const left = work.frames ? work.doubts.length : view.ask.length;
    byId("doubt-note").textContent = left ? `Where a region is outlined, nurie only guesses. ${work.frames ? "A dab on the next one helps the whole film most." : "A dab on number 1 helps most."}`
      : view.answer ? "nurie is sure of every region." : "";
    byId("next").disabled = !left;
    byId("leave").setAttribute("aria-checked", String(view.said.leave));
    byId("doubts").setAttribute("aria-checked", String(this.desk.stage.look.doubts));
    this.describeRegion(0);
  }

  /** Say what is known of a region, or of the whole picture for 0. */
  describeRegion(region) {
    const { view } = this.desk.work;
    const { count, width, height } = view.regions;
    byId("facts").textContent = region ? `Region ${region}: ${surenessOf(view, region)}` : `${count} regions · ${width} × ${height} px`;
  }

  /** Draw the ideas anew. */
  refreshIdeas() {
    const { work } = this.desk;
    const { view } = work;
    const place = byId("ideas");
    if (!view || !work.hasIdeas) {
      place.replaceChildren(...Array.from({ length: 4 }, () => make("div", { class: "wait" })));
      return;
    }
    place.replaceChildren(...work.ideas.map((idea, i) => this.#ideaButton(idea, i, view)));
    this.refresh();
  }

  #ideaButton(idea, i, view, side = THUMB, onclick = () => this.pick(i)) {
    const canvas = make("canvas", { width: side, height: side, "aria-hidden": "true" });
    const colors = colorsOf(idea, { ...view.said, edits: [] }, view.regions);
    paintThumb(canvas, view.regions, colors, this.desk.work.line);
    return make("button", { "aria-label": `Idea ${i + 1}`, title: `Idea ${i + 1} (${i + 1})`, "aria-pressed": "false", onclick }, canvas);
  }

  /** All ideas side by side, as large as the screen lets them be. */
  compare() {
    const { work } = this.desk;
    if (!work.hasIdeas) return whisper("There are no ideas yet.");
    const choose = (i) => { dialog.close(); this.pick(i); };
    const shown = work.ideas.map((idea, i) => this.#ideaButton(idea, i, work.view, LARGE, () => choose(i)));
    const { width, height } = shown[0].firstChild;
    const dialog = openDialog("Which one?", [make("div", { class: width > height ? "ideas large wide" : "ideas large" }, ...shown)], { broad: true });
    dialog.addEventListener("keydown", ({ key }) => work.ideas[Number(key) - 1] && choose(Number(key) - 1));
    dialog.querySelector(".ideas button").focus();
    return dialog;
  }

  pick(i) {
    const { work } = this.desk;
    const idea = work.ideas[i];
    if (!idea || !work.hasIdeas) return;
    work.pick(idea);
    whisper(`Idea ${i + 1}`);
  }

  /** Four answers that are not these. */
  async moreIdeas() {
    const { work } = this.desk;
    if (work.frames) return void work.do({ type: "pick", seed: Math.floor(Math.random() * 1e6) + 1 });
    const seed = work.hasIdeas ? Math.floor(Math.random() * 1e6) + 1 : work.view.said.seed;
    await work.moreIdeas(4, seed).catch(complain);
  }

  /** Go to the region where a dab helps most, or the one after it. */
  nextDoubt(step = 1) {
    const { stage, work } = this.desk;
    if (work.frames) return this.desk.strip.nextDoubt(step);
    const asked = work.view?.ask.slice(0, SHOWN) ?? [];
    if (!asked.length) return whisper("nurie is sure of every region.");
    const at = asked.indexOf(stage.look.selected);
    const region = asked[(at + step + asked.length) % asked.length];
    stage.select(region);
    this.describeRegion(region);
    return whisper(`Doubt ${asked.indexOf(region) + 1}: region ${region}, ${surenessOf(work.view, region)}. Enter uses the tool on it.`);
  }

  #showGap() {
    const value = Number(byId("gap").value);
    byId("gap-value").textContent = value < 0 ? "automatic" : `${value} px`;
  }

  #refreshGap() {
    const gap = this.desk.work.commands.findLast((command) => command.type === "gap")?.value ?? null;
    if (document.activeElement !== byId("gap")) byId("gap").value = gap ?? -1;
    this.#showGap();
  }

  #setGap() {
    const value = Number(byId("gap").value);
    this.desk.work.do({ type: "gap", value: value < 0 ? null : value });
  }
}
