/** Pass: a folded population in integers, with its projections and a report of what that cost. */
import { sizeOf } from "../../graph/graph.ts";
import type { IntegrateAndFirePopulation, Law, Projection } from "../../network/network.ts";
import { quantizeDrive, signalToNoise } from "../scaled-drive.ts";
import { type ConstantInput, constantInputs, withRemainders } from "./constant-inputs.ts";
import type { FoldedPopulation } from "./folded-network.ts";
import { decayError, integerLaw } from "./integer-law.ts";
import { valueAt } from "./neuron-form.ts";
import { refuseOutside, rulesWithin } from "./node-quantization.ts";
import type { LoweredPopulation, SpikingLoweringOptions } from "./options.ts";
import { type ScaleDemands, type Scales, scalesOf } from "./scales.ts";

export interface ConvertedPopulation {
  readonly population: IntegrateAndFirePopulation;
  readonly projections: readonly Projection[];
  readonly constants: readonly ConstantInput[];
  readonly report: LoweredPopulation;
}

export function convertPopulation(
  folded: FoldedPopulation,
  options: SpikingLoweringOptions,
  demands: ScaleDemands,
): ConvertedPopulation {
  const { name, shape, form } = folded;
  const scales = scalesOf(folded, options, demands);
  const rules = rulesWithin(form, options.rules);
  const law = integerLaw(withRemainders(folded, scales), scales, rules, options.profile);
  if (rules !== options.rules) refuseOutside(form, law);
  const connections = scales.rows.map((row, i) => quantizeDrive(row, scales.factors, scales.driveBits[i]));
  const projections = folded.drives.map(({ source, delay = 0, pools }, index): Projection => {
    const earlier = folded.drives.slice(0, index).filter((drive) => drive.source === source).length;
    return {
      name: `${source} -> ${name}${earlier === 0 ? "" : `:${earlier + 1}`}`,
      source,
      target: name,
      delay,
      ...(delay === 0 ? {} : { modelDelay: delay }),
      pools,
      connection: connections[index],
    };
  });
  return {
    population: {
      kind: "integrateAndFire",
      name,
      shape,
      law,
      membraneUnit: scales.unit,
      spikeValue: form.firing === null ? new Float64Array(0) : form.firing.worth,
      origin: [form.node.name],
    },
    projections,
    constants: constantInputs(folded, scales),
    report: reportOf(folded, scales, law, signalToNoise(scales.rows, connections, scales.factors)),
  };
}

function reportOf(folded: FoldedPopulation, scales: Scales, law: Law, weightSnr: number): LoweredPopulation {
  const { name, shape, form } = folded;
  const fires = form.firing !== null;
  return {
    name,
    type: form.node.type,
    neurons: sizeOf(shape),
    fires,
    lead: form.outputDelay,
    weightSnr,
    unit: extremes(scales.unit),
    inputShift: law.inputShift,
    threshold: fires ? extremes(law.threshold) : null,
    thresholdError: thresholdError(folded, scales, law),
    decayError: decayError(form, law),
  };
}

function extremes(values: ArrayLike<number>): readonly [number, number] {
  let [low, high] = [values[0], values[0]];
  for (let i = 1; i < values.length; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return [low, high];
}

function thresholdError({ form, bias }: FoldedPopulation, { unit }: Scales, law: Law): number {
  if (form.firing === null) return 0;
  let worst = 0;
  for (let i = 0; i < bias.length; i++) {
    const wanted = valueAt(form.firing.threshold, i);
    const kept = valueAt(law.threshold, i) * valueAt(unit, i);
    if (wanted > 0) worst = Math.max(worst, Math.abs(kept / wanted - 1));
  }
  return worst;
}
