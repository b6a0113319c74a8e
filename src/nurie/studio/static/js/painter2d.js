/** The same picture without WebGL2: flats are repainted in memory, the browser scales them. */

export class PlainPainter {
  constructor(canvas) {
    this.context = canvas.getContext("2d");
    this.flats = document.createElement("canvas");
    this.line = null;
    this.shade = null;
  }

  setBlank({ width, height }) {
    this.setRegions({ labels: new Uint16Array(width * height), width, height });
  }

  setRegions(regions) {
    this.regions = regions;
    Object.assign(this.flats, { width: regions.width, height: regions.height });
    this.image = new ImageData(regions.width, regions.height);
  }

  setTable(name, rgba) {
    if (name !== "colors") return;
    const byLabel = new Uint32Array(rgba.buffer.slice(0, rgba.length));
    const white = new Uint32Array(new Uint8Array([255, 255, 255, 255]).buffer)[0];
    for (let i = 0; i < byLabel.length; i += 1) if (!rgba[4 * i + 3]) byLabel[i] = white;
    const { labels } = this.regions;
    const pixels = new Uint32Array(this.image.data.buffer);
    for (let i = 0; i < pixels.length; i += 1) pixels[i] = byLabel[labels[i]] ?? white;
    this.flats.getContext("2d").putImageData(this.image, 0, 0);
  }

  setLine(bitmap) {
    this.line = bitmap;
  }

  setShade(bitmap) {
    this.shade = bitmap;
  }

  draw(camera, { split, ratio }) {
    const { context: c, flats } = this;
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.clearRect(0, 0, c.canvas.width, c.canvas.height);
    if (!this.regions) return;
    const { width, height } = flats;
    c.setTransform(camera.scale * ratio, 0, 0, camera.scale * ratio, camera.x * ratio, camera.y * ratio);
    c.imageSmoothingEnabled = camera.scale * ratio < 3;
    c.imageSmoothingQuality = "medium";
    c.fillStyle = "#fff";
    c.fillRect(0, 0, width, height);
    const from = split === null ? 0 : Math.max(0, Math.min(width, (split - camera.x) / camera.scale));
    c.save();
    c.beginPath();
    c.rect(from, 0, width - from, height);
    c.clip();
    c.drawImage(flats, 0, 0);
    c.globalCompositeOperation = "multiply";
    if (this.shade) c.drawImage(this.shade, 0, 0, width, height);
    c.restore();
    if (this.line) c.drawImage(this.line, 0, 0, width, height);
  }
}
