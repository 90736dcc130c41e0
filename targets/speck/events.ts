/** Spikes of the Network as events of the chip, and the chip's events under the Network's names. */
import { SpikecError } from "../../src/errors/error.ts";
import { sizeOf } from "../../src/network/network.ts";
import { type Events, type SpikeTrain, stepsOf } from "../../src/network/spikes.ts";
import type { ChipEvents, Stimulus } from "../../src/target/target.ts";
import { sensorEvent } from "./camera.ts";
import type { Extents } from "./core-layer.ts";
import { addressOf, readAddress, sensor } from "./device/addresses.ts";
import { extentsOf } from "./kernel.ts";
import type { SpeckPlacement } from "./place.ts";

/** Chip address of a neuron of the input. */
function inputAddresses({ network, camera, entry, cores }: SpeckPlacement): (neuron: number) => number {
  const [, height, width] = extentsOf(network.inputs[0].shape);
  return (neuron) => {
    const pixel: Extents = [
      Math.floor(neuron / (height * width)),
      Math.floor(neuron / width) % height,
      neuron % width,
    ];
    const [feature, row, column] = camera?.maps ? sensorEvent(camera.camera, pixel) : pixel;
    return addressOf({ layer: camera === null ? cores[entry.layers[0]] : sensor, feature, row, column });
  };
}

export function stimulus(placement: SpeckPlacement, train: SpikeTrain): Stimulus {
  const [{ name, shape }] = placement.network.inputs;
  const fail = (what: string) => new SpikecError("SPK-0403", what, { where: name });
  const events = train.events.get(name);
  if (events === undefined) throw fail("no spikes were given for this input");
  const steps = stepsOf(events);
  if (steps > train.steps) throw fail(`${steps} steps of spikes for a run of ${train.steps}`);
  const { offsets, neurons, values } = events;
  const size = sizeOf(shape);
  const addressOfNeuron = inputAddresses(placement);
  const charges: [number, number][][] = Array.from({ length: train.steps }, () => []);
  for (let step = 0; step < steps; step++)
    for (let event = offsets[step]; event < offsets[step + 1]; event++) {
      const count = values?.[event] ?? 1;
      if (neurons[event] >= size) throw fail(`a spike of neuron ${neurons[event]}, the input has ${size}`);
      if (!(Number.isInteger(count) && count >= 0))
        throw fail(`a value of ${count}, where events are spikes`);
      if (count > 0) charges[step].push([addressOfNeuron(neurons[event]), count]);
    }
  return { steps: train.steps, charges };
}

/** Network neuron of a chip event by layer: [name, neuron], or null for what nobody asked for. */
function neuronReader(placement: SpeckPlacement) {
  const { network, layers, cores, widened, readoutLayer } = placement;
  const byCore = new Map(cores.map((core, index) => [core, layers[index]]));
  return (address: number): readonly [string, number] | null => {
    const { layer: number, feature, row, column } = readAddress(address);
    // Classes of the readout count from 1.
    if (number === readoutLayer) return [network.readout.population, feature - 1];
    const layer = byCore.get(number);
    if (layer === undefined || (widened && layer.name === network.readout.population)) return null;
    const [, height, width] = layer.neurons;
    return [layer.name, (feature * height + row) * width + column];
  };
}

/** Spikes of one population in one step: neuron and count. */
type Step = [neuron: number, count: number][];

/** Spikes of the observed populations. Timesteps know no order within them: neurons are given ascending. */
export function readings(placement: SpeckPlacement, { steps, addresses, values }: ChipEvents): SpikeTrain {
  const read = neuronReader(placement);
  const rows = new Map<string, Step[]>(
    placement.observed.map((name) => [name, Array.from({ length: steps }, (): Step => [])]),
  );
  for (let step = 0; step < steps; step++)
    addresses[step].forEach((address, event) => {
      const found = read(address);
      if (found !== null) rows.get(found[0])?.[step].push([found[1], values?.[step][event] ?? 1]);
    });
  if (placement.simulator === "timestep")
    for (const population of rows.values()) for (const step of population) step.sort(([a], [b]) => a - b);
  return { steps, events: new Map([...rows].map(([name, population]) => [name, eventsOf(population)])) };
}

function eventsOf(steps: readonly Step[]): Events {
  const offsets = new Uint32Array(steps.length + 1);
  steps.forEach((step, index) => {
    offsets[index + 1] = offsets[index] + step.length;
  });
  const all = steps.flat();
  const plain = all.every(([, count]) => count === 1);
  return {
    offsets,
    neurons: Uint32Array.from(all, ([neuron]) => neuron),
    values: plain ? null : Int32Array.from(all, ([, count]) => count),
  };
}
