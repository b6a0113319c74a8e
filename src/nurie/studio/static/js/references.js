/** The panel's part about references: coloured drawings of the same things, dropped or chosen. */

import { byId, chooseFiles, icon, make } from "./dom.js";
import { complain, tell } from "./notices.js";
import { server } from "./server.js";

/** Files that guide colours, by the option of the command line. */
const GUIDES = { gray: "image/*,.tif,.tiff,.tga,.psd,.ora", design: ".toml,image/*", histogram: ".json,.npz" };

export class References {
  /** @param {object} desk `work` @param {object} limits `references`: how many the server takes, if any */
  constructor(desk, { references: most = 0 }) {
    Object.assign(this, { desk, most });
    byId("references").hidden = !most;
    const accept = "image/*,.tif,.tiff,.tga";
    byId("reference-open").addEventListener("click", async () => this.take(await chooseFiles({ accept, multiple: true })));
    byId("like-open").addEventListener("click", async () => this.like(await chooseFiles({ accept })));
    for (const [kind, wants] of Object.entries(GUIDES)) {
      byId(`guide-${kind}`).addEventListener("click", async () => this.guide(kind, await chooseFiles({ accept: wants })));
    }
    const zone = byId("reference-drop");
    const over = (on) => zone.classList.toggle("over", on);
    zone.addEventListener("dragover", () => over(true));
    zone.addEventListener("dragleave", () => over(false));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      event.stopPropagation();
      over(false);
      this.take([...event.dataTransfer.files]);
    });
  }

  /** Take colours from these files too. */
  async take(files) {
    const { work } = this.desk;
    if (!files.length || !work?.view) return;
    if (files.length + work.view.said.references.length > this.most) {
      tell(`At most ${this.most} pictures can be looked at; remove one first.`);
      return;
    }
    try {
      await work.refer(files);
      tell(files.length === 1 ? `Colours come from ${files[0].name} where it shows the same.` : "Colours come from these pictures where they show the same.",
        { ways: [["Undo", () => work.undo()]] });
    } catch (error) {
      complain(error);
    }
  }

  /** Take colours and shade of a picture, whatever it shows. */
  async like([file]) {
    const { work } = this.desk;
    if (!file || !work?.view) return;
    try {
      work.do({ type: "like", ...(await server.like(file, file.name)) });
      tell(`Colours and shade are those of ${file.name}.`, { ways: [["Undo", () => work.undo()]] });
    } catch (error) {
      complain(error);
    }
  }

  /** Let a file guide the colours, as the command line's option of that name does. */
  async guide(kind, [file]) {
    const { work } = this.desk;
    if (!file || !work?.view) return;
    try {
      const id = await server.guide(kind, file, file.name);
      work.references.set(id, { name: file.name, bytes: file, kind });
      work.do({ type: "guide", kind, ids: [id] });
    } catch (error) {
      complain(error);
    }
  }

  /** Show which are looked at. */
  refresh({ references: ids, guides }) {
    const shown = JSON.stringify([ids, guides]);
    if (this.shown === shown) return;
    this.shown = shown;
    const { work } = this.desk;
    const remove = (id) => () => work.do({ type: "reference", ids: ids.filter((other) => other !== id) });
    byId("reference-list").replaceChildren(...ids.map((id) => this.#chip(id, "", remove(id))),
      ...Object.entries(guides).filter(([, id]) => id).map(([kind, id]) => this.#chip(id, ` (${kind})`, () => work.do({ type: "guide", kind, ids: [] }))));
  }

  #chip(id, kind, undo) {
    const { work } = this.desk;
    const { name, bytes } = work.references.get(id) ?? { name: "a picture" };
    const image = make("img", { alt: "" });
    image.addEventListener("load", () => URL.revokeObjectURL(image.src));
    image.addEventListener("error", () => image.replaceWith(icon("picture")));
    image.src = bytes ? URL.createObjectURL(bytes) : "";
    const remove = () => { undo(); byId("reference-open").focus(); };
    return make("li", { class: "chip" }, image, make("span", {}, name, kind),
      make("button", { class: "quiet square", "aria-label": `Remove ${name}`, title: "Remove", onclick: remove }, icon("close")));
  }
}
