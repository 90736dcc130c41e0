/**
 * NIR's neurons as forms: the fields of a Discretization choose, as they do in the float evaluation
 * (src/graph/evaluate-spiking/nir-neurons.ts), whose constants are taken, so that both mean the same numbers.
 *
 * Folded here: a r and s w_in into the gain, a v_leak into the bias, a current that rests at v_leak into the bias as well.
 */
import type { Discretization } from "../../graph/discretization.ts";
import { type NirConstants, nirConstants } from "../../graph/evaluate-spiking/nir-constants.ts";
import type { NirNeuronNode } from "../../graph/spiking-neurons.ts";
import {
  combine,
  compact,
  type FiringForm,
  type NeuronForm,
  plainFiring,
  plainForm,
  product,
  type SynapseForm,
} from "./neuron-form.ts";
import { refusal } from "./refusal.ts";

/** leavesLate: at least one edge with a delay leaves the node, a spike of which phase "before" gives a step early. */
export function nirForm(node: NirNeuronNode, graphWide: Discretization, leavesLate: boolean): NeuronForm {
  const d: Discretization = { ...graphWide, ...node.discretization };
  const constants = nirConstants(node, d);
  refuseRestlessCurrent(node, constants, d);
  const { membrane, synapse, vLeak, currentFactor } = constants;
  // In this form it is the whole difference to the resting state that is multiplied by the rate.
  const shared = d.form === "increment" && d.input === "hold";
  const membraneShare = shared && membrane ? membrane.rate : null;
  const traceShare = shared && synapse && d.synapseOrder === "decayThenAdd" ? synapse.rate : null;
  const leak = membrane ? combine(membrane.rate, vLeak, (rate, rest) => rate * rest) : Float64Array.of(0);
  // A current that rests at v_leak is one that rests at 0, and a bias.
  const resting = synapse ? product(constants.currentRest, currentFactor, membraneShare) : Float64Array.of(0);
  const firing = constants.threshold ? firingOf(node, constants, d, leavesLate) : null;
  const late = firing !== null && d.phase === "before" && firing.phase === "post";
  return {
    ...plainForm,
    node,
    gain: product(constants.inputFactor, traceShare, currentFactor, membraneShare),
    synapse: synapse ? traceOf(synapse.decay, d) : null,
    keeps: membrane ? compact(membrane.decay) : null,
    bias: combine(leak, resting, (a, b) => a + b),
    firing,
    floor:
      d.vFloor === null || constants.threshold === null
        ? null
        : product(constants.threshold, Float64Array.of(d.vFloor)),
    vInit: compact(constants.vInit),
    inputDelay: synapse && d.synapse === "previous" ? 1 : 0,
    outputDelay: late ? 1 : 0,
    differences: d.lateReset && d.reset === "subtract" && firing !== null ? [lateReset] : [],
  };
}

const lateReset =
  "a membrane that its reset leaves above threshold is compared with one threshold, not with two, in the next step";

function traceOf(decay: Float32Array, d: Discretization): SynapseForm {
  return { kind: "trace", keeps: compact(decay), order: d.synapseOrder };
}

/**
 * Spikes that come before the update (phase "before") are those that the last step's comparison would have given. The law can
 * compare first, but then they cannot come back in the same step, as those on delayed edges do: such neurons, and those whose
 * reset is taken off after the decay, compare last and send a step later (outputDelay).
 */
function firingOf(
  node: NirNeuronNode,
  { threshold, vReset, vInit, synapse }: NirConstants,
  d: Discretization,
  leavesLate: boolean,
): FiringForm {
  const before = d.phase === "before";
  const takenOffLate = before && synapse === null && d.reset === "subtract";
  if (before && vInit.some((v, i) => v >= threshold![i] && threshold![i] > 0))
    throw refusal(
      node,
      "it starts above its threshold, and its spikes come before its first step",
      "Start it below threshold.",
    );
  const multi = d.spikes === "multi";
  return {
    ...plainFiring,
    threshold: compact(threshold!),
    // floor(v / threshold) spikes are at least one from the threshold on, whatever the comparison.
    compare: multi ? "ge" : d.compare,
    maxSpikes: multi ? 0 : 1,
    reset:
      d.reset === "value"
        ? { kind: "zero", value: compact(vReset) }
        : d.reset === "subtract"
          ? { kind: "subtract", amount: null }
          : { kind: "none" },
    resetTiming: takenOffLate ? "delayed" : "immediate",
    phase: before && !leavesLate && !takenOffLate ? "pre" : "post",
  };
}

function refuseRestlessCurrent(
  node: NirNeuronNode,
  { currentRest, synapse }: NirConstants,
  d: Discretization,
): void {
  if (!synapse || d.synapseOrder !== "addThenDecay" || currentRest.every((value) => value === 0)) return;
  throw refusal(
    node,
    "its current starts at v_leak and decays to zero",
    "Choose currentRest zero, or a v_leak of 0.",
  );
}
