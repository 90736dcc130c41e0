/**
 * Checks of one input and of one population, each for itself: shapes, numbers in their ranges, and parameter arrays of
 * one value, one a channel, or one a neuron.
 */
import { broken, checkInteger } from "./check-number.ts";
import { checkSigmaDelta } from "./check-sigma-delta.ts";
import { checkWindow } from "./check-window.ts";
import {
  type Decay,
  type Encoder,
  type Input,
  isIntegrateAndFire,
  type Law,
  type MaxCountPopulation,
  type Normalization,
  type Population,
  type Shape,
  type StateRange,
  sizeOf,
  valueShape,
} from "./network.ts";
import { pooledShape } from "./shapes.ts";

/** Every integer of a network fits in 32 bits (docs/law.md). */
const lowest = -(2 ** 31);
const highest = 2 ** 31 - 1;
/** A difference of two traces has 33 bits, and its product with the gain stays below 2^53. */
const largestGain = 2 ** 20 - 1;

/** Throws SPK-0704 for an input that contradicts itself. */
export function checkInput(input: Input): void {
  const where = `input '${input.name}'`;
  checkShape(input.shape, where);
  const { encoder } = input;
  if (input.polarity === "signed" && input.shape[0] % 2 !== 0) {
    throw broken(
      `it is signed, so that its channels come in two halves; its shape is [${input.shape}]`,
      where,
    );
  }
  if (encoder.kind === "spikes" || encoder.kind === "always") return;
  checkEncoder(encoder, where);
  if (encoder.normalization !== undefined)
    checkNormalization(encoder.normalization, valueShape(input), where);
}

/** Throws SPK-0704 for a population that contradicts itself. */
export function checkPopulation(population: Population): void {
  const where = `population '${population.name}'`;
  const { shape } = population;
  checkShape(shape, where);
  if (isIntegrateAndFire(population)) {
    checkLaw(population.law, shape, where);
    if (population.membraneUnit.length > 0)
      checkLength("membraneUnit", population.membraneUnit, shape, where);
  } else if (population.kind === "maxCount") {
    checkTaps(population, where);
  } else {
    checkSigmaDelta(population, where);
  }
  if (population.spikeValue.length > 0) checkLength("spikeValue", population.spikeValue, shape, where);
  if (!population.spikeValue.every(Number.isFinite)) throw broken("spikeValue is not finite", where);
}

/** The window over the taps gives the population's shape. */
function checkTaps({ shape, taps, window }: MaxCountPopulation, where: string): void {
  checkShape(taps, where);
  checkWindow("its window", window, where);
  const pooled = taps.length === 3 ? pooledShape(taps, window) : taps;
  if (taps.length === 3 && pooled.length === shape.length && pooled.every((n, axis) => n === shape[axis]))
    return;
  throw broken(`its window leads from [${taps}] to [${pooled}], and its shape is [${shape}]`, where);
}

/** Throws SPK-0704 unless the array holds one value, one a channel, or one a neuron. */
export function checkLength(what: string, values: ArrayLike<number>, shape: Shape, where: string): void {
  const allowed = new Set([1, shape[0], sizeOf(shape)]);
  if (allowed.has(values.length)) return;
  throw broken(
    `${what} has ${values.length} values; shape [${shape}] takes ${[...allowed].join(" or ")}`,
    where,
  );
}

function checkShape(shape: Shape, where: string): void {
  const whole = shape.every((extent) => Number.isInteger(extent) && extent >= 1);
  if (whole && (shape.length === 1 || shape.length === 3)) return;
  throw broken(`its shape is [${shape}]; it must be [neurons] or [channels, height, width]`, where);
}

function checkEncoder(encoder: Exclude<Encoder, { kind: "spikes" | "always" }>, where: string): void {
  if (!(encoder.scale > 0 && Number.isFinite(encoder.scale))) {
    throw broken(`the encoder's scale is ${encoder.scale}; it must be positive`, where);
  }
  checkInteger("the encoder's zeroPoint", encoder.zeroPoint, lowest, highest, where);
  checkInteger("the encoder's bits", encoder.bits, 1, 31, where);
  if (encoder.kind !== "analog" && encoder.kind !== "current")
    checkInteger("the encoder's threshold", encoder.threshold, 1, highest, where);
  if (encoder.kind === "rate") checkInteger("the encoder's initial", encoder.initial, lowest, highest, where);
  if (encoder.kind === "poisson") checkInteger("the encoder's seed", encoder.seed, 0, 2 ** 32 - 1, where);
}

function checkNormalization({ offset, divisor }: Normalization, shape: Shape, where: string): void {
  checkLength("the normalization's offset", offset, shape, where);
  if (divisor.length !== offset.length)
    throw broken(`the normalization has ${offset.length} offsets and ${divisor.length} divisors`, where);
  const shifted = offset.find((value) => !Number.isFinite(value));
  if (shifted !== undefined) throw broken(`an offset of the normalization is ${shifted}`, where);
  const divided = divisor.find((value) => !(value > 0 && Number.isFinite(value)));
  if (divided !== undefined)
    throw broken(`a divisor of the normalization is ${divided}; it must be positive`, where);
}

function checkLaw(law: Law, shape: Shape, where: string): void {
  checkLength("bias", law.bias, shape, where);
  checkLength("threshold", law.threshold, shape, where);
  checkLength("vInit", law.vInit, shape, where);
  checkInteger("maxSpikes", law.maxSpikes, 0, highest, where);
  // Several spikes a step divide by the threshold: floor(v / threshold).
  if (law.maxSpikes !== 1 && law.compare !== "never" && law.threshold.some((threshold) => threshold < 1)) {
    throw broken("a population of several spikes a step needs thresholds of 1 or more", where);
  }
  checkDecay("decayV", law.decayV, shape, where);
  checkSynapse(law, shape, where);
  checkTiming(law, where);
  if (law.reset.kind === "zero") checkLength("the reset's value", law.reset.value, shape, where);
  if (law.floor) checkLength("the floor's value", law.floor.value, shape, where);
  if (law.reset.kind === "subtract" && law.reset.amount !== null)
    checkLength("the reset's amount", law.reset.amount, shape, where);
  checkStateRange("overflowV", law.overflowV, where);
}

function checkStateRange(what: string, range: StateRange | null, where: string): void {
  if (range === null) return;
  checkInteger(`${what}'s low end`, range.low, lowest, highest, where);
  checkInteger(`${what}'s high end`, range.high, range.low + 1, highest, where);
}

function checkSynapse({ synapse, inputShift, bias, decayV }: Law, shape: Shape, where: string): void {
  checkInteger("inputShift", inputShift, 0, 31, where);
  if (synapse.kind === "none") return;
  checkDecay("decayU", synapse.decayU, shape, where);
  checkStateRange("overflowU", synapse.overflowU, where);
  if (synapse.kind === "trace") return;
  checkDecay("decayH", synapse.decayH, shape, where);
  checkLength("gain", synapse.gain, shape, where);
  for (const gain of synapse.gain) checkInteger("gain", gain, -largestGain, largestGain, where);
  checkInteger("gainShift", synapse.gainShift, 0, 31, where);
  // Two traces make the membrane anew in every step: what would be added to it, or left of it, has no place.
  if (decayV.kind !== "none" || bias.some((value) => value !== 0))
    throw broken("two traces make its membrane, which has neither decayV nor bias", where);
}

function checkTiming(law: Law, where: string): void {
  checkInteger("refractory", law.refractory, 0, 2 ** 16, where);
  if (law.resetTiming === "delayed" && law.reset.kind !== "subtract")
    throw broken(`a delayed reset subtracts; this one is "${law.reset.kind}"`, where);
  const clears = law.synapse.kind !== "none" && law.synapse.resetSynapse;
  if (law.resetTiming === "delayed" && (law.refractory > 0 || clears))
    throw broken("refractory steps and resetSynapse begin at the spike, and its reset is delayed", where);
  if (law.synapse.kind === "none" && law.refractoryHoldsSynapse)
    throw broken("refractoryHoldsSynapse without a synapse's trace to hold", where);
}

/** Numerators of a multiplied decay have 16 bits at most, so that a product stays exact (docs/law.md). */
function checkDecay(what: string, decay: Decay, shape: Shape, where: string): void {
  if (decay.kind === "multiply") {
    checkLength(`${what}'s multiplier`, decay.multiplier, shape, where);
    decay.multiplier.forEach((value) => {
      checkInteger(`${what}'s multiplier`, value, 0, 65535, where);
    });
  }
  if (decay.kind === "multiply" || decay.kind === "shift") {
    checkInteger(`${what}'s shift`, decay.shift, 0, 31, where);
  }
  if (decay.kind === "shift" && decay.shifts !== undefined) {
    checkLength(`${what}'s shifts`, decay.shifts, shape, where);
    for (const value of decay.shifts) checkInteger(`${what}'s shifts`, value, 0, decay.shift, where);
  }
  if (decay.kind === "constant") checkLength(`${what}'s amount`, decay.amount, shape, where);
}
