/** What a stroke, a click, or Enter on a marked region does to the work on the desk. */

import { parse } from "./color.js";
import { tell, whisper } from "./notices.js";
import { askPart } from "./partbox.js";

/** How long a second click on the background is waited for, in milliseconds. */
const MEANT = 6000;
/** How near to the first it must be, in CSS pixels: two slips along an outline are no intent. */
const NEAR = 24;
/** Share of the picture below which a dab floods nothing, as in a star that is taken for paper. */
const SMALL = 0.005;
/** Half the width of a stroke on the screen, in CSS pixels. */
const BRUSH = 2.5;

/** What a dab or a stroke touches, as a command that nothing follows. */
function touched({ points, radius, spare, color }, regions) {
  const spots = [...regions.along(points, radius, spare).values()];
  const [[x, y]] = points;
  return spots.length > 1 ? { type: "area", spots, color } : { type: "fill", x, y, color };
}

export class Acts {
  /** @param {object} desk `work`, `stage`, `tool`, `color` */
  constructor(desk) {
    this.desk = desk;
  }

  /** Whether a click or a stroke on nothing but the background is only asked about: it floods when meant, by a hold or a second click. */
  guards({ points, held }) {
    const { regions, said } = this.desk.work.view;
    const small = SMALL * regions.width * regions.height;
    const [point] = points;
    const under = points.length > 1 ? [...regions.along(points, BRUSH / this.desk.stage.camera.scale).keys()] : [regions.near(...point)];
    const meant = held && points.length === 1;
    const [now, [x, y]] = [performance.now(), this.desk.stage.screen(...point)];
    const again = this.meant && now < this.meant.until && Math.hypot(x - this.meant.x, y - this.meant.y) < NEAR;
    if (again || meant || under.every((region) => regions.areas[region] < small) || under.some((region) => !regions.background.has(region) || said.wishes.has(region))) return false;
    this.meant = { x, y, until: now + MEANT };
    tell("This is the background: click again, or hold, to colour it.");
    return true;
  }

  /** Ask what a region shows. */
  name([x, y]) {
    const { work } = this.desk;
    const region = work.view.regions.near(x, y);
    if (!region) return;
    this.desk.stage.set({ selected: region });
    askPart(this.desk.stage.screen(x, y), (text) => {
      const words = text.trim().split(/\s+/);
      const [px, py] = work.view.regions.at(x, y) === region ? [x, y] : work.view.regions.anchors[region];
      if (words[0]) work.do({ type: "part", x: px, y: py, part: words.at(-1), ...(words.length > 1 && { words: text.trim() }) });
    });
  }

  /** Use the tool in hand along these points; `alone`: on nothing but what they touch. */
  act(points, alone = false) {
    const command = this.desk.tool.act?.({ points, radius: BRUSH / this.desk.stage.camera.scale }, { view: this.desk.work.view, color: this.desk.color });
    if (command?.type === "cut") this.#cut(command);
    else if (command?.type === "dab" && alone && !this.desk.work.frames) this.desk.work.do(touched(command, this.desk.work.view.regions));
    else if (command?.type === "dab") this.#dab(command);
    else if (command) this.desk.work.do(command);
    else if (this.desk.tool.id === "merge") tell("Drag from one region into another one.");
    else if (this.desk.tool.id === "cut") tell("Draw a line across the gap or the region.");
    else if (this.desk.tool.act) whisper("There is nothing to do here.");
  }

  /** A second dab in another colour changes the region, or, if that was meant, cuts it between the two. */
  async #dab(command) {
    const { work } = this.desk;
    const [[point], { colors, regions, said }] = [command.points, work.view];
    const before = command.points.length === 1 && said.wishes.get(regions.near(...point));
    const done = work.do(command);
    if (work.frames) return undefined;
    if (!before || before.kind !== "dab" || before.color === command.color) {
      await done;
      return this.#tellFollowers(work, command, colors, regions);
    }
    const split = async () => {
      if (work.commands.at(-1)?.points !== command.points) return;
      work.undo();
      await this.halve([before.point, point]);
      if (work.commands.at(-1)?.type === "split") work.do(command);
    };
    return tell("The region has your new colour.", { ways: [["Split it between the two dabs", split]] });
  }

  /** Say how many regions followed a dab or a stroke, let them go where that was not meant, and offer those of other figures. */
  #tellFollowers(work, command, before, regions) {
    const { view } = work;
    const { points, color } = command;
    const mine = () => this.desk.work === work && work.commands.at(-1)?.points === points;
    const { wishes } = view.said;
    const followed = [...view.colors.keys()].filter((region) => view.colors[region] !== before[region] && !wishes.has(region));
    const [others, alike] = [view.answer?.others ?? [], view.answer?.alike ?? []].map((all) => all.filter((region) => !wishes.has(region)));
    if (!mine() || view.regions !== regions || !(followed.length || others.length || alike.length)) return;
    const only = () => {
      if (!mine()) return;
      work.undo();
      work.do(touched(command, regions));
    };
    const ways = followed.length ? [[points.length > 1 ? "Only what I crossed" : "Only this one", only, this.#shows(followed, (region) => before[region])]] : [];
    // What is like it, or lies on another figure, keeps its colour unless it is meant.
    const offer = (label, found) => {
      const take = () => mine() && work.do({ type: "area", spots: found.map((region) => regions.anchors[region]), color });
      if (found.length) ways.push([label, take, this.#shows(found, () => parse(color))]);
    };
    offer(`${alike.length} alike, too`, alike);
    offer("The other figure, too", others);
    const count = followed.length;
    tell(count ? `${count === 1 ? "One more region" : `${count} more regions`} took it, too.` : alike.length ? "Some others look alike." : "The other figure keeps its colour.", { ways });
  }

  /** Shows in the picture what a way on would do to some regions, while it is pointed at. */
  #shows(found, colorOf) {
    const { stage, work } = this.desk;
    return (on) => {
      if (this.desk.work !== work || !on) return stage.refresh();
      const colors = [...work.view.colors];
      for (const region of found) colors[region] = colorOf(region);
      return stage.paint(colors);
    };
  }

  /** A line that separates nothing waits for another: a horizon is drawn on to both sides of the sheet. */
  async #cut(command) {
    const { work } = this.desk;
    if (await this.#separates(command)) return;
    const back = () => work.commands.at(-1)?.points === command.points && work.undo();
    tell("That line separates nothing yet: draw on from where it ends, or from the other end of the opening.", { ways: [["Take it back", back]] });
  }

  /** Do it; whether there are more regions than before. */
  async #separates(command) {
    const { work } = this.desk;
    const pieces = () => work.view.regions.areas.filter((area) => area > 0).length;
    const before = [pieces(), work.view.regions.key];
    await work.do(command);
    const [count, key] = [pieces(), work.view.regions.key];
    return this.desk.work !== work || key === before[1] || count !== before[0] || work.commands.at(-1)?.points !== command.points;
  }

  /** The first region that the keyboard marked is kept in mind, the second merges with it. */
  mergeFrom(point) {
    const from = this.merging?.regions === this.desk.work.view.regions && this.merging.point;
    this.merging = from ? null : { point, regions: this.desk.work.view.regions };
    if (from) return this.act([from, point]);
    return tell("Now mark the region that it becomes one with, and press Enter.");
  }

  /** Split a region where it is narrowest between two places. */
  async halve(points) {
    if (await this.#separates({ type: "split", points })) return;
    this.desk.work.undo();
    tell("There is no narrow place; draw a line there to split the region.");
  }
}
