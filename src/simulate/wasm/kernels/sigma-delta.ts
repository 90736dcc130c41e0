/**
 * One step of sigma-delta neurons, in doubles as the reference has them (../../sigma-delta.ts):
 *   x = input 2^K, or max(0, sum + bias 2^K);  d = x - xBefore + held;  |d| >= threshold 2^K: send floor(d / 2^stateExponent)
 */
import { type Bytes, type Local, set } from "../instructions.ts";
import type { SigmaDeltaRule } from "../lanes.ts";
import { bitsAnd, bitsAndNot, bitsNot, doubles, lanesDouble } from "../vectors.ts";
import { type NeuronVector, parameterOf, read, write } from "./neuron-vector.ts";

/** x after what this step brought. */
function nextValue(vector: NeuronVector, { population, sum, bias }: SigmaDeltaRule, x: Local): Bytes {
  const { kernel, lanes } = vector;
  const zero = kernel.constant(lanes, 0);
  const input = vector.input ?? zero;
  const { value, spikeExponent, stateExponent } = population;
  if (value === "input") return set(x, lanes.shiftLeft(input, spikeExponent + stateExponent));
  return [
    set(x, lanes.add(read(vector, sum), input)),
    write(vector, sum, x),
    set(x, lanes.max(zero, lanes.add(x, parameterOf(vector, bias)))),
  ];
}

/** The sum, sent whole at every step. */
function sendSum(vector: NeuronVector): Bytes {
  const { kernel, lanes, fired } = vector;
  const { membrane, sent } = kernel.layer.lanes;
  const zero = kernel.constant(lanes, 0);
  const sum = kernel.scope.vector();
  return [
    set(sum, lanes.add(read(vector, membrane), vector.input ?? zero)),
    write(vector, membrane, sum),
    write(vector, sent!, sum),
    set(fired, bitsNot(lanes.equal(sum, zero))),
  ];
}

export function stepSigmaDelta(vector: NeuronVector, rule: SigmaDeltaRule): Bytes {
  const { kernel, lanes, fired } = vector;
  const { population, held } = rule;
  if (population.value === "sum") return sendSum(vector);
  const { membrane, sent } = kernel.layer.lanes;
  const [x, change] = [kernel.scope.vector(), kernel.scope.vector()];
  const threshold = population.threshold * 2 ** (population.spikeExponent + population.stateExponent);
  const reached = lanesDouble.atLeast(doubles.absolute(change), kernel.constant(lanes, threshold));
  return [
    nextValue(vector, rule, x),
    set(change, lanes.add(lanes.sub(x, read(vector, membrane)), read(vector, held))),
    write(vector, membrane, x),
    set(fired, reached),
    write(vector, held, bitsAndNot(change, fired)),
    set(change, bitsAnd(fired, lanes.shiftRight(change, population.stateExponent))),
    write(vector, sent!, change),
    // A change of less than a unit, or of none, is no event.
    set(fired, bitsNot(lanes.equal(change, kernel.constant(lanes, 0)))),
  ];
}
