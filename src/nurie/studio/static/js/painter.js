/**
 * The picture on the graphics card: a texture of labels, a small table of colours by label, the lines
 * above. Changing a colour is an upload of the table, whatever the size of the picture; a picture that is
 * larger than a texture may be lies in tiles.
 */

import { FRAGMENT, VERTEX } from "./shaders.js";

const TABLE = 1024;
const UNITS = ["labels", "colors", "flags", "line", "shade"];

/** A painter for this canvas, or null where WebGL2 is missing. */
export function painterOn(canvas) {
  const gl = canvas.getContext("webgl2", { alpha: true, antialias: false, premultipliedAlpha: true, desynchronized: false });
  return gl ? new Painter(gl) : null;
}

/** Pixels by which neighbouring tiles overlap on either side, so that no seam is seen where they are small. */
const MARGIN = 64;

class Painter {
  constructor(gl) {
    this.gl = gl;
    this.largest = gl.getParameter(gl.MAX_TEXTURE_SIZE);
    this.program = link(gl);
    this.places = new Map();
    this.tables = { colors: gl.createTexture(), flags: gl.createTexture() };
    this.tiles = [];
    gl.useProgram(this.program);
    UNITS.forEach((name, unit) => gl.uniform1i(this.#place(name), unit));
  }

  #place(name) {
    if (!this.places.has(name)) this.places.set(name, this.gl.getUniformLocation(this.program, name));
    return this.places.get(name);
  }

  #bind(name, texture, filter) {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE0 + UNITS.indexOf(name));
    gl.bindTexture(gl.TEXTURE_2D, texture);
    if (!filter) return;
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter === gl.NEAREST ? gl.NEAREST : gl.LINEAR);
  }

  /** Only paper, of this size, until there are regions. */
  setBlank({ width, height }) {
    const { gl } = this;
    for (const { textures } of this.tiles) Object.values(textures).forEach((texture) => gl.deleteTexture(texture));
    this.size = [width, height];
    this.tiles = tilesOf(width, height, this.largest).map((tile) => ({
      ...tile, textures: { labels: gl.createTexture(), line: gl.createTexture(), shade: gl.createTexture() } }));
    for (const { textures } of this.tiles) this.#labels(textures.labels, new Uint16Array(1), 1, 1);
    this.#tables(0);
    this.setLine(null);
    this.setShade(null);
  }

  setRegions({ labels, width, height, count }) {
    for (const { textures, box } of this.tiles) {
      this.#part(box, width, () => this.#labels(textures.labels, labels, box[2], box[3]));
    }
    this.#tables(count);
  }

  #tables(count) {
    this.rows = Math.ceil((count + 1) / TABLE);
    for (const name of ["colors", "flags"]) this.setTable(name, new Uint8Array(4 * (count + 1)));
  }

  #labels(texture, labels, width, height) {
    const { gl } = this;
    this.#bind("labels", texture, gl.NEAREST);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, labels.BYTES_PER_ELEMENT);
    const [inner, type] = labels instanceof Uint16Array ? [gl.R16UI, gl.UNSIGNED_SHORT] : [gl.R32UI, gl.UNSIGNED_INT];
    gl.texImage2D(gl.TEXTURE_2D, 0, inner, width, height, 0, gl.RED_INTEGER, type, labels);
  }

  /** Do an upload of which only this box counts. */
  #part([left, top], row, upload) {
    const { gl } = this;
    const settings = [[gl.UNPACK_ROW_LENGTH, row], [gl.UNPACK_SKIP_PIXELS, left], [gl.UNPACK_SKIP_ROWS, top]];
    for (const [name, value] of settings) gl.pixelStorei(name, value);
    upload();
    for (const [name] of settings) gl.pixelStorei(name, 0);
  }

  /** @param {"colors"|"flags"} name @param {Uint8Array} rgba four bytes a label */
  setTable(name, rgba) {
    const { gl } = this;
    const padded = new Uint8Array(4 * TABLE * this.rows);
    padded.set(rgba);
    this.#bind(name, this.tables[name], gl.NEAREST);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, TABLE, this.rows, 0, gl.RGBA, gl.UNSIGNED_BYTE, padded);
  }

  setLine(bitmap) {
    this.#images("line", bitmap, [0, 0, 0, 0], bitmap ? this.gl.LINEAR_MIPMAP_LINEAR : this.gl.NEAREST);
  }

  setShade(bitmap) {
    this.#images("shade", bitmap, [255, 255, 255, 255], this.gl.LINEAR);
  }

  #images(name, bitmap, otherwise, filter) {
    const { gl } = this;
    const one = (box) => (bitmap ? gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, box[2], box[3], 0, gl.RGBA, gl.UNSIGNED_BYTE, bitmap)
      : gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 1, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(otherwise)));
    for (const { textures, box } of this.tiles) {
      this.#bind(name, textures[name], filter);
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
      gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
      if (bitmap) this.#part(box, bitmap.width, () => one(box));
      else one(box);
      gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
      if (filter === gl.LINEAR_MIPMAP_LINEAR) gl.generateMipmap(gl.TEXTURE_2D);
    }
  }

  /** @param {Camera} camera @param {object} look `split` (CSS px or null), `hover`, `selected`, `pulse`, `ratio` */
  draw(camera, look) {
    const { gl } = this;
    const { width, height } = gl.canvas;
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (!this.size) return;
    const { ratio } = look;
    gl.uniform4f(this.#place("view"), Math.round(camera.x * ratio), Math.round(camera.y * ratio), camera.scale * ratio, ratio);
    gl.uniform1f(this.#place("canvasHeight"), height);
    gl.uniform1f(this.#place("split"), look.split === null ? -1 : look.split * ratio);
    gl.uniform1ui(this.#place("hover"), look.hover);
    gl.uniform1ui(this.#place("selected"), look.selected);
    gl.uniform1f(this.#place("pulse"), look.pulse);
    for (const { textures, box, inner } of this.tiles) {
      for (const [name, texture] of Object.entries(textures)) this.#bind(name, texture);
      gl.uniform4f(this.#place("tile"), ...box);
      gl.uniform4f(this.#place("inner"), ...inner);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
    }
  }
}

/** Cuts of a picture that fit into textures: `box` x, y, width, height with its margin, `inner` the part that it shows. */
export function tilesOf(width, height, largest) {
  const step = largest - 2 * MARGIN;
  const spans = (side) => (side <= largest ? [[0, side, 0, side]] : Array.from({ length: Math.ceil(side / step) }, (_, i) => {
    const [from, to] = [i * step, Math.min(side, (i + 1) * step)];
    const start = Math.max(0, from - MARGIN);
    return [start, Math.min(side, to + MARGIN) - start, from, to - from];
  }));
  return spans(height).flatMap(([y, h, top, high]) => spans(width).map(([x, w, left, wide]) => (
    { box: [x, y, w, h], inner: [left, top, wide, high] })));
}

function link(gl) {
  const program = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
  return program;
}
