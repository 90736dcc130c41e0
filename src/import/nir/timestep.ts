/**
 * How long a step of a NIR network is. The file does not say, but exporters of discrete networks hide it: they write
 * r = tau / dt and w_in = tau_syn / dt, so that these quotients are dt where they are the same for all neurons (specs: NIR,
 * "Discretization is not in the file"). Where they are not, dt must be given.
 */
import { SpikecError } from "../../errors/error.ts";
import { type Discretization, discretizationOf, type PresetName } from "../../graph/discretization.ts";
import { flattenGraph } from "../../graph/flatten-graph.ts";
import type { FloatArray, Tensor } from "../../graph/graph.ts";
import type { SpikingGraph, SpikingNode } from "../../graph/spiking.ts";

export interface InferredTimestep {
  /** Seconds; null where the file does not tell. */
  readonly dt: number | null;
  /** Why: what the quotients are, or why they tell nothing. A sentence part. */
  readonly reason: string;
}

/** float32 files, and those that computed r in float32, are this precise. */
const tolerance = 1e-5;

interface Quotient {
  /** "tau_mem / r of lif1". */
  readonly name: string;
  readonly values: FloatArray;
  /** r or w_in: dt / tau is its inverse. */
  readonly gains: FloatArray;
}

/** Looks at every neuron with a time constant. Networks of I and IF alone have no use for dt. */
export function inferTimestep(graph: SpikingGraph): InferredTimestep {
  const { nodes } = flattenGraph(graph);
  const quotients = nodes.flatMap(quotientsOf);
  if (quotients.length === 0) {
    const delay = nodes.find(({ type }) => type === "Delay");
    if (delay)
      return { dt: null, reason: `${delay.name} delays by seconds, and no neuron has a time constant` };
    return { dt: 1, reason: "nothing in the network depends on it" };
  }
  const [{ name: first, values }] = quotients;
  const dt = values[0];
  for (const { name, values, gains } of quotients) {
    const different = values.find((value) => !(Math.abs(value - dt) <= tolerance * dt));
    if (different !== undefined)
      return { dt: null, reason: `${first} is ${short(dt)}, but ${name} is ${short(different)}` };
    const memoryless = gains.find((gain) => gain <= 1);
    if (memoryless !== undefined)
      return {
        dt: null,
        reason: `${name} is ${short(dt)}, and a step as long as a time constant leaves no memory`,
      };
  }
  return { dt: rounded(dt), reason: `${quotients.map(({ name }) => name).join(", ")}: all ${short(dt)}` };
}

function quotientsOf(node: SpikingNode): Quotient[] {
  switch (node.type) {
    case "LI":
    case "LIF":
      return [quotient(`tau / r of ${node.name}`, node.tau, node.r)];
    case "CubaLI":
    case "CubaLIF":
      return [
        quotient(`tau_mem / r of ${node.name}`, node.tauMem, node.r),
        quotient(`tau_syn / w_in of ${node.name}`, node.tauSyn, node.wIn),
      ];
    default:
      return [];
  }
}

function quotient(name: string, tau: Tensor, gain: Tensor): Quotient {
  const length = Math.max(tau.data.length, gain.data.length);
  const at = (data: FloatArray, i: number): number => data[data.length === 1 ? 0 : i];
  const values = Float64Array.from({ length }, (_, i) => at(tau.data, i) / at(gain.data, i));
  return { name, values, gains: gain.data };
}

const short = (value: number): string => `${Number(value.toPrecision(6))}`;

/** What was meant: 1e-4, where float32 gives 0.0000999999974. */
function rounded(dt: number): number {
  const short = Number(dt.toPrecision(5));
  return Math.abs(short - dt) <= 1e-6 * dt ? short : dt;
}

export interface TimestepChoice {
  /** Seconds; what the user says goes before all else. */
  readonly dt?: number | undefined;
  readonly preset?: PresetName | undefined;
}

/**
 * The discretization to use: what is chosen, else what the file's hints say, else preset `nir` with the dt that the file
 * hides. @throws SpikecError SPK-0118 where dt is neither given nor to be found.
 * @returns with a sentence part that says where dt comes from
 */
export function chooseDiscretization(
  graph: SpikingGraph,
  { dt, preset }: TimestepChoice,
): { discretization: Discretization; reason: string } {
  const hint = graph.discretization;
  if (hint !== null && preset === undefined)
    return dt === undefined
      ? { discretization: hint, reason: "as the file says" }
      : { discretization: { ...hint, dt }, reason: "given" };
  const name = preset ?? "nir";
  if (dt !== undefined) return { discretization: discretizationOf(name, dt), reason: "given" };
  if (hint !== null) return { discretization: discretizationOf(name, hint.dt), reason: "as the file says" };
  const inferred = inferTimestep(graph);
  if (inferred.dt !== null)
    return { discretization: discretizationOf(name, inferred.dt), reason: `inferred: ${inferred.reason}` };
  throw new SpikecError("SPK-0118", `the file does not say how long a timestep is: ${inferred.reason}`, {
    where: graph.name,
  });
}
