/** Small pictures as data addresses: BMP needs no compression, so that every browser can read what a few lines can write. */
import type { PixelMap } from "./report-data.ts";

const fileHeader = 14;
const imageHeader = 40;

/** 24 bits a pixel, rows from below, padded to 4 bytes (BITMAPINFOHEADER). pixelAt: [red, green, blue], 0..255. */
function bitmap(
  width: number,
  height: number,
  pixelAt: (x: number, y: number) => readonly [number, number, number],
): Uint8Array {
  const row = Math.ceil((width * 3) / 4) * 4;
  const start = fileHeader + imageHeader;
  const bytes = new Uint8Array(start + row * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, start, true);
  view.setUint32(14, imageHeader, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [red, green, blue] = pixelAt(x, y);
      bytes.set([blue, green, red], start + (height - 1 - y) * row + 3 * x);
    }
  return bytes;
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

export interface Drawing {
  readonly address: string;
  readonly width: number;
  readonly height: number;
}

/** One picture, or the channels side by side in rows, a pixel apart. */
export function drawPixels({ channels, height, width, pixels, colour }: PixelMap): Drawing {
  const at = (channel: number, y: number, x: number) => pixels[(channel * height + y) * width + x];
  if (colour) {
    const bytes = bitmap(width, height, (x, y) => [at(0, y, x), at(1, y, x), at(2, y, x)]);
    return { address: `data:image/bmp;base64,${base64(bytes)}`, width, height };
  }
  const across = Math.ceil(Math.sqrt(channels));
  const [wide, high] = [across * (width + 1) - 1, Math.ceil(channels / across) * (height + 1) - 1];
  const bytes = bitmap(wide, high, (x, y) => {
    const channel = Math.floor(y / (height + 1)) * across + Math.floor(x / (width + 1));
    const [ownX, ownY] = [x % (width + 1), y % (height + 1)];
    if (channel >= channels || ownX === width || ownY === height) return [128, 128, 128];
    const value = at(channel, ownY, ownX);
    return [value, value, value];
  });
  return { address: `data:image/bmp;base64,${base64(bytes)}`, width: wide, height: high };
}
