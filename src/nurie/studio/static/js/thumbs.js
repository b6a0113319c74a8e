/** Small pictures of a work: for ideas, the start page and the autosave. */

/**
 * Paint a work's regions in these colours, with the lines above.
 * @param {HTMLCanvasElement} canvas its size is what the picture is fitted into
 */
export function paintThumb(canvas, regions, colors, line) {
  const scale = Math.min(canvas.width / regions.width, canvas.height / regions.height);
  const [width, height] = [Math.max(1, Math.round(regions.width * scale)), Math.max(1, Math.round(regions.height * scale))];
  Object.assign(canvas, { width, height });
  const flats = sampled(regions, colors, 2 * width, 2 * height);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(flats, 0, 0, width, height);
  if (line) context.drawImage(small(line, width, height), 0, 0);
}

const lines = new WeakMap();

/** The lines at a small size, made once a size: scaling a large bitmap costs. */
function small(line, width, height) {
  const known = lines.get(line) ?? new Map();
  lines.set(line, known);
  const key = `${width}×${height}`;
  if (!known.has(key)) {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(line, 0, 0, width, height);
    known.set(key, canvas);
  }
  return known.get(key);
}

function sampled({ labels, width, height }, colors, w, h) {
  const canvas = new OffscreenCanvas(w, h);
  const image = new ImageData(w, h);
  for (let y = 0; y < h; y += 1) {
    const row = Math.floor(((y + 0.5) * height) / h) * width;
    for (let x = 0; x < w; x += 1) {
      const color = colors[labels[row + Math.floor(((x + 0.5) * width) / w)]];
      image.data.set(color < 0 ? [255, 255, 255, 255] : [color >> 16, (color >> 8) & 255, color & 255, 255], 4 * (y * w + x));
    }
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

/** A small PNG of what a work shows, or null. */
export async function thumbOf(work, side = 320) {
  if (!work.view) return null;
  const canvas = new OffscreenCanvas(side, side);
  paintThumb(canvas, work.view.regions, work.view.colors, work.line);
  return canvas.convertToBlob({ type: "image/png" });
}
