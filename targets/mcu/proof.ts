/**
 * The proof of wire and machine: COBS and CRC-32 byte by byte, and a leaky integer network whose spikes a C99 loader computed on
 * six processors (golden/link/README.md). Its image has an older, simpler layout; its layers become parts of ours, and a model
 * board that was flashed with them must spike as the record says.
 */
import { SpikecError } from "../../src/errors/error.ts";
import { pack, u16, viewOf } from "../../src/link/loader/bytes.ts";
import { decodeCobs, encodeCobs } from "../../src/link/loader/cobs.ts";
import { crc32 } from "../../src/link/loader/crc32.ts";
import { decodeSpikes } from "../../src/link/loader/stream.ts";
import type { Proof, VectorResult } from "../../src/target/target.ts";
import { encodeImage } from "./image/encode.ts";
import type { ImageParts, Parameter, PopulationPart, ProjectionPart } from "./image/parts.ts";
import { createMachine } from "./machine/machine.ts";
import { readProgram } from "./machine/program.ts";

const codecFile = "link/cobs_crc32_vectors.json";
const spikesFile = "link/lif_golden.json";
const imageFile = "link/lif_golden.img";

interface CodecVector {
  readonly data: string;
  readonly crc32: string;
  readonly cobs_with_delimiter: string;
}

interface SpikeRecord {
  readonly T: number;
  readonly input_spikes: readonly (readonly number[])[];
  readonly output_spikes: readonly (readonly number[])[];
  readonly image_crc32: string | number;
}

function contentsOf(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const contents = files.get(name);
  if (contents === undefined) throw new SpikecError("SPK-0405", "the file is missing", { where: name });
  return contents;
}

function jsonOf<Content>(files: ReadonlyMap<string, Uint8Array>, name: string): Content {
  try {
    return JSON.parse(new TextDecoder().decode(contentsOf(files, name)));
  } catch (cause) {
    if (cause instanceof SpikecError) throw cause;
    throw new SpikecError("SPK-0405", "the file is no JSON", { where: name, cause });
  }
}

const bytesOfHex = (text: string) =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const hexOf = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function runCodec(vector: CodecVector, index: number): VectorResult {
  const data = bytesOfHex(vector.data);
  const encoded = `${hexOf(encodeCobs(data))}00`;
  const decoded = decodeCobs(bytesOfHex(vector.cobs_with_delimiter).slice(0, -1));
  const check = crc32(data).toString(16).padStart(8, "0");
  const differences = [
    encoded === vector.cobs_with_delimiter ? null : `COBS gives ${encoded}`,
    decoded !== null && hexOf(decoded) === vector.data ? null : "COBS does not decode to the data",
    check === vector.crc32 ? null : `CRC-32 gives ${check}`,
  ].filter((difference) => difference !== null);
  return {
    name: `bytes ${index} (${data.length} long)`,
    exact: differences.length === 0,
    difference: differences.length === 0 ? null : differences.join("; "),
  };
}

const none: Parameter = { values: new Int32Array(0), span: 1 };

/** Layers of the older layout: u16 sources, u16 neurons, i32 threshold, u8 leak shift, 3 bytes, i8 weights [neuron][source]. */
function partsOfRecord(image: Uint8Array, steps: number): ImageParts {
  const view = viewOf(image);
  const populations: PopulationPart[] = [];
  const projections: ProjectionPart[] = [];
  let at = 4;
  let firstSources = 0;
  for (let layer = 0; layer < image[3]; layer++) {
    const [sources, neurons] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    const threshold: Parameter = { values: Int32Array.of(view.getInt32(at + 4, true)), span: neurons };
    const leak = view.getUint8(at + 8);
    const weights = new Int8Array(sources * neurons);
    for (let neuron = 0; neuron < neurons; neuron++)
      for (let source = 0; source < sources; source++)
        weights[source * neurons + neuron] = view.getInt8(at + 12 + neuron * sources + source);
    if (layer === 0) firstSources = sources;
    populations.push({
      ...{
        neurons,
        latency: 0,
        fires: true,
        reset: "subtract",
        floor: "none",
        overflow: "none",
        low: 0,
        high: 0,
      },
      ...{ decay: leak === 0 ? "none" : "shift", decayShift: leak, rounding: "floor", rows: 1 },
      ...{ threshold, bias: none, vInit: none, resetValue: threshold, floorValue: none, multiplier: none },
    });
    const connection = { kind: "dense", weights } as const;
    projections.push({
      source: layer,
      target: layer,
      delay: 0,
      pools: [],
      from: [sources, 1, 1],
      connection,
    });
    at += 12 + sources * neurons;
  }
  const inputs = [{ count: firstSources, kind: "spikes", rows: 1 }] as const;
  const readout = populations.length - 1;
  return {
    inputs,
    populations,
    projections,
    timesteps: steps,
    steps,
    readout,
    read: "count",
    selfTest: null,
  };
}

/** One vector a step: the output neurons that fire. */
function runSpikes(files: ReadonlyMap<string, Uint8Array>): VectorResult[] {
  const record = jsonOf<SpikeRecord>(files, spikesFile);
  const image = contentsOf(files, imageFile);
  const parts = partsOfRecord(image, record.T);
  const machine = createMachine(readProgram(encodeImage(parts), Number.POSITIVE_INFINITY));
  return record.input_spikes.map((spikes, step) => {
    machine.enter(0, pack(spikes.map(u16)));
    const row = machine.run()[parts.readout];
    const fired = decodeSpikes(row, [0], [parts.populations[parts.readout].neurons])?.get(0) ?? [];
    const expected = record.output_spikes[step];
    const exact = fired.length === expected.length && fired.every((neuron, i) => neuron === expected[i]);
    const difference = exact ? null : `neurons ${fired.join(", ")} instead of ${expected.join(", ")}`;
    return { name: `lif_golden step ${step}`, exact, difference };
  });
}

export const linkProof: Proof = {
  suite: "link",
  files: [codecFile, spikesFile, imageFile],
  whose:
    "our own script; the same spikes came from C99 on Cortex-M0, M0+, M3, M4, RV32IMC (qemu, rp2040js) and AVR (avr8js)",
  vectors: 112,
  run: (files) => [...jsonOf<CodecVector[]>(files, codecFile).map(runCodec), ...runSpikes(files)],
};
