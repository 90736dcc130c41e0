/** What both simulators of the chip have in common: events that arrive, and spikes that come out. */
import { SpikecError } from "../../../src/errors/error.ts";
import type { ChipConfiguration } from "./configuration.ts";
import { type Core, createCore } from "./core.ts";

/** One or more equal events for one or two cores. */
export interface Arrival {
  readonly cores: readonly number[];
  readonly feature: number;
  readonly row: number;
  readonly column: number;
  readonly count: number;
}

/** Spikes of one neuron of a core. */
export type Emit = (core: number, feature: number, row: number, column: number, count: number) => void;

export interface Simulator {
  /** By core number. */
  readonly cores: ReadonlyMap<number, Core>;
  reset(): void;
  step(arrivals: readonly Arrival[], emit: Emit): void;
}

export function createCores(configuration: ChipConfiguration): ReadonlyMap<number, Core> {
  return new Map(configuration.cores.map((core) => [core.core, createCore(core)]));
}

/** Throws SPK-0403 for an event that lies outside of what a core takes. */
export function checkArrival(cores: ReadonlyMap<number, Core>, arrival: Arrival): void {
  const { feature, row, column } = arrival;
  for (const core of arrival.cores) {
    const input = cores.get(core)?.configuration.input;
    if (input === undefined)
      throw new SpikecError("SPK-0403", `an event for core ${core}, which is not configured`);
    if (feature >= input.features || row >= input.height || column >= input.width)
      throw new SpikecError(
        "SPK-0403",
        `an event at feature ${feature}, row ${row}, column ${column}; core ${core} takes ${input.features} x ${input.height} x ${input.width}`,
      );
  }
}
