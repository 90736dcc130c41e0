/** Where a projection finds what its source has sent at a step: in an input's train, or in a population's list. */
import { type Events, stepsOf } from "../network/spikes.ts";
import type { EventList } from "./event-list.ts";

/** Events `from` .. `to` - 1 of two arrays; values null: each counts one. */
export interface EventSpan {
  readonly neurons: ArrayLike<number>;
  readonly values: ArrayLike<number> | null;
  readonly from: number;
  readonly to: number;
}

/** null: the train does not hold the step. */
export function sentAt(events: Events, step: number): EventSpan | null {
  if (step < 0 || step >= stepsOf(events)) return null;
  const { neurons, values, offsets } = events;
  return { neurons, values, from: offsets[step], to: offsets[step + 1] };
}

/** null: the step is not closed yet, or before the first. */
export function emittedAt(list: EventList, step: number): EventSpan | null {
  if (step < 0 || step >= list.steps()) return null;
  return { neurons: list.neurons(), values: list.values(), from: list.start(step), to: list.end(step) };
}
