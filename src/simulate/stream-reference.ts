/** A stream on the reference interpreter. It keeps all that was ever sent, as a run does: memory grows with the steps. */
import type { Network } from "../network/network.ts";
import type { Events, SpikeTrain } from "../network/spikes.ts";
import { sampleInput } from "./encode.ts";
import { createExecution } from "./reference.ts";
import { alwaysOn, type Sent, type Stream, silence } from "./stream-events.ts";

/** Events that grow step by step; what they hold so far is a view. */
function createGrowingEvents() {
  let offsets = new Uint32Array(64);
  let neurons = new Uint32Array(256);
  let values = new Int32Array(256);
  let steps = 0;

  function grow(length: number): void {
    if (steps + 2 > offsets.length) offsets = copyOf(offsets, new Uint32Array(2 * offsets.length));
    if (length <= neurons.length) return;
    neurons = copyOf(neurons, new Uint32Array(2 * length));
    values = copyOf(values, new Int32Array(2 * length));
  }

  return {
    push(step: Events): void {
      const from = offsets[steps];
      const to = from + step.neurons.length;
      grow(to);
      neurons.set(step.neurons, from);
      if (step.values === null) values.fill(1, from, to);
      else values.set(step.values, from);
      offsets[++steps] = to;
    },
    view: (): Events => ({ offsets: offsets.subarray(0, steps + 1), neurons, values }),
    clear: () => {
      steps = 0;
    },
  };
}

function copyOf<Kind extends Uint32Array | Int32Array>(from: Kind, to: Kind): Kind {
  to.set(from);
  return to;
}

/** note: why it is the reference that runs. */
export function createReferenceStream(network: Network, note: string): Stream {
  const execution = createExecution(network);
  const always = alwaysOn(network);
  const { name: inputName } = sampleInput(network);
  const sent = new Map(network.inputs.map(({ name }) => [name, createGrowingEvents()]));
  let t = 0;
  execution.reset();

  function spikes(population: string): Sent {
    if (t === 0) return silence;
    const { emitted } = execution.parts.get(population)!;
    const [from, to] = [emitted.start(t - 1), emitted.end(t - 1)];
    const values = emitted.values().slice(from, to);
    const plain = values.every((value) => value === 1);
    return { neurons: emitted.neurons().slice(from, to), values: plain ? null : values };
  }

  return {
    note: `runs on the reference interpreter: ${note}`,
    steps: () => t,
    push(neurons, values = Int32Array.from(neurons, () => 1)) {
      const step = { offsets: Uint32Array.of(0, neurons.length), neurons, values };
      for (const [name, events] of sent) events.push(name === inputName ? step : always.get(name)!);
      const train: SpikeTrain = {
        steps: t + 1,
        events: new Map([...sent].map(([name, events]) => [name, events.view()])),
      };
      execution.step(train, t);
      t++;
      return spikes(network.readout.population);
    },
    spikes,
    membranes: (population) => execution.parts.get(population)!.membrane.slice(),
    reset() {
      t = 0;
      for (const events of sent.values()) events.clear();
      execution.reset();
    },
  };
}
