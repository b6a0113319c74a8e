/**
 * What a person did, as a list of commands in picture coordinates: the whole document apart from the
 * drawing's bytes and the server's answers. Undo moves a cursor; nothing is kept as pixels.
 *
 * dab {points, radius, color}  its regions take exactly that colour, and those that are like them follow
 * fill {x, y, color}       one region takes the colour, nothing else changes; area {spots, color}  several do
 * paper {x, y}             one region stays paper
 * keep {x, y, color}       one region keeps what it has (null: paper)
 * erase {x, y}             takes all of these from a region
 * cut {points}             a line that is not part of the drawing; merge {from, to}; gap {value}
 * split {points}           a region falls apart where it is narrowest between the points
 * swatch {from, to}        every region of one colour follows; add {color} to the palette
 * lock {color, points}     regions of a swatch stay as they are; unlock {color}
 * palette {colors, names}  all colours come from it (null: free)
 * pick {seed, choice}      one of the ideas of this seed
 * like {colors, style, light}  colours and shade of a picture
 * style {style, light}     how flats are shaded, and where light comes from
 * words {text}             colours of parts in words; empty: none
 * part {x, y, part, words} what a region shows: hair; and words for it, if any
 * key {picture}            of a film: the frame is right, as it is or as a picture shows; each of its commands has a `frame`
 * unsure {leave}           whether regions that nurie only guesses stay paper
 * guide {kind, ids}        a file that --gray, --design or --histogram of the command line take; no ids: none
 * reference {ids}          coloured drawings of the same things, from which colours are taken
 */

const RESHAPING = new Set(["cut", "split", "merge", "gap"]);
const ASKING = new Set([...RESHAPING, "dab", "erase", "palette", "like", "pick", "words", "part", "reference", "guide"]);

/** Whether the regions change. */
export const reshapes = (command) => RESHAPING.has(command.type);

/** Whether the server is asked for colours. */
export const asks = (command) => ASKING.has(command.type);

let serial = 0;

/** A name for a command that no other one has. */
export function freshId() {
  serial += 1;
  return `${Date.now().toString(36)}-${serial.toString(36)}-${Math.random().toString(36).slice(2, 6)}`;
}

/** Commands with a cursor: what lies behind it can be done again until something new is done. */
export class History {
  /** @param {object[]} list @param {number} cursor how many of them count */
  constructor(list = [], cursor = list.length) {
    this.list = list;
    this.cursor = Math.max(0, Math.min(cursor, list.length));
  }

  /** The commands that count. */
  get active() {
    return this.list.slice(0, this.cursor);
  }

  get canUndo() {
    return this.cursor > 0;
  }

  get canRedo() {
    return this.cursor < this.list.length;
  }

  /** Add a command; what had been undone is gone. */
  push(command) {
    const whole = { id: freshId(), ...command };
    this.list.splice(this.cursor, Infinity, whole);
    this.cursor += 1;
    return whole;
  }

  /** The command taken back, or null. */
  undo() {
    return this.canUndo ? this.list[(this.cursor -= 1)] : null;
  }

  /** The command done again, or null. */
  redo() {
    return this.canRedo ? this.list[(this.cursor += 1) - 1] : null;
  }

  toJSON() {
    return { list: this.list, cursor: this.cursor };
  }
}

/** What the regions of a drawing depend on. */
export function shapeOf(commands) {
  const shape = { gap: null, edits: [] };
  for (const command of commands) {
    if (command.type === "gap") shape.gap = command.value;
    if (command.type === "cut") shape.edits.push({ cut: command.points });
    if (command.type === "split") shape.edits.push({ split: command.points });
    if (command.type === "merge") shape.edits.push({ merge: [command.from, command.to] });
  }
  return shape;
}

/** Index of the last command that asked the server, -1 for the first answer of all. */
export function lastAsking(commands) {
  return commands.findLastIndex(asks);
}

/** Where the answer to some commands is kept: under the last one that asked, or that of none. */
export const ROOT = "root";
export const keyOf = (commands) => commands[lastAsking(commands)]?.id ?? ROOT;

/** A file's name without its suffix. */
export const stem = (name) => name.replace(/\.[^.]*$/, "");

/** What a person calls a work, or its record; else its file's name. */
export const titleOf = ({ given, name }) => given ?? stem(name);

/** A word for a command, for messages and screen readers. */
export const NAMES = {
  dab: "Hint", fill: "Fill", area: "Enclosed fill", part: "Name", words: "Words", paper: "Leave as paper", keep: "Keep", erase: "Erase hint", cut: "Line", split: "Split", merge: "Merge",
  gap: "Gap", swatch: "Edit of a colour", add: "New colour", lock: "Lock", unlock: "Unlock", palette: "Palette",
  key: "Key", unsure: "Unsure regions", guide: "Guide", pick: "Idea", style: "Style", like: "Style of a picture", reference: "Reference",
};
