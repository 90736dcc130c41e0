/**
 * A population as a neuron of NIR: no decay is IF, a decay is LIF, a trace is CubaLIF, no threshold I, LI, CubaLI. What NIR
 * does not say (which reset, which comparison) stands in the node's own discretization.
 *
 * Integers compare with >=, NIR with >. A membrane that starts half a unit higher gives the same spikes for whole numbers,
 * and leaves float rounding no ties to decide; without decay the half unit stays for good.
 */
import { SpikecError } from "../../errors/error.ts";
import type { Discretization } from "../../graph/discretization.ts";
import type { Tensor } from "../../graph/graph.ts";
import type { NirNeuronNode } from "../../graph/spiking-neurons.ts";
import type { Decay, IntegrateAndFirePopulation, Law } from "../../network/network.ts";
import { inUnits } from "./unit.ts";

/** @param dt seconds a step: time constants are stated in it */
export function neuronNode(
  population: IntegrateAndFirePopulation,
  units: Float64Array,
  dt: number,
  file: string,
): NirNeuronNode {
  const { name, shape, law } = population;
  refuseUnsayable(name, law);
  const tensor = (values: ArrayLike<number>, scale = units): Tensor => {
    const data = inUnits(values, scale, shape);
    return { shape: data.length === 1 ? [] : shape, data };
  };
  const plain = (value: number): Tensor => ({ shape: [], data: Float64Array.of(value) });
  const leaves = law.decayV.kind !== "none";
  const fires = law.compare !== "never";
  const half = leaves || !fires ? 0 : law.compare === "ge" ? 0.5 : -0.5;
  const shifted = (values: ArrayLike<number>): Tensor => tensor(Array.from(values, (value) => value + half));
  const base = {
    name,
    shape,
    origin: { file, node: name, operator: population.kind },
    storage: new Map(),
    metadata: null,
    vInit: shifted(law.vInit),
    discretization: choicesOf(name, law, half),
  };
  const leak = () => ({ vLeak: plain(0), ...timeConstant(name, law.decayV, dt) });
  const firing = {
    vThreshold: tensor(law.threshold),
    vReset: law.reset.kind === "zero" ? shifted(law.reset.value) : plain(0),
  };
  if (law.synapse.kind === "trace") {
    const { tau: tauMem, r, vLeak } = leak();
    const { tau: tauSyn, r: wIn } = timeConstant(name, law.synapse.decayU, dt);
    const cuba = { tauSyn, tauMem, r, vLeak, wIn };
    return fires ? { ...base, type: "CubaLIF", ...cuba, ...firing } : { ...base, type: "CubaLI", ...cuba };
  }
  if (leaves)
    return fires ? { ...base, type: "LIF", ...leak(), ...firing } : { ...base, type: "LI", ...leak() };
  return fires ? { ...base, type: "IF", r: plain(1), ...firing } : { ...base, type: "I", r: plain(1) };
}

/** tau and r with 1 - dt / tau = what the decay leaves, and r dt / tau = 1, so that input enters as it is. */
function timeConstant(name: string, decay: Decay, dt: number): { tau: Tensor; r: Tensor } {
  if (decay.kind !== "multiply") {
    // A membrane that keeps everything beside a synapse that does not: no time constant says it.
    throw unsayable(
      name,
      decay.kind === "none" ? "a trace on a membrane without decay" : `a ${decay.kind} decay`,
    );
  }
  const factors = Float64Array.from(decay.multiplier, (multiplier) => multiplier / 2 ** decay.shift);
  if (factors.some((factor) => factor < 0 || factor >= 1))
    throw unsayable(name, "a decay that leaves all or more");
  const tensor = (data: Float64Array): Tensor => ({ shape: data.length === 1 ? [] : [data.length], data });
  return {
    tau: tensor(factors.map((factor) => dt / (1 - factor))),
    r: tensor(factors.map((factor) => 1 / (1 - factor))),
  };
}

function choicesOf(name: string, law: Law, half: number): Partial<Discretization> {
  const order = law.synapse.kind === "none" ? {} : { synapseOrder: law.synapse.synapseOrder };
  return {
    compare: half !== 0 || law.compare === "gt" ? "gt" : "ge",
    spikes: law.maxSpikes === 1 ? "single" : "multi",
    reset: law.reset.kind === "zero" ? "value" : law.reset.kind,
    vFloor: floorOf(name, law),
    ...order,
  };
}

/** In thresholds, the same for all neurons. */
function floorOf(name: string, { floor, threshold }: Law): number | null {
  if (floor === null) return null;
  const ratios = Array.from(
    threshold,
    (value, i) => floor.value[Math.floor((i * floor.value.length) / threshold.length)] / value,
  );
  if (floor.kind !== "clamp" || ratios.some((ratio) => ratio !== ratios[0]))
    throw unsayable(name, "a floor that is no clamp at one share of all thresholds");
  return ratios[0];
}

function refuseUnsayable(name: string, law: Law): void {
  const what = [
    law.synapse.kind === "alpha" ? "two traces" : null,
    law.inputShift === 0 ? null : "a shifted input",
    law.maxSpikes === 0 || law.maxSpikes === 1 ? null : `at most ${law.maxSpikes} spikes a step`,
    law.reset.kind === "subtract" && law.reset.amount !== null
      ? "a reset by another amount than the threshold"
      : null,
    law.resetTiming === "immediate" ? null : "a delayed reset",
    law.refractory === 0 ? null : "refractory steps",
    law.phase === "post" ? null : "a comparison before the update",
    law.accumulate === "step" ? null : "a comparison after every event",
  ].find((feature) => feature !== null);
  if (what) throw unsayable(name, what);
}

function unsayable(name: string, what: string): SpikecError {
  return new SpikecError("SPK-0119", `the population has ${what}, for which NIR has no word`, {
    where: name,
  });
}
