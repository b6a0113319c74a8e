/** The start page: a place to drop a drawing, works to go on with, and the folder's drawings. */

import { titleOf } from "./commands.js";
import { byId, chooseFiles, icon, make } from "./dom.js";
import { complain, tell } from "./notices.js";
import { server } from "./server.js";
import { store } from "./store.js";

const SHOWS = /\.(png|jpe?g|webp|gif|bmp|avif|svg)$/i;
const LARGEST_THUMB = 24e6;

/** @param {object} ways `openFile(file)`, `openRecord(id)`, and the server's `limits` */
export class Start {
  constructor({ openFile, openFilm, openRecord, limits }) {
    Object.assign(this, { openFile, openFilm, openRecord, rate: limits.film || undefined });
    byId("open-film").addEventListener("click", () => this.openFolder());
    this.accept = [...(limits.formats?.read ?? []), ".nurie"].join(",");
    byId("formats").textContent = limits.formats?.read ? `${limits.formats.read.map((s) => s.slice(1).toUpperCase()).join(", ")}, or a project of nurie` : "";
    byId("open").addEventListener("click", () => this.choose());
    byId("drop").addEventListener("click", (event) => event.target === byId("drop") && this.choose());
  }

  async choose() {
    const files = await chooseFiles({ accept: this.accept, multiple: true });
    if (files.length > 1) this.openFilm(files);
    else if (files.length) this.openFile(files[0]);
  }

  async show() {
    byId("start").hidden = false;
    byId("desk").hidden = true;
    document.title = "nurie studio";
    byId("open").focus({ preventScroll: true });
    await Promise.all([this.#showRecent(), this.#showFolder()]);
  }

  async #showRecent() {
    const works = await store.list().catch(() => []);
    byId("recent").hidden = !works.length;
    byId("recent-cards").replaceChildren(...works.map((work) => this.#workCard(work)));
  }

  #workCard(work) {
    const when = new Date(work.savedAt).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    const card = cardOf(titleOf(work), () => this.openRecord(work.id), when);
    if (work.thumb) picture(card, work.thumb);
    card.append(make("button", { class: "forget", "aria-label": `Forget ${titleOf(work)}`, title: "Forget this work", onclick: () => this.#forget(work) }, icon("bin")));
    return card;
  }

  async #forget(work) {
    const whole = await store.get(work.id);
    await store.remove(work.id);
    await this.#showRecent();
    const back = async () => { await store.put(whole, whole.thumb); await this.#showRecent(); };
    tell(`${titleOf(work)} is forgotten.`, { ways: [["Undo", back]] });
  }

  async #showFolder() {
    const { folder, files } = await server.files();
    byId("folder").hidden = !files.length;
    if (folder) byId("folder-title").textContent = `In the folder ${folder}`;
    byId("open-film").hidden = framesOf(files).length < 2;
    byId("open-film-text").textContent = `Open all ${framesOf(files).length} as a film`;
    byId("folder-cards").replaceChildren(...files.map((file) => this.#fileCard(file)));
  }

  /** The folder's drawings as the frames of a film. */
  async openFolder() {
    const { folder, files } = await server.files();
    const frames = framesOf(files).map(({ name }) => fetched(name));
    await Promise.all(frames).then((all) => this.openFilm(all, { name: folder, fps: this.rate }), complain);
  }

  #fileCard({ name, bytes }) {
    const card = cardOf(name, () => fetched(name).then(this.openFile, complain));
    if (SHOWS.test(name) && bytes < LARGEST_THUMB) whenSeen(card, () => fetched(name).then((file) => picture(card, file), () => {}));
    return card;
  }
}

const fetched = (name) => server.file(name).then((blob) => new File([blob], name));

/** The drawings of a folder without results that were saved beside them. */
const framesOf = (files) => files.filter(({ name }) => !/\.colored\./.test(name));

function cardOf(name, open, when = null) {
  const title = make("span", { class: "name" }, name, when && make("span", { class: "when" }, when));
  return make("li", { class: "card" }, make("button", { onclick: open }, make("span", { class: "thumb" }, icon("picture")), title));
}

function picture(card, blob) {
  const image = make("img", { alt: "", src: URL.createObjectURL(blob) });
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  image.addEventListener("error", () => image.replaceWith(icon("picture")));
  card.querySelector(".thumb").replaceChildren(image);
}

function whenSeen(element, action) {
  new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    action();
  }).observe(element);
}
