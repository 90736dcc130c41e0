/**
 * Lowering: Graph to Network, as one visible list of passes.
 *
 *   rewrite      Graph    -> Graph     small rewrites that keep the function (rewrite.ts)
 *   fold         Graph    -> Folded    everything linear goes into weights (fold.ts)
 *   refuse       what the rules forbid of the graph whatever is searched (refuse-beforehand.ts)
 *   inhibit      pools become neurons where the recipe says so (inhibit-max-pool.ts)
 *   measure      the float activations on the calibration inputs (measure.ts)
 *   check        Folded must still be the Graph (check-fold.ts)
 *   encode       the input as the target can take it (normalize-input.ts, encode-input.ts, polarity.ts, offset-input.ts)
 *   convert      layer by layer: integers, thresholds, biases (convert-*.ts, calibrate/)
 *   split        activations of several neurons become as many populations (copies.ts)
 *   legalise     Network -> Network, one kind of rule each (legalise/)
 *   violations   the checker at the end (violations.ts)
 *
 * It knows numeric rules and no chip.
 */
import { SpikecError } from "../errors/error.ts";
import { type Graph, type Note, sizeOf } from "../graph/graph.ts";
import type { Network } from "../network/network.ts";
import type { NumericRules } from "../target/rules.ts";
import { boundActivations, syntheticInputs } from "./bound-activations.ts";
import { calibrationNotes, deadNotes, refuseUnusable } from "./check-calibration.ts";
import { checkFold } from "./check-fold.ts";
import { chooseReadout } from "./choose-readout.ts";
import { type Conversion, fewBits, weightBitsOf } from "./conversion.ts";
import { convertMaxPool } from "./convert-max-pool.ts";
import { convertOutput } from "./convert-output.ts";
import { convertRelu } from "./convert-relu.ts";
import { splitIntoCopies } from "./copies.ts";
import { chooseInput, encodedSource, inputKind } from "./encode-input.ts";
import { fold } from "./fold.ts";
import { type Activation, type Folded, isFlat } from "./folded.ts";
import { hearsSpikes, inhibitMaxPools } from "./inhibit-max-pool.ts";
import { alignDelays } from "./legalise/align-delays.ts";
import { alwaysOnBias } from "./legalise/always-on-bias.ts";
import { boundMembranes } from "./legalise/bound-membranes.ts";
import { compareEveryEvent } from "./legalise/compare-every-event.ts";
import { compareStrictly } from "./legalise/compare-strictly.ts";
import { fireWhatIsDue } from "./legalise/fire-what-is-due.ts";
import { leakLeast } from "./legalise/leak-least.ts";
import { measure } from "./measure.ts";
import { absorbNormalization, chooseNormalization } from "./normalize-input.ts";
import { offsetInput } from "./offset-input.ts";
import type { CalibrationInputs, LoweringOptions, LoweringResult } from "./options.ts";
import { splitPolarity } from "./polarity.ts";
import { completeRecipe, definedOnly, inhibitsInFewSteps, type RecipeOptions } from "./recipe.ts";
import { refuseBeforehand } from "./refuse-beforehand.ts";
import { rewrite } from "./rewrite.ts";
import { searchRules } from "./search-rules.ts";
import { lowerSigmaDelta } from "./sigma-delta/lower-sigma-delta.ts";
import { refuseViolations } from "./violations.ts";

/** Each repairs one kind of violation; order matters: biases are delayed by the latencies that delays give. */
export const legalisations: readonly ((network: Network, rules: NumericRules) => Network)[] = [
  alignDelays,
  compareStrictly,
  alwaysOnBias,
  compareEveryEvent,
  boundMembranes,
  leakLeast,
  fireWhatIsDue,
];

/** Calibration samples: statistics of single neurons want many, maps bring many positions a sample. */
const flatSamples = 1000;
const mapSamples = 256;
/** Integers of one layer's currents, all samples and steps: 256 MiB. */
const largestCurrents = 2 ** 26;
/** Without calibration inputs: thresholds from the weights alone, and nothing that statistics would say. */
const blindRecipe: RecipeOptions = { method: { kind: "max" }, biasCorrection: false };
const blindNote: Note = {
  level: "warning",
  where: "calibration",
  text: "no calibration inputs: inputs are taken to lie in 0..1, thresholds come from weight bounds, which no activation reaches; expect to need several times the timesteps for the same accuracy",
};
/** Samples on which folding is checked. */
const checkedSamples = 4;

/** The first samples of the calibration inputs, as many as are useful and fit in memory. */
function selectSamples(calibration: CalibrationInputs, folded: Folded, timesteps: number): CalibrationInputs {
  const widest = Math.max(...folded.activations.map(({ shape }) => sizeOf(shape)));
  const useful = isFlat(folded) ? flatSamples : mapSamples;
  const fits = Math.max(16, Math.floor(largestCurrents / (widest * timesteps)));
  const samples = Math.min(calibration.samples, useful, fits);
  const perSample = calibration.values.length / calibration.samples;
  return { ...calibration, samples, values: calibration.values.subarray(0, samples * perSample) };
}

/** All, but those in front of which few bits would be left to the kernels. */
function poolsToInhibit(folded: Folded, options: LoweringOptions): (pool: string) => boolean {
  return weightBitsOf({ options }) <= fewBits && inputKind(options) === "analog"
    ? hearsSpikes(folded)
    : () => true;
}

/** allOrNone: as they were, where one of them has no such form. */
function inhibitPools(plain: Folded, options: LoweringOptions, allOrNone: boolean): Folded {
  const apart = inhibitMaxPools(plain, poolsToInhibit(plain, options));
  return allOrNone && apart.activations.some(({ kind }) => kind === "maxPool") ? plain : apart;
}

function convertActivation(conversion: Conversion, activation: Activation): void {
  switch (activation.kind) {
    case "relu":
      convertRelu(conversion, activation);
      break;
    case "maxPool":
      convertMaxPool(conversion, activation);
      break;
    case "output":
      convertOutput(conversion, activation);
  }
}

/** The converted layers as a Network, before legalisation. */
function assemble({ name, options, input, populations, projections, readout, notes }: Conversion): Network {
  if (readout === null) throw new SpikecError("SPK-0001", "the folded network has no output");
  const { timesteps, provenance } = options;
  return { name, timesteps, inputs: [input], populations, projections, readout, provenance, notes };
}

/**
 * Layer by layer to integers, with the trains that every layer emits on the calibration inputs (`Conversion.sources`): the
 * finished network must emit the very same. Throws as `lower` does, but for rules that cannot be met.
 */
export function convert(graph: Graph, options: LoweringOptions): Conversion {
  if (!(Number.isInteger(options.timesteps) && options.timesteps >= 1))
    throw new SpikecError("SPK-0002", `a network runs for 1 or more timesteps, not ${options.timesteps}`);
  const rules = searchRules(options.rules);
  const rewritten = rewrite(graph);
  const plain = fold(rewritten);
  const blind = options.calibration.samples === 0;
  const asked = { ...(blind ? blindRecipe : {}), ...definedOnly(options.recipe ?? {}) };
  const recipe = completeRecipe(asked, rules);
  const inFewSteps = inhibitsInFewSteps(asked, recipe, rules, options.timesteps);
  const folded =
    recipe.maxPool === "inhibit" || inFewSteps ? inhibitPools(plain, options, inFewSteps) : plain;
  chooseReadout(options); // Refused now what would be after minutes of search.
  refuseBeforehand(folded, recipe, options.rules);
  const inputs = blind
    ? syntheticInputs(sizeOf(folded.inputShape), options.calibration.inputScale)
    : options.calibration;
  refuseUnusable(inputs);
  const calibration = selectSamples(inputs, folded, options.timesteps);
  const values = measure(rewritten, folded, calibration);
  checkFold(folded, values, Math.min(checkedSamples, calibration.samples));
  const rounding = blind ? null : chooseNormalization(folded, calibration, inputKind(options));
  const { inputName, inputShape } = folded;
  const input = chooseInput(inputName, inputShape, { ...options, calibration }, rounding?.normalization);
  const conversion: Conversion = {
    name: graph.name,
    notes: [
      ...rewritten.notes,
      ...(blind
        ? [blindNote]
        : [...calibrationNotes(calibration, rounding?.normalization ?? null), ...deadNotes(folded, values)]),
      ...(rounding?.notes ?? []),
    ],
    folded: offsetInput(splitPolarity(absorbNormalization(folded, input), input), input),
    options: { ...options, calibration, rules },
    recipe,
    bounds: blind ? boundActivations(folded) : null,
    samples: calibration.samples,
    values,
    input,
    sources: new Map([[input.name, encodedSource(input, calibration, options.timesteps)]]),
    populations: [],
    projections: [],
    layers: [],
    explanations: [...(rounding?.explanations ?? [])],
    readout: null,
  };
  const { activations } = conversion.folded;
  activations.forEach((activation, index) => {
    options.onLayer?.(activation.name, index, activations.length);
    convertActivation(conversion, activation);
  });
  return conversion;
}

/** Throws SPK-03xx: what cannot be lowered, unusable calibration inputs, rules that cannot be met; SPK-0002: no timesteps. */
export function lower(graph: Graph, options: LoweringOptions): LoweringResult {
  if (options.neurons === "sigmaDelta") return lowerSigmaDelta(graph, options);
  const conversion = convert(graph, options);
  const network = legalisations.reduce<Network>(
    (current, pass) => pass(current, options.rules),
    splitIntoCopies(assemble(conversion)),
  );
  refuseViolations(network, options.rules);
  return {
    network,
    layers: conversion.layers,
    explanations: conversion.explanations,
    notes: network.notes,
    calibrationSamples: conversion.bounds === null ? conversion.samples : 0,
  };
}
