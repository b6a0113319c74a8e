/** The panel at the right: ideas, doubts, regions, and style and references where the server has them. */

import { byId, chooseFiles, make, press, rove } from "./dom.js";
import { complain, whisper } from "./notices.js";
import { colorsOf, confidenceOf } from "./resolve.js";
import { server } from "./server.js";
import { SHOWN } from "./stage.js";
import { paintThumb } from "./thumbs.js";

const THUMB = 224;

export class Panel {
  /** @param {object} desk `work`, `stage` @param {object} limits of the server */
  constructor(desk, limits) {
    this.desk = desk;
    rove(byId("ideas"));
    byId("gap").addEventListener("input", () => this.#showGap());
    byId("gap").addEventListener("change", () => this.#setGap());
    this.#offerStyles(limits.styles ?? []);
    this.#offerReferences(Boolean(limits.references));
  }

  refresh() {
    const { view } = this.desk.work;
    if (!view) return;
    this.#refreshDoubts(view);
    this.#refreshGap();
    for (const button of byId("style").children) button.setAttribute("aria-checked", String(button.dataset.style === view.said.style));
    const picked = this.desk.work.commands.findLast((command) => command.type === "pick");
    [...byId("ideas").querySelectorAll("button")].forEach((button, i) => press(button, this.#isShown(this.desk.work.ideas[i], picked)));
  }

  #isShown(idea, picked) {
    if (!idea) return false;
    const [seed, index] = picked ? [picked.seed, picked.index] : [this.desk.work.ideas[0].seed, 0];
    return JSON.stringify([idea.seed, idea.index]) === JSON.stringify([seed, index]);
  }

  #refreshDoubts(view) {
    const left = view.ask.length;
    byId("doubt-count").textContent = left ? String(left) : "";
    byId("doubt-note").textContent = left
      ? `${left === 1 ? "One region is" : `${left} regions are`} unsure. A dab on number 1 helps most.`
      : view.answer ? "nurie is sure of every region." : "";
    byId("next").disabled = !left;
    byId("doubts").setAttribute("aria-checked", String(this.desk.stage.look.doubts));
    byId("facts").textContent = `${view.regions.count} regions · ${view.regions.width} × ${view.regions.height} px`;
  }

  /** Draw the ideas anew. */
  refreshIdeas() {
    const { work } = this.desk;
    const { view } = work;
    const place = byId("ideas");
    if (!view || !work.ideas.length) {
      place.replaceChildren(...Array.from({ length: 4 }, () => make("div", { class: "wait" })));
      return;
    }
    place.replaceChildren(...work.ideas.map((idea, i) => this.#ideaButton(idea, i, view)));
    this.refresh();
  }

  #ideaButton(idea, i, view) {
    const canvas = make("canvas", { width: THUMB, height: THUMB, "aria-hidden": "true" });
    const fits = idea.entries.length === view.regions.count + 1;
    const colors = colorsOf(fits ? idea : view.answer, { ...view.said, edits: [] }, view.regions);
    paintThumb(canvas, view.regions, colors, this.desk.work.line);
    const sure = Math.round(100 * mean(view.regions, idea.confidence));
    return make("button", { "aria-label": `Idea ${i + 1}, ${sure} % sure`, title: `Idea ${i + 1} (${i + 1})`, "aria-pressed": "false", onclick: () => this.pick(i) }, canvas);
  }

  pick(i) {
    const { work } = this.desk;
    const idea = work.ideas[i];
    if (!idea || idea.entries.length !== work.view.regions.count + 1) return;
    work.pick(idea);
    whisper(`Idea ${i + 1}`);
  }

  /** Four answers that are not these. */
  async moreIdeas() {
    const { work } = this.desk;
    this.round = (this.round ?? 0) + 1;
    byId("more-ideas").disabled = true;
    try {
      await work.moreIdeas(4, work.ideas.length ? Math.floor(Math.random() * 1e6) + 1 : 0);
    } catch (error) {
      if (error.name !== "AbortError") complain(error);
    }
    byId("more-ideas").disabled = false;
  }

  /** Go to the region where a dab helps most, or the one after it. */
  nextDoubt(step = 1) {
    const { stage, work } = this.desk;
    const asked = work.view?.ask.slice(0, SHOWN) ?? [];
    if (!asked.length) return whisper("nurie is sure of every region.");
    const at = asked.indexOf(stage.look.selected);
    const region = asked[(at + step + asked.length) % asked.length];
    stage.select(region);
    const sure = Math.round(100 * confidenceOf(work.view, region));
    return whisper(`Doubt ${asked.indexOf(region) + 1}: region ${region}, ${sure} % sure. Enter paints it.`);
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

  #offerStyles(styles) {
    byId("styles").hidden = styles.length < 2;
    byId("style").replaceChildren(...styles.map((style) => make("button", { role: "radio", "data-style": style, "aria-checked": "false",
      onclick: () => this.desk.work.do({ type: "style", style }) }, style[0].toUpperCase() + style.slice(1))));
    rove(byId("style"));
  }

  #offerReferences(offered) {
    byId("references").hidden = !offered;
    if (!offered) return;
    const take = async (files) => {
      try {
        const ids = await Promise.all(files.map((file) => server.reference(file)));
        if (ids.length) this.desk.work.do({ type: "reference", ids });
      } catch (error) {
        complain(error);
      }
    };
    byId("reference-open").addEventListener("click", async () => take(await chooseFiles({ accept: "image/*", multiple: true })));
    byId("reference-drop").addEventListener("drop", (event) => {
      event.preventDefault();
      event.stopPropagation();
      take([...event.dataTransfer.files]);
    });
  }
}

/** Mean over the regions, each by its area. */
function mean(regions, values) {
  let [sum, area] = [0, 0];
  for (let region = 1; region <= regions.count; region += 1) {
    sum += regions.areas[region] * (values[region] ?? 0);
    area += regions.areas[region];
  }
  return area ? sum / area : 0;
}
