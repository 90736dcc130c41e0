/** Spikes between the Network's names and the board's addresses; both count steps alike. */

import { SpikecError } from "../../src/errors/error.ts";
import { sizeOf } from "../../src/network/network.ts";
import type { SpikeTrain } from "../../src/network/spikes.ts";
import { eventsBetween } from "../../src/target/chip-events.ts";
import type { ChipEvents, Stimulus } from "../../src/target/target.ts";
import type { McuPlacement } from "./place.ts";

const [lowest, highest] = [-32_768, 32_767];

/** Throws SPK-0403 for a train without an input of the network, or values beyond 16 bits. */
export function stimulus({ network, first }: McuPlacement, input: SpikeTrain): Stimulus {
  const charges: [number, number][][] = Array.from({ length: input.steps }, () => []);
  for (const { name } of network.inputs) {
    const events = input.events.get(name);
    if (events === undefined)
      throw new SpikecError("SPK-0403", "the sample has no spikes for this input", { where: name });
    const { offsets, neurons, values } = events;
    for (let step = 0; step < input.steps; step++)
      for (let event = offsets[step]; event < (offsets[step + 1] ?? 0); event++) {
        const value = values?.[event] ?? 1;
        if (value < lowest || value > highest)
          throw new SpikecError("SPK-0403", `a value of ${value}; the board takes ${lowest}..${highest}`, {
            where: name,
          });
        charges[step].push([first.get(name)! + neurons[event], value]);
      }
  }
  return { steps: input.steps, charges };
}

export function readings({ network, first, observed }: McuPlacement, events: ChipEvents): SpikeTrain {
  const seen = network.populations.filter(({ name }) => observed.includes(name));
  const trains = seen.map(
    ({ name, shape }) => [name, eventsBetween(events, first.get(name)!, sizeOf(shape))] as const,
  );
  const membranes = Int32Array.from(events.membranes ?? [], ([, membrane]) => membrane);
  return {
    steps: events.steps,
    events: new Map(trains),
    membranes: new Map([[network.readout.population, membranes]]),
  };
}
