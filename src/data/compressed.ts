/**
 * gzip and zip without trust: what a header declares is checked against what its bytes could hold before anything is
 * allocated, and the contents against their CRC-32.
 */
import { gunzipSync, unzipSync, zipSync } from "fflate";
import { SpikecError } from "../errors/error.ts";

/** DEFLATE cannot expand by more than 1032 (RFC 1951: 258 bytes from 2 bits): a larger claim is false. */
const largestExpansion = 1032;
/** 4 GiB is what a size field of 32 bits can say; a quarter of it is the most that is unpacked. */
const maximumSize = 2 ** 30;

/** True where the bytes begin as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** True where the bytes begin as a zip archive does (also an empty one). */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

/** Contents of a gzip file of one member (RFC 1952). Throws SPK-0602 where it is damaged, SPK-0606 where too large. */
export function unpackGzip(bytes: Uint8Array, file: string): Uint8Array {
  if (bytes.length < 18) throw damaged("the gzip file is cut short", file);
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8);
  const size = trailer.getUint32(4, true);
  checkSize(size, bytes.length, file);
  const contents = unpacking(file, () => gunzipSync(bytes, { out: new Uint8Array(size) }));
  if (contents.length !== size || crc32(contents) !== trailer.getUint32(0, true)) {
    throw damaged("the gzip file's contents do not match its checksum", file);
  }
  return contents;
}

/**
 * Files of a zip archive by name, in the archive's order. Throws SPK-0602 where it is damaged, SPK-0606 where too large.
 */
export function unpackZip(bytes: Uint8Array, file: string): Map<string, Uint8Array> {
  const declared = new Map<string, number>();
  let total = 0;
  const contents = unpacking(file, () =>
    unzipSync(bytes, {
      filter: (entry) => {
        checkSize(entry.originalSize, entry.size, file);
        total += entry.originalSize;
        if (total > maximumSize) throw tooLarge(total, file);
        declared.set(entry.name, entry.originalSize);
        return true;
      },
    }),
  );
  for (const [name, size] of declared) {
    if (contents[name]?.length !== size) throw damaged(`'${name}' in the archive is cut short`, file);
  }
  for (const { name, checksum } of zipChecksums(bytes)) {
    if (contents[name] !== undefined && crc32(contents[name]) !== checksum) {
      throw damaged(`'${name}' in the archive does not match its checksum`, file);
    }
  }
  return new Map(Object.entries(contents));
}

/** A zip archive; no clock enters it, so that the same files give the same bytes. */
export function packZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  // The earliest date that zip can hold; a local date, because zip has no time zone.
  return zipSync(Object.fromEntries(files), { mtime: new Date(1980, 0, 1), level: 6 });
}

/** CRC-32 of every entry, from the central directory (APPNOTE.TXT 4.3.12: signature PK 1 2, 46 bytes, then names). */
function zipChecksums(bytes: Uint8Array): { name: string; checksum: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end > 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  let at = view.getUint32(end + 16, true);
  const checksums: { name: string; checksum: number }[] = [];
  while (at + 46 <= bytes.length && view.getUint32(at, true) === 0x02014b50) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      view.getUint16(at + offset, true),
    );
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength!));
    checksums.push({ name, checksum: view.getUint32(at + 16, true) });
    at += 46 + nameLength! + extraLength! + commentLength!;
  }
  return checksums;
}

function checkSize(size: number, packedSize: number, file: string): void {
  if (size > packedSize * largestExpansion) throw damaged("the archive declares impossible sizes", file);
  if (size > maximumSize) throw tooLarge(size, file);
}

/** fflate throws plain errors of many kinds on damaged input. */
function unpacking<Result>(file: string, unpack: () => Result): Result {
  try {
    return unpack();
  } catch (cause) {
    if (cause instanceof SpikecError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SpikecError("SPK-0602", `the archive cannot be unpacked: ${reason}`, { where: file, cause });
  }
}

function damaged(what: string, file: string): SpikecError {
  return new SpikecError("SPK-0602", what, { where: file });
}

function tooLarge(size: number, file: string): SpikecError {
  return new SpikecError("SPK-0606", `unpacked it would take ${size} bytes; the most is ${maximumSize}`, {
    where: file,
  });
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** IEEE 802.3, reflected, as gzip and zip use it. */
function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (let index = 0; index < bytes.length; index++) {
    value = (value >>> 8) ^ crcTable[(value ^ bytes[index]) & 255];
  }
  return (value ^ 0xffffffff) >>> 0;
}
