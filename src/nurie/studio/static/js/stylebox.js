/** The panel's part about style: flats alone or shaded, and where light comes from. */

import { byId, make, rove } from "./dom.js";

const NAMES = { flat: "Flat", cel: "Cel", soft: "Soft" };
const PLACES = ["top-left", "top", "top-right", "left", null, "right", "bottom-left", "bottom", "bottom-right"];

export class StyleBox {
  /** @param {object} desk `work` @param {object} limits `styles` and `lights` of the server */
  constructor(desk, { styles = [], lights = [] }) {
    byId("styles").hidden = styles.length < 2;
    const radio = (name, label, data, command) => make("button", { role: "radio", "aria-checked": "false", [data]: name, "aria-label": label, title: label,
      onclick: () => this.#choose(desk.work, command) });
    for (const style of styles) {
      const button = radio(style, null, "data-style", { style });
      button.append(NAMES[style] ?? style);
      byId("style").append(button);
    }
    this.ball = make("span", { class: "ball", "aria-hidden": "true" });
    const pad = PLACES.map((place, i) => {
      if (!place) return this.ball;
      const button = radio(place, `Light from the ${place.replace("-", " ")}`, "data-light", { light: place });
      button.hidden = !lights.includes(place);
      button.append(make("span", { class: "ray", "data-turn": i }));
      return button;
    });
    byId("light").append(...pad);
    rove(byId("style"));
    rove(byId("light"));
  }

  #choose(work, command) {
    const { style, light } = work.view.said;
    const wanted = { style, light, ...command };
    if (wanted.style !== style || wanted.light !== light) work.do({ type: "style", ...wanted });
  }

  /** Show what is chosen. */
  refresh({ style, light }) {
    for (const button of byId("style").children) button.setAttribute("aria-checked", String(button.dataset.style === style));
    for (const button of byId("light").querySelectorAll("button")) button.setAttribute("aria-checked", String(button.dataset.light === light));
    byId("light-box").hidden = style === "flat";
    const at = PLACES.indexOf(light);
    this.ball.style.background = `radial-gradient(circle at ${20 + 30 * (at % 3)}% ${20 + 30 * Math.floor(at / 3)}%, #fff, #9a97a8 75%)`;
  }
}
