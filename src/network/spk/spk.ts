/**
 * The .spk file: a Network as protobuf bytes (network.proto). The same network gives the same bytes on every machine;
 * fields of newer minor versions survive a rewrite; a newer major version is refused by name.
 */
import protobuf from "protobufjs/minimal.js";
import { SpikecError } from "../../errors/error.ts";
import { checkNetwork } from "../check.ts";
import type { Input, Network } from "../network.ts";
import { networkFrom } from "./from-records.ts";
import type { RawFields } from "./message.ts";
import { readMessage } from "./read-message.ts";
import { network as networkMessage } from "./schema.ts";
import { networkRecord } from "./to-records.ts";
import { writeMessage } from "./write-message.ts";

const magic = "spikec.network";
/**
 * Changes when an older reader would misunderstand the file: 2 since inputs may have a normalization, which a reader of
 * version 1 would pass over. Files that hold nothing of it stay version 1, byte for byte.
 */
export const majorVersion = 2;
/** Changes when fields are added that an older reader may pass over. */
export const minorVersion = 0;

/** What a file holds beyond the Network as this version knows it; hand it back to encodeNetwork to keep it. */
export interface UnknownFields {
  readonly minorVersion: number;
  /** Raw fields by the path of the message that holds them; populations and projections by name. */
  readonly fields: RawFields;
}

export interface SpkFile {
  readonly network: Network;
  readonly unknown: UnknownFields;
}

/**
 * The bytes of a .spk file. unknown: from readSpk, where a file is read, changed and written again.
 * Throws SPK-0704 and SPK-0705 for a network that could not be read back.
 */
export function encodeNetwork(network: Network, unknown?: UnknownFields): Uint8Array {
  checkNetwork(network);
  const head = {
    magic,
    majorVersion: majorVersionOf(network),
    minorVersion: Math.max(minorVersion, unknown?.minorVersion ?? 0),
  };
  return writeMessage(networkMessage, networkRecord(network, head), unknown?.fields ?? new Map());
}

/** The oldest version whose readers understand the network. */
function majorVersionOf({ inputs }: Network): number {
  const isNormalized = ({ encoder }: Input) =>
    "normalization" in encoder && encoder.normalization !== undefined;
  return inputs.some(isNormalized) ? majorVersion : 1;
}

/** The Network in a .spk file; see readSpk. */
export function decodeNetwork(bytes: Uint8Array, file: string): Network {
  return readSpk(bytes, file).network;
}

/**
 * Reads a .spk file. Throws SPK-0701 where it is none, SPK-0702 where it is damaged, SPK-0703 for a newer major version,
 * SPK-0704 and SPK-0705 where the network does not hold together; each names the file.
 */
export function readSpk(bytes: Uint8Array, file: string): SpkFile {
  // protobufjs treats Node's Buffers otherwise than plain arrays; here everything is a plain one.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkVersion(plain, file);
  const { record, unknown } = orDamaged(file, () => readMessage(networkMessage, plain));
  const network = orDamaged(file, () => networkFrom(record));
  try {
    checkNetwork(network);
  } catch (error) {
    throw inFile(error, file);
  }
  return { network, unknown: { minorVersion: record.minorVersion, fields: unknown } };
}

/** True where the bytes begin as a .spk file does. */
export function isSpk(bytes: Uint8Array): boolean {
  // Field 1, wire type 2 (a string), its length, its characters.
  const start = [0x0a, magic.length, ...new TextEncoder().encode(magic)];
  return start.every((byte, index) => bytes[index] === byte);
}

/** Before anything else is read: a newer version may have changed all the rest. Field 2 follows the magic. */
function checkVersion(bytes: Uint8Array, file: string): void {
  if (!isSpk(bytes)) {
    throw new SpikecError("SPK-0701", "the file does not begin as a .spk file does", { where: file });
  }
  const reader = new protobuf.Reader(bytes.subarray(2 + magic.length));
  const version = orDamaged(file, () => (reader.tag() >>> 3 === 2 ? reader.uint32() : 0));
  if (version === 0) throw new SpikecError("SPK-0702", "the file has no version", { where: file });
  if (version > majorVersion) {
    const what = `the file is .spk version ${version}; this program reads version ${majorVersion}`;
    throw new SpikecError("SPK-0703", what, { where: file });
  }
}

function orDamaged<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SpikecError("SPK-0702", `the file cannot be read: ${reason}`, { where: file, cause });
  }
}

/** The same error with the file before the layer. */
function inFile(error: unknown, file: string): unknown {
  if (!(error instanceof SpikecError)) return error;
  const where = error.where === undefined ? file : `${file}, ${error.where}`;
  return new SpikecError(error.code, error.message, { where, advice: error.advice, cause: error });
}
