/**
 * Checks of one input and of one population, each for itself: shapes, numbers in their ranges, and parameter arrays of
 * one value, one a channel, or one a neuron.
 */
import { SpikecError } from "../errors/error.ts";
import { type Encoder, type Input, type Law, type Population, type Shape, sizeOf } from "./network.ts";

/** Every integer of a network fits in 32 bits (docs/law.md). */
const lowest = -(2 ** 31);
const highest = 2 ** 31 - 1;

/** Throws SPK-0704 for an input that contradicts itself. */
export function checkInput(input: Input): void {
  const where = `input '${input.name}'`;
  checkShape(input.shape, where);
  const { encoder } = input;
  if (encoder.kind !== "spikes" && encoder.kind !== "always") checkEncoder(encoder, where);
  if (input.polarity === "signed" && input.shape[0] % 2 !== 0) {
    throw broken(
      `it is signed, so that its channels come in two halves; its shape is [${input.shape}]`,
      where,
    );
  }
}

/** Throws SPK-0704 for a population that contradicts itself. */
export function checkPopulation(population: Population): void {
  const where = `population '${population.name}'`;
  const { shape, law } = population;
  checkShape(shape, where);
  checkLaw(law, shape, where);
  if (population.spikeValue.length > 0) checkLength("spikeValue", population.spikeValue, shape, where);
  if (!population.spikeValue.every(Number.isFinite)) throw broken("spikeValue is not finite", where);
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

/** Throws SPK-0704 unless `value` is a whole number in [low, high]. */
export function checkInteger(what: string, value: number, low: number, high: number, where: string): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw broken(`${what} is ${value}; it must be a whole number from ${low} to ${high}`, where);
}

/** The error for a network that contradicts itself. */
export function broken(what: string, where: string): SpikecError {
  return new SpikecError("SPK-0704", what, { where });
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
  if (encoder.kind !== "analog")
    checkInteger("the encoder's threshold", encoder.threshold, 1, highest, where);
  if (encoder.kind === "rate") checkInteger("the encoder's initial", encoder.initial, lowest, highest, where);
  if (encoder.kind === "poisson") checkInteger("the encoder's seed", encoder.seed, 0, 2 ** 32 - 1, where);
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
  checkDecay(law, shape, where);
  if (law.reset.kind === "zero") checkInteger("the reset's value", law.reset.value, lowest, highest, where);
  if (law.floor) checkInteger("the floor's value", law.floor.value, lowest, highest, where);
  if (law.overflowV) {
    checkInteger("overflowV's low end", law.overflowV.low, lowest, highest, where);
    checkInteger("overflowV's high end", law.overflowV.high, law.overflowV.low + 1, highest, where);
  }
}

/** Numerators of a multiplied decay have 16 bits at most, so that a product stays exact (docs/law.md). */
function checkDecay({ decayV }: Law, shape: Shape, where: string): void {
  if (decayV.kind === "multiply") {
    checkLength("decayV's multiplier", decayV.multiplier, shape, where);
    decayV.multiplier.forEach((value) => {
      checkInteger("decayV's multiplier", value, 0, 65535, where);
    });
  }
  if (decayV.kind === "multiply" || decayV.kind === "shift") {
    checkInteger("decayV's shift", decayV.shift, 0, 31, where);
  }
  if (decayV.kind === "constant") checkLength("decayV's amount", decayV.amount, shape, where);
}
