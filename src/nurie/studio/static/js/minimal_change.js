/** What stays as it is when somebody asks for one thing: the server keeps it, but for what is akin. */

import { format, parse } from "./color.js";
import { colorsOf, settle } from "./resolve.js";

const PAPER = -1;
/** Nothing is kept of the region: the model says what it becomes. */
const UNKNOWN = -2;

/** Commands after which the whole drawing is thought over. */
const ANEW = new Set(["pick", "palette", "like", "words", "reference", "guide"]);

/** Whether everything may change. */
export const anew = (command) => !command || ANEW.has(command.type);

/** What people had asked for when an answer came; colours that they changed everywhere since are changed. */
export function saidAt(commands, answer, regions) {
  return settle(commands.filter((command, index) => index < answer.at || command.type === "swatch"), regions);
}

/**
 * The part `keep` of a request.
 * @param {object} seen `answer`, `said` and `regions` as they were then, and `base`: the same of the last time
 *   when all was thought over, or null
 * @param {object} said as it is now
 * @param {Regions} regions as they are now
 */
export function keepOf(seen, said, regions) {
  const colors = colorsOf(seen.answer, { ...seen.said, leave: false }, seen.regions);
  const sure = Array.from(colors, (_, region) => seen.answer.confidence[region] ?? 0);
  if (seen.regions === regions) letGo(seen, said, colors, sure);
  const kept = { palette: [], entries: [PAPER], confidence: [0] };
  const entryOf = new Map();
  for (let region = 1; region <= regions.count; region += 1) {
    const before = seen.regions === regions ? region : regions.twin(region, seen.regions);
    const color = before ? colors[before] : UNKNOWN;
    if (color >= 0 && !entryOf.has(color)) entryOf.set(color, kept.palette.push(format(color)) - 1);
    kept.entries.push(color >= 0 ? entryOf.get(color) : color);
    kept.confidence.push(before ? sure[before] : 0);
  }
  return kept;
}

/** Hints that were taken back let their regions, and those that had followed, be as they were before. */
function letGo({ answer, said: then, regions, base }, said, colors, sure) {
  const first = base?.regions === regions && base.answer !== answer ? colorsOf(base.answer, { ...base.said, edits: then.edits }, regions) : null;
  const back = (region) => {
    const known = first && !base.said.wishes.has(region);
    colors[region] = known ? first[region] : UNKNOWN;
    sure[region] = (known && base.answer.confidence[region]) || 0;
  };
  for (const [region, { kind, color }] of then.wishes) {
    if (said.wishes.has(region)) continue;
    const followed = (other) => other && colors[other] === parse(color) && first[other] === first[region] && !then.wishes.has(other);
    if (first && kind === "dab") colors.forEach((_, other) => followed(other) && back(other));
    back(region);
  }
}
