// A photographed page on the device: turned upright, made small enough to send, cut into pieces.

import { element } from './dom.js';
import { marked } from './marks.js';

const LARGEST = 2600; // pixels a side that are sent; more shows the reader nothing new

/** The picture of a file as a person holds it, no larger than is useful. Throws when it cannot be opened. */
export async function upright(file) {
  const full = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const scale = Math.min(1, LARGEST / Math.max(full.width, full.height));
  if (scale === 1) return full;
  return createImageBitmap(full, {
    resizeWidth: Math.round(full.width * scale),
    resizeHeight: Math.round(full.height * scale),
    resizeQuality: 'high',
  });
}

/** The photo turned clockwise by 0, 90, 180 or 270 degrees. */
export function turned(photo, degrees) {
  const canvas = element('canvas', {});
  [canvas.width, canvas.height] = degrees % 180 ? [photo.height, photo.width] : [photo.width, photo.height];
  const context = canvas.getContext('2d');
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate((degrees * Math.PI) / 180);
  context.drawImage(photo, -photo.width / 2, -photo.height / 2);
  return canvas;
}

/** The photo as a JPEG file, without what cameras write beside the picture. */
export const jpegOf = (photo) =>
  new Promise((resolve) => {
    marked(photo, []).toBlob(resolve, 'image/jpeg', 0.92);
  });

/** A small picture of the photo. */
export function preview(photo) {
  const canvas = marked(photo, []);
  canvas.className = 'preview';
  canvas.setAttribute('aria-hidden', 'true');
  return canvas;
}

/** The piece of the photo in a box, with a little around it. */
export function crop(photo, [x0, y0, x1, y1]) {
  const pad = (y1 - y0) * 0.25;
  const canvas = element('canvas', { class: 'crop', role: 'img', 'aria-label': 'This problem on the photo' });
  canvas.width = x1 - x0 + 2 * pad;
  canvas.height = y1 - y0 + 2 * pad;
  canvas.getContext('2d').drawImage(photo, pad - x0, pad - y0);
  return canvas;
}
