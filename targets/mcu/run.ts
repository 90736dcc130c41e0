/** Run: a Device on a flashed board. Where the spikes of all observed layers do not fit one answer, the sample runs several times. */
import { SpikecError } from "../../src/errors/error.ts";
import type { Link } from "../../src/link/link.ts";
import { connect } from "../../src/link/loader/connection.ts";
import { startHeartbeat } from "../../src/link/loader/heartbeat.ts";
import { hello } from "../../src/link/loader/hello.ts";
import { spikeRowBytes } from "../../src/link/loader/protocol.ts";
import { type RunRequest, run, type StepSpikes, state } from "../../src/link/loader/stream.ts";
import type { ChipEvents, Device, Image, Stimulus, WireOptions } from "../../src/target/target.ts";
import { type Manifest, readImage } from "./emit.ts";
import { spikeRoom } from "./fit.ts";

/** Populations to observe, in groups whose spikes fit one answer each. */
function passes({ populations }: Manifest, room: number): number[][] {
  const groups: number[][] = [];
  let left = 0;
  populations.forEach(({ count, reported }, index) => {
    if (!reported) return;
    const bytes = spikeRowBytes(count);
    if (groups.length === 0 || bytes > left) {
      groups.push([]);
      left = room;
    }
    groups[groups.length - 1].push(index);
    left -= bytes;
  });
  return groups;
}

/** Spikes of all passes as addresses by step, ascending. */
function addressesOf(
  manifest: Manifest,
  found: readonly (readonly StepSpikes[])[],
  steps: number,
): number[][] {
  return Array.from({ length: steps }, (_, step) =>
    found
      .flatMap((pass) => [...pass[step]])
      .flatMap(([population, neurons]) =>
        neurons.map((neuron) => manifest.populations[population].first + neuron),
      )
      .sort((a, b) => a - b),
  );
}

/** Throws SPK-0512 or SPK-0515 where the board is another one, or holds another network. */
export async function openDevice(
  link: Link,
  image: Image,
  target: string,
  options: WireOptions = {},
): Promise<Device> {
  const { manifest } = readImage(image, target);
  const connection = connect(link, options);
  try {
    const board = await hello(connection, target);
    if (board.active?.crc !== manifest.image.crc)
      throw new SpikecError("SPK-0515", `the board does not hold ${manifest.network}`, { where: link.name });
    const stopHeartbeat = startHeartbeat(connection);
    const stream = {
      maxFrame: board.maxFrame,
      window: board.window,
      sizes: manifest.populations.map(({ count }) => count),
    };
    const groups = passes(manifest, spikeRoom(board));
    const readout = manifest.populations.findIndex(({ name }) => name === manifest.readout);
    let computed: number | null = null;

    async function runOnce(stimulus: Stimulus, steps: number): Promise<ChipEvents> {
      const inputs = (step: number) => stimulus.charges[step] ?? [];
      const found: (readonly StepSpikes[])[] = [];
      for (const observed of groups) {
        const request: RunRequest = { steps, inputs, observed, populations: manifest.populations.length };
        const result = await run(connection, stream, request);
        computed = result.computed;
        found.push(result.spikes);
      }
      const { first, count, membranes } = manifest.populations[readout];
      const values = await state(connection, membranes, count);
      return {
        steps,
        addresses: addressesOf(manifest, found, steps),
        membranes: Array.from(values, (value, neuron) => [first + neuron, value] as const),
      };
    }

    return {
      // Every run begins with START, which is the reset.
      reset: async () => {},
      run: runOnce,
      computed: () => computed,
      async close() {
        stopHeartbeat();
        connection.release();
      },
    };
  } catch (error) {
    connection.release();
    throw error;
  }
}
