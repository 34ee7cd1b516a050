// A drawing as a short run of bytes, for links and for the device's memory: every number as the zigzag
// varint of its difference from the one before. Coordinates in quarter units, time in ms, pressure in 1/100.

const UNITS = [4, 4, 1, 100];

/** @param lists strokes as lists of [x, y, ms, pressure] */
export function pack(lists) {
  const bytes = [];
  const put = (value) => {
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    while (rest > 127) {
      bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  };
  const start = lists[0]?.[0][2] ?? 0;
  let last = [0, 0, 0, 0];
  for (const points of lists) {
    put(points.length);
    for (const [x, y, time, pressure] of points) {
      const now = [x, y, time - start, pressure].map((value, i) => Math.round(value * UNITS[i]));
      now.forEach((value, i) => put(value - last[i]));
      last = now;
    }
  }
  return Uint8Array.from(bytes);
}

/** Throws RangeError when the bytes are no drawing. */
export function unpack(bytes) {
  let at = 0;
  const take = () => {
    let value = 0,
      weight = 1;
    for (;;) {
      if (at >= bytes.length || weight > 2 ** 42) throw new RangeError('the drawing is cut short');
      const byte = bytes[at++];
      value += (byte & 127) * weight;
      if (byte < 128) return value % 2 ? -(value + 1) / 2 : value / 2;
      weight *= 128;
    }
  };
  const lists = [];
  const last = [0, 0, 0, 0];
  while (at < bytes.length) {
    const count = take();
    if (count < 1 || count > bytes.length) throw new RangeError('not a drawing');
    const points = [];
    for (let n = 0; n < count; n++) {
      for (let i = 0; i < 4; i++) last[i] += take();
      points.push(last.map((value, i) => value / UNITS[i]));
    }
    lists.push(points);
  }
  return lists;
}

export function toText(bytes) {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

export function fromText(text) {
  return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (character) => character.charCodeAt(0));
}

const through = (bytes, stream) => new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer();

export const squeeze = async (bytes) => new Uint8Array(await through(bytes, new CompressionStream('deflate-raw')));
export const unsqueeze = async (bytes) => new Uint8Array(await through(bytes, new DecompressionStream('deflate-raw')));
