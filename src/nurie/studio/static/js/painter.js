/**
 * The picture on the graphics card: a texture of labels, a small table of colours by label, the lines
 * above. Changing a colour is an upload of the table, whatever the size of the picture.
 */

import { FRAGMENT, VERTEX } from "./shaders.js";

const TABLE = 1024;

/** A painter for this canvas, or null where WebGL2 is missing. */
export function painterOn(canvas) {
  const gl = canvas.getContext("webgl2", { alpha: true, antialias: false, premultipliedAlpha: true, desynchronized: false });
  return gl ? new Painter(gl) : null;
}

class Painter {
  constructor(gl) {
    this.gl = gl;
    this.largest = gl.getParameter(gl.MAX_TEXTURE_SIZE);
    this.program = link(gl);
    this.places = new Map();
    this.textures = Object.fromEntries(["labels", "colors", "flags", "line", "shade"].map((name) => [name, gl.createTexture()]));
    gl.useProgram(this.program);
    Object.keys(this.textures).forEach((name, unit) => gl.uniform1i(this.#place(name), unit));
    this.setLine(null);
    this.setShade(null);
  }

  #place(name) {
    if (!this.places.has(name)) this.places.set(name, this.gl.getUniformLocation(this.program, name));
    return this.places.get(name);
  }

  #bind(name, filter) {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE0 + Object.keys(this.textures).indexOf(name));
    gl.bindTexture(gl.TEXTURE_2D, this.textures[name]);
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter === gl.NEAREST ? gl.NEAREST : gl.LINEAR);
  }

  /** Only paper, of this size, until there are regions. */
  setBlank({ width, height }) {
    this.setRegions({ labels: new Uint16Array(1), width: 1, height: 1, count: 0 });
    this.size = [width, height];
    this.step = Math.max(width, height);
  }

  setRegions(regions) {
    const { gl } = this;
    const { labels, width, height, step } = thin(regions, this.largest);
    this.size = [regions.width, regions.height];
    this.step = step;
    this.#bind("labels", gl.NEAREST);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, labels.BYTES_PER_ELEMENT);
    const [inner, type] = labels instanceof Uint16Array ? [gl.R16UI, gl.UNSIGNED_SHORT] : [gl.R32UI, gl.UNSIGNED_INT];
    gl.texImage2D(gl.TEXTURE_2D, 0, inner, width, height, 0, gl.RED_INTEGER, type, labels);
    this.rows = Math.ceil((regions.count + 1) / TABLE);
    this.setTable("flags", new Uint8Array(4 * (regions.count + 1)));
  }

  /** @param {"colors"|"flags"} name @param {Uint8Array} rgba four bytes a label */
  setTable(name, rgba) {
    const { gl } = this;
    const padded = new Uint8Array(4 * TABLE * this.rows);
    padded.set(rgba);
    this.#bind(name, gl.NEAREST);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, TABLE, this.rows, 0, gl.RGBA, gl.UNSIGNED_BYTE, padded);
  }

  setLine(bitmap) {
    const { gl } = this;
    this.#bind("line", bitmap ? gl.LINEAR_MIPMAP_LINEAR : gl.NEAREST);
    this.#image(bitmap, [0, 0, 0, 0]);
    if (bitmap) gl.generateMipmap(gl.TEXTURE_2D);
  }

  setShade(bitmap) {
    this.#bind("shade", this.gl.LINEAR);
    this.#image(bitmap, [255, 255, 255, 255]);
  }

  #image(bitmap, otherwise) {
    const { gl } = this;
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    if (bitmap) gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
    else gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 1, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(otherwise));
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
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
    gl.uniform2f(this.#place("size"), ...this.size);
    gl.uniform1f(this.#place("step_"), this.step);
    gl.uniform1f(this.#place("canvasHeight"), height);
    gl.uniform1f(this.#place("split"), look.split === null ? -1 : look.split * ratio);
    gl.uniform1ui(this.#place("hover"), look.hover);
    gl.uniform1ui(this.#place("selected"), look.selected);
    gl.uniform1f(this.#place("pulse"), look.pulse);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }
}

/** Labels that fit into one texture: every step-th pixel of pictures that are too large. */
function thin({ labels, width, height }, largest) {
  const step = Math.ceil(Math.max(width, height) / largest);
  if (step === 1) return { labels, width, height, step };
  const [w, h] = [Math.ceil(width / step), Math.ceil(height / step)];
  const small = new labels.constructor(w * h);
  for (let y = 0; y < h; y += 1) for (let x = 0; x < w; x += 1) small[y * w + x] = labels[y * step * width + x * step];
  return { labels: small, width: w, height: h, step };
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
