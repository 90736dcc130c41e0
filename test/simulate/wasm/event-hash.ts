/** Event streams compared as a whole: by hash of every (step, neuron, spikes), and by the first event that differs. */
import type { Events, SpikeTrain } from "../../../src/network/spikes.ts";

/** FNV-1a over offsets, neurons and spikes: 32 bits. */
export function eventHash({ offsets, neurons, values }: Events): number {
  let hash = 0x811c9dc5;
  const mix = (value: number) => {
    hash = Math.imul(hash ^ (value & 0xffff), 0x01000193);
    hash = Math.imul(hash ^ (value >>> 16), 0x01000193);
  };
  for (let step = 0; step + 1 < offsets.length; step++) {
    mix(step);
    for (let event = offsets[step]; event < offsets[step + 1]; event++) {
      mix(neurons[event]);
      mix(values?.[event] ?? 1);
    }
  }
  return hash >>> 0;
}

function stepText({ offsets, neurons, values }: Events, step: number): string {
  const [start, end] = [offsets[step], offsets[step + 1]];
  return Array.from(
    neurons.subarray(start, end),
    (neuron, i) => `${neuron}:${values?.[start + i] ?? 1}`,
  ).join(" ");
}

/** "layer, step: expected events; found events" of the first step that differs; null where all are the same. */
export function firstDifference(expected: SpikeTrain, found: SpikeTrain): string | null {
  for (const [name, events] of expected.events) {
    const other = found.events.get(name);
    if (other === undefined) return `${name}: missing`;
    if (events.offsets.length !== other.offsets.length)
      return `${name}: ${events.offsets.length - 1} steps expected, ${other.offsets.length - 1} found`;
    if (eventHash(events) === eventHash(other)) continue;
    for (let step = 0; step + 1 < events.offsets.length; step++) {
      const [wanted, got] = [stepText(events, step), stepText(other, step)];
      if (wanted !== got) return `${name}, step ${step}: expected ${wanted}; found ${got}`;
    }
  }
  return null;
}
