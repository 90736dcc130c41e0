/** FoldedSpiking in the form that quantizers of chips take: forms as arrays, drives as matrices. */
import { SpikecError } from "../../errors/error.ts";
import { sizeOf } from "../../graph/graph.ts";
import { createCarrier } from "../../simulate/projection.ts";
import type { FloatNetwork, FloatPopulation, FloatProjection } from "../../target/quantizer.ts";
import type { Drive } from "../linear-form.ts";
import type { FoldedPopulation, FoldedSpiking } from "./folded-network.ts";
import { type NeuronForm, valueAt } from "./neuron-form.ts";
import { refusal } from "./refusal.ts";

/** Matrices beyond this are for no chip whose quantizer takes matrices. */
const mostWeights = 2 ** 22;

const everyNeuron = (values: ArrayLike<number>, size: number) =>
  Float64Array.from({ length: size }, (_, neuron) => valueAt(values, neuron));

/** What such quantizers have no place for, by name; null: nothing. */
function lacking({ firing, synapse, floor, vInit }: NeuronForm): string | null {
  if (synapse?.kind === "alpha") return "two traces make its membrane";
  if (floor !== null) return "its membrane has a floor";
  if (vInit.some((value) => value !== 0)) return "its membrane starts above or below 0";
  if (firing === null) return null;
  if (firing.refractory > 0) return `it rests for ${firing.refractory} steps after a spike`;
  if (firing.reset.kind === "zero" && firing.reset.value.some((value) => value !== 0))
    return "its reset is to a value other than 0";
  return null;
}

function populationOf(
  { name, shape, form, bias, late }: FoldedPopulation,
  takesConstants: boolean,
): FloatPopulation {
  const size = bias.length;
  const constant = "a bias of the weights in front of it enters its trace, or begins late";
  const reason = lacking(form) ?? (late.length > 0 && !takesConstants ? constant : null);
  if (reason !== null)
    throw refusal(
      form.node,
      reason,
      "Train without it (a bias of the membrane, v_leak, has a place), or convert for a target without quantizers of its own.",
    );
  const { synapse, keeps, firing } = form;
  const trace = synapse?.kind === "trace" ? synapse : null;
  return {
    name,
    shape,
    traceKeeps: trace && everyNeuron(trace.keeps, size),
    traceOrder: trace?.order ?? "decayThenAdd",
    membraneKeeps: keeps && everyNeuron(keeps, size),
    bias: bias.slice(),
    threshold: firing && everyNeuron(firing.threshold, size),
    reset: firing?.reset.kind ?? "none",
  };
}

/** [target][source] of a drive: what one spike of each source neuron brings. */
function matrixOf(drive: Drive, targetSize: number, gain: Float64Array): Float64Array {
  const { source, sourceShape, pools, operator } = drive;
  const sources = sizeOf(sourceShape);
  if (sources * targetSize > mostWeights) {
    const what = `the weights behind ${source} are ${sources * targetSize} as a matrix; at most ${mostWeights}`;
    throw new SpikecError("SPK-0402", what, { where: source });
  }
  const connection = operator.kind === "dense" || operator.kind === "oneToOne" ? operator : { ...operator };
  const carrier = createCarrier({ sourceShape, targetShape: [targetSize], pools, connection });
  const matrix = new Float64Array(targetSize * sources);
  const column = new Float64Array(targetSize);
  for (let neuron = 0; neuron < sources; neuron++) {
    column.fill(0);
    carrier.carry([neuron], null, 0, 1, column);
    for (let target = 0; target < targetSize; target++)
      matrix[target * sources + neuron] = column[target] * valueAt(gain, target);
  }
  return matrix;
}

function projectionsOf({ name, form, drives, bias }: FoldedPopulation): FloatProjection[] {
  return drives.map((drive, index) => {
    const earlier = drives.slice(0, index).filter(({ source }) => source === drive.source).length;
    return {
      name: `${drive.source} -> ${name}${earlier === 0 ? "" : `:${earlier + 1}`}`,
      source: drive.source,
      target: name,
      delay: drive.delay ?? 0,
      weights: matrixOf(drive, bias.length, form.gain),
    };
  });
}

/** takesConstants: constants that enter traces are left to the caller. Throws SPK-0306 naming the node without a place. */
export function floatNetwork(
  name: string,
  { input, populations }: FoldedSpiking,
  readout: FloatNetwork["readout"],
  takesConstants: boolean,
): FloatNetwork {
  return {
    name,
    input,
    populations: populations.map((population) => populationOf(population, takesConstants)),
    projections: populations.flatMap(projectionsOf),
    readout,
  };
}
