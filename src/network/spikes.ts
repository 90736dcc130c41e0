/**
 * Spike trains: the events of inputs and populations over absolute timesteps, as simulator and board both report them.
 */

/**
 * Events of one population; the neurons of step t are neurons[offsets[t] .. offsets[t + 1]): ascending, or, of a population
 * that compares after every event, in the order of their emission, in which a neuron may come again.
 */
export interface Events {
  /** steps + 1 entries. */
  readonly offsets: Uint32Array;
  readonly neurons: Uint32Array;
  /** Spikes or graded value per event; null where every event is one spike. */
  readonly values: Int32Array | null;
}

/** One sample: events by name of input or population, all over the same number of steps. */
export interface SpikeTrain {
  readonly steps: number;
  readonly events: ReadonlyMap<string, Events>;
  /** Membranes after the last step, of populations that are read by membrane; absent where nothing shows them. */
  readonly membranes?: ReadonlyMap<string, Int32Array>;
}

/** Number of timesteps that the events cover. */
export function stepsOf(events: Events): number {
  return events.offsets.length - 1;
}
