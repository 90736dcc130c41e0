/** export --to c: a folder of plain C, with the simulator's spikes for a run of chance inputs to test it against. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { SpikecError } from "../errors/error.ts";
import { type Input, type Network, sizeOf } from "../network/network.ts";
import type { Events, SpikeTrain } from "../network/spikes.ts";
import { createEngine } from "../simulate/engine.ts";
import { isNetworkFile, readNetwork, writeWhole } from "./files.ts";
import type { Terminal } from "./terminal.ts";

/** Marsaglia, Xorshift RNGs, 2003: shifts 13, 17, 5. Whole numbers below `limit`. */
function createDice(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

interface StepEvents {
  readonly neurons: readonly number[];
  readonly values: readonly number[];
}

/** Every third neuron or so sends something: 1, or a value that its encoder could give. */
function chanceStep({ shape, encoder }: Input, dice: (limit: number) => number): StepEvents {
  const graded = encoder.kind === "analog" || encoder.kind === "current";
  const neurons: number[] = [];
  for (let neuron = dice(3); neuron < sizeOf(shape); neuron += 1 + dice(5)) neurons.push(neuron);
  return { neurons, values: neurons.map(() => (graded ? 1 + dice(2 ** (encoder.bits - 1) - 1) : 1)) };
}

/** A run's inputs; an analog one is the same at every step, as docs/law.md has it. */
function chanceInput(network: Network): SpikeTrain {
  const dice = createDice(0x5eed2);
  const steps = Array.from({ length: network.timesteps }, (_, step) => step);
  const events = network.inputs.map((input): [string, Events] => {
    const held = input.encoder.kind === "analog" ? chanceStep(input, dice) : null;
    const all = steps.map(() => held ?? chanceStep(input, dice));
    const offsets = new Uint32Array(steps.length + 1);
    all.forEach(({ neurons }, step) => {
      offsets[step + 1] = offsets[step] + neurons.length;
    });
    const values = Int32Array.from(all.flatMap(({ values }) => values));
    const neurons = Uint32Array.from(all.flatMap(({ neurons }) => neurons));
    return [input.name, { offsets, neurons, values: values.every((value) => value === 1) ? null : values }];
  });
  return { steps: steps.length, events: new Map(events) };
}

/** What was written, for people and for --json. */
export interface ExportedC {
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly imageBytes: number;
  readonly stateBytes: number;
}

/** Throws what place() throws for networks that the code does not compute. */
export async function writeC(network: Network, folder: string): Promise<ExportedC> {
  const { anyBoard } = await import("../../targets/mcu/c-export/any-board.ts");
  const { exportC } = await import("../../targets/mcu/c-export/files.ts");
  const { firmwareFolder } = await import("../../targets/mcu/firmware/sources.ts");
  const { place } = await import("../../targets/mcu/place.ts");
  const { stimulus } = await import("../../targets/mcu/spikes.ts");
  const placement = place(anyBoard, network, { observe: "all" });
  const input = chanceInput(network);
  const { train } = createEngine(network).run(input);
  const sources = firmwareFolder();
  const files = exportC(placement, { stimulus: stimulus(placement, input), train }, (path) =>
    readFileSync(join(sources, path), "utf8"),
  );
  for (const { name, text } of files) await writeWhole(join(folder, name), new TextEncoder().encode(text));
  return {
    files: files.map(({ name, text }) => ({ name, bytes: text.length })),
    imageBytes: placement.bytes.length,
    stateBytes: placement.report.uses.find(({ resource }) => resource === "RAM bytes")!.used,
  };
}

/** The action of `export --to c`. */
export async function exportCTo(file: string, folder: string, terminal: Terminal): Promise<void> {
  if (!isNetworkFile(file))
    throw new SpikecError("SPK-0002", "--to c is for networks of integers (.spk)", {
      where: file,
      advice: "Convert the file first: spikec convert FILE -o NET.spk.",
    });
  const { files, imageBytes, stateBytes } = await writeC(await readNetwork(file), folder);
  const names = files.map(({ name }) => name).join(", ");
  terminal.result(
    { file: basename(file), output: folder, format: "c", files, imageBytes, stateBytes },
    `${folder}: ${names}\n${imageBytes} bytes of weights and tables, ${stateBytes} bytes of state; make test runs it here`,
  );
}
