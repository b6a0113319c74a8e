/** Where the picture lies on the screen: screen = picture · scale + offset, in CSS pixels. */

const SMALLEST = 0.02;
const LARGEST = 32;

export class Camera {
  constructor() {
    Object.assign(this, { x: 0, y: 0, scale: 1, fitted: true });
  }

  toScreen(x, y) {
    return [x * this.scale + this.x, y * this.scale + this.y];
  }

  toPicture(x, y) {
    return [(x - this.x) / this.scale, (y - this.y) / this.scale];
  }

  /** Show the whole picture, with room around it. `insets` are covered: {top, right, bottom, left}. */
  fit(picture, stage, insets) {
    const [wide, high] = [stage.width - insets.left - insets.right, stage.height - insets.top - insets.bottom];
    this.scale = Math.max(SMALLEST, Math.min(wide / picture.width, high / picture.height, 8));
    this.x = insets.left + (wide - picture.width * this.scale) / 2;
    this.y = insets.top + (high - picture.height * this.scale) / 2;
    this.fitted = true;
  }

  /** Zoom by a factor, keeping the point of the picture under (x, y) there. */
  zoom(factor, x, y) {
    const scale = Math.max(SMALLEST, Math.min(this.scale * factor, LARGEST));
    const ratio = scale / this.scale;
    Object.assign(this, { x: x - (x - this.x) * ratio, y: y - (y - this.y) * ratio, scale, fitted: false });
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.fitted = false;
  }

  /** Keep at least a corner of the picture in sight. */
  clamp(picture, stage, margin = 60) {
    const [wide, high] = [picture.width * this.scale, picture.height * this.scale];
    this.x = Math.min(Math.max(this.x, margin - wide), stage.width - margin);
    this.y = Math.min(Math.max(this.y, margin - high), stage.height - margin);
  }

  /** Bring a point of the picture to the middle unless it is well in sight already. */
  reveal(x, y, stage, insets) {
    const [sx, sy] = this.toScreen(x, y);
    const inside = sx > insets.left + 40 && sx < stage.width - insets.right - 40 && sy > insets.top + 40
      && sy < stage.height - insets.bottom - 40;
    if (!inside) this.pan(stage.width / 2 - sx, stage.height / 2 - sy);
    return !inside;
  }
}
