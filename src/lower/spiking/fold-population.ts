/**
 * A population as folding leaves it: all that reaches it as drives, its own recurrence among them, and its constants where
 * they belong.
 */
import { sizeOf } from "../../graph/graph.ts";
import type { SpikingNode } from "../../graph/spiking.ts";
import { type Drive, identity, type LinearValue } from "../linear-form.ts";
import { affine, normalize } from "../linear-operations.ts";
import { constantSource, type FoldedPopulation, type LateConstant, networkShape } from "./folded-network.ts";
import { type Folding, inputOf, inWords } from "./folding.ts";
import { beginningAt, delayed, perUnit } from "./linear-nodes.ts";
import { type NeuronForm, valueAt } from "./neuron-form.ts";
import { refusal } from "./refusal.ts";

export function foldPopulation(folding: Folding, name: string, form: NeuronForm): FoldedPopulation {
  const node = folding.nodes.get(name)!;
  const first = folding.awake.get(name) ?? 0;
  const awake = beginsAt(form, first);
  const fed = beginningAt(recurrent(awake, inputOf(folding, node), name), first);
  const value = delayed(
    inWords(node, () => positiveGain(awake, fed)),
    form.inputDelay,
  );
  return collect(name, networkShape(node.shape), withoutNegativeGain(awake), value, node);
}

/**
 * Neurons that stand still until something reaches them, as norse has it: in the law they go on from the first step, which is
 * the same where they are at rest.
 */
function beginsAt(form: NeuronForm, first: number): NeuronForm {
  const lengths = [form.vInit, form.bias, form.keeps, form.firing?.threshold].map(
    (values) => values?.length ?? 1,
  );
  const neurons = Math.max(...lengths);
  const { firing } = form;
  const isAtRest = (i: number): boolean => {
    const [start, keeps] = [valueAt(form.vInit, i), form.keeps === null ? 1 : valueAt(form.keeps, i)];
    if (firing !== null && start > 0 && start >= valueAt(firing.threshold, i)) return false;
    return Math.abs(keeps * start + valueAt(form.bias, i) - start) <= 1e-6 * Math.abs(start);
  };
  if (first === 0 || Array.from({ length: neurons }, (_, i) => i).every(isAtRest)) return form;
  const late = "it stands still until something reaches it, and here its leak begins at once";
  return { ...form, differences: [...form.differences, late] };
}

/** With what the neurons' own spikes of the step before bring. */
function recurrent({ recurrence, firing, node }: NeuronForm, value: LinearValue, name: string): LinearValue {
  if (recurrence === null) return value;
  if (firing === null)
    throw refusal(
      node,
      "it feeds its membrane back, and populations send spikes only",
      "Leave the recurrence out.",
    );
  const spikes = identity(name, networkShape(node.shape), value.constant.length);
  const own = normalize(spikes, perUnit({ data: firing.worth }, spikes), [0]);
  const { weight } = recurrence;
  const back = inWords(node, () =>
    recurrence.kind === "dense"
      ? affine([own], weight.data, recurrence.bias)
      : normalize(own, perUnit(weight, value), [0]),
  );
  const later = back.drives.map((drive) => ({ ...drive, delay: 1 }));
  return {
    shape: value.shape,
    drives: [...value.drives, ...later],
    constant: value.constant.map((c, i) => c + back.constant[i]),
  };
}

const hasNegativeGain = ({ gain }: NeuronForm) => gain.some((factor) => factor <= 0);

/** Membranes count in units of the weights times the gain, so that a gain must be above 0: others go into the weights. */
function positiveGain(form: NeuronForm, value: LinearValue): LinearValue {
  return hasNegativeGain(form) ? normalize(value, perUnit({ data: form.gain }, value), [0]) : value;
}

function withoutNegativeGain(form: NeuronForm): NeuronForm {
  return hasNegativeGain(form) ? { ...form, gain: Float64Array.of(1) } : form;
}

/** A population with its constants where they belong: what enters a trace, or begins late, is an input of its own. */
export function collect(
  name: string,
  shape: readonly number[],
  form: NeuronForm,
  value: LinearValue,
  node: SpikingNode,
): FoldedPopulation {
  const isConstant = ({ source }: Drive) => source === constantSource;
  const late: LateConstant[] = value.drives
    .filter(isConstant)
    .map(({ delay = 0, operator }) => ({ from: delay, values: Float64Array.from(operator.weights) }));
  const size = sizeOf(shape);
  if (late.some(({ values }) => values.length !== size))
    throw refusal(
      node,
      "a bias that begins late reaches it through a convolution or a pool",
      "Move the delay behind them.",
    );
  const ofMembrane = form.synapse === null;
  if (!ofMembrane && value.constant.some((one) => one !== 0)) late.push({ from: 0, values: value.constant });
  const bias = Float64Array.from(
    { length: size },
    (_, i) => valueAt(form.bias, i) + (ofMembrane ? valueAt(form.gain, i) * value.constant[i] : 0),
  );
  return { name, shape, form, drives: value.drives.filter((drive) => !isConstant(drive)), bias, late };
}
