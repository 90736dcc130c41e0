/**
 * Random networks of which integers lose nothing: weights, thresholds and factors of few binary places, few steps. Neurons
 * forget half of a state in a step, so that it has one place more after each.
 */
import fc from "fast-check";
import { type Discretization, discretizationOf } from "../../../src/graph/discretization.ts";
import type { Tensor } from "../../../src/graph/graph.ts";
import type { SpikingEdge, SpikingGraph, SpikingNode } from "../../../src/graph/spiking.ts";
import type { SpikingNeuron } from "../../../src/graph/spiking-neurons.ts";
import { base } from "../../graph/spiking/small-spiking-graphs.ts";

export const steps = 7;
const dt = 1;
/** Half of a state is left after a step. */
const tau = 2;

export interface ExactCase {
  readonly graph: SpikingGraph;
  readonly discretization: Discretization;
  /** [steps][inputs]. */
  readonly sample: Float32Array;
}

/** Multiples of 1/4 or 1/8. */
const quarters = (low: number, high: number) => fc.integer({ min: 4 * low, max: 4 * high }).map((n) => n / 4);
const eighths = (low: number, high: number) => fc.integer({ min: 8 * low, max: 8 * high }).map((n) => n / 8);

function tensor(shape: readonly number[], data: readonly number[]): Tensor {
  return { shape, data: Float64Array.from(data) };
}

const many = (size: number, values: fc.Arbitrary<number>) =>
  fc.array(values, { minLength: size, maxLength: size });

const perNeuron = (size: number, values: fc.Arbitrary<number>): fc.Arbitrary<Tensor> =>
  fc.oneof(
    values.map((value) => tensor([], [value])),
    many(size, values).map((data) => tensor([size], data)),
  );

function weights(name: string, rows: number, columns: number): fc.Arbitrary<SpikingNode> {
  return fc
    .record({
      weight: many(rows * columns, quarters(-3, 4)),
      bias: fc.option(many(rows, eighths(-1, 1)), { nil: null }),
    })
    .map(({ weight, bias }): SpikingNode => {
      const shared = { ...base(name, [rows]), weight: tensor([rows, columns], weight) };
      return bias === null
        ? { type: "Linear", ...shared }
        : { type: "Affine", ...shared, bias: Float64Array.from(bias) };
    });
}

/** NIR's neurons, snnTorch's and sinabs'. */
function neuron(name: string, size: number): fc.Arbitrary<SpikingNeuron> {
  const shape = [size];
  const threshold = eighths(0.5, 3);
  const half = tensor([], [0.5]);
  const common = fc.record({
    vThreshold: perNeuron(size, threshold),
    vReset: perNeuron(size, fc.constantFrom(0, -0.5, 0.25)),
    vLeak: perNeuron(size, fc.constantFrom(0, 0.5, -0.25)),
    r: perNeuron(size, fc.constantFrom(1, 2, 0.5)),
    vInit: fc.option(perNeuron(size, fc.constantFrom(0, 0.25, 0.375)), { nil: null }),
  });
  const nir = common.chain((fields): fc.Arbitrary<SpikingNeuron> => {
    const shared = { ...base(name, shape), discretization: null };
    const { vThreshold, vReset, vLeak, r, vInit } = fields;
    return fc.constantFrom<SpikingNeuron>(
      { type: "IF", ...shared, r, vThreshold, vReset, vInit },
      { type: "LIF", ...shared, tau: tensor([], [tau]), r, vLeak, vThreshold, vReset, vInit },
      {
        type: "CubaLIF",
        ...shared,
        tauSyn: tensor([], [tau]),
        tauMem: tensor([], [tau]),
        wIn: tensor([], [2]),
        ...{ r, vLeak, vThreshold, vReset, vInit },
      },
    );
  });
  const snnTorch = fc
    .record({
      threshold: perNeuron(size, threshold),
      reset: fc.constantFrom("subtract" as const, "zero" as const, "none" as const),
      grade: fc.constantFrom(1, 0.5),
      recurrent: many(size * size, quarters(-1, 1)),
      bias: many(size, eighths(-0.5, 0.5)),
    })
    .chain(({ threshold, reset, grade, recurrent, bias }): fc.Arbitrary<SpikingNeuron> => {
      const options = {
        threshold,
        reset,
        resetDelay: true,
        inhibition: false,
        stateLevels: null,
        vInit: null,
      };
      const shared = { ...base(name, shape), ...options, gradedSpikesFactor: tensor([], [grade]) };
      const dense = {
        kind: "dense",
        weight: tensor([size, size], recurrent),
        bias: Float32Array.from(bias),
      } as const;
      const one = { kind: "oneToOne", weight: tensor([size], recurrent.slice(0, size)) } as const;
      return fc.constantFrom<SpikingNeuron>(
        { type: "Leaky", ...shared, beta: half },
        { type: "RLeaky", ...shared, beta: half, recurrence: dense },
        { type: "RLeaky", ...shared, beta: half, recurrence: one },
        { type: "Synaptic", ...shared, alpha: half, beta: half },
        { type: "RSynaptic", ...shared, alpha: half, beta: half, recurrence: dense },
        {
          type: "Lapicque",
          ...shared,
          resistance: tensor([], [2]),
          capacitance: tensor([], [1]),
          timeStep: tensor([], [1]),
        },
      );
    });
  const sinabs = fc
    .record({
      threshold: perNeuron(size, threshold),
      spikes: fc.constantFrom(
        { kind: "multi" } as const,
        { kind: "single" } as const,
        { kind: "max", maximum: 2 } as const,
      ),
      reset: fc.constantFrom(
        { kind: "subtract", amount: null } as const,
        { kind: "subtract", amount: tensor([], [0.75]) } as const,
        { kind: "value", value: 0.25, everyStep: false } as const,
      ),
      minVMem: fc.option(fc.constant(tensor([], [-1])), { nil: null }),
      alphaSyn: fc.option(fc.constant(half), { nil: null }),
      recurrentWeight: fc.option(
        many(size * size, quarters(-1, 0)).map((data) => tensor([size, size], data)),
        { nil: null },
      ),
    })
    .chain((fields): fc.Arbitrary<SpikingNeuron> => {
      const shared = { ...base(name, shape), ...fields, vInit: null };
      return fc.constantFrom<SpikingNeuron>(
        { type: "SinabsIAF", ...shared },
        { type: "SinabsLIF", ...shared, alphaMem: half, normInput: false },
        { type: "SinabsLIF", ...shared, alphaMem: half, normInput: true },
      );
    });
  return fc.oneof(nir, nir, snnTorch, sinabs);
}

const discretization: fc.Arbitrary<Discretization> = fc
  .record({
    form: fc.constantFrom("complement" as const, "increment" as const),
    input: fc.constantFrom("hold" as const, "dirac" as const),
    resistance: fc.constantFrom("honoured" as const, "cuba" as const, "ignored" as const),
    gain: fc.constantFrom("input" as const, "threshold" as const),
    synapseOrder: fc.constantFrom("decayThenAdd" as const, "addThenDecay" as const),
    synapse: fc.constantFrom("new" as const, "previous" as const),
    compare: fc.constantFrom("gt" as const, "ge" as const),
    spikes: fc.constantFrom("single" as const, "multi" as const),
    reset: fc.constantFrom("value" as const, "subtract" as const, "none" as const),
    phase: fc.constantFrom("after" as const, "before" as const),
    vFloor: fc.constantFrom(null, -1),
    outputDelay: fc.constantFrom(0, 1),
    recurrentBiasAtT0: fc.constantFrom(true, true, true, false),
  })
  .map((choices) => ({ ...discretizationOf("nir", dt), name: "random", ...choices }));

/** Two or three layers, each fed by the one before it, by itself, or by one further back, with delays of their own. */
export const exactCase: fc.Arbitrary<ExactCase> = fc
  .record({
    sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 3, maxLength: 4 }),
    delays: many(12, fc.integer({ min: 0, max: 2 })),
    loops: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    skip: fc.boolean(),
    between: fc.constantFrom("nothing" as const, "scale" as const, "delay" as const),
    discretization,
  })
  .chain(({ sizes, delays, loops, skip, between, discretization }) => {
    const nodes: fc.Arbitrary<SpikingNode>[] = [];
    const edges: SpikingEdge[] = [];
    const join = (from: string, to: string, delay = 0) => edges.push({ from, to, delay });
    nodes.push(fc.constant<SpikingNode>({ type: "Input", ...base("input", [sizes[0]]) }));
    sizes.slice(1).forEach((size, i) => {
      const [before, own] = [i === 0 ? "input" : `n${i - 1}`, `n${i}`];
      nodes.push(weights(`w${i}`, size, sizes[i]), neuron(own, size));
      join(before, `w${i}`, delays[2 * i]);
      if (i === 0 && between !== "nothing") {
        const values = Array.from({ length: size }, (_, k) =>
          between === "scale" ? [1, 0.5, 2][k % 3] : k % 2,
        );
        const shared = base("between", [size]);
        nodes.push(
          fc.constant<SpikingNode>(
            between === "scale"
              ? { type: "Scale", ...shared, scale: tensor([size], values) }
              : { type: "Delay", ...shared, delay: tensor([size], values) },
          ),
        );
        join(`w${i}`, "between");
        join("between", own, delays[2 * i + 1]);
      } else join(`w${i}`, own, delays[2 * i + 1]);
      if (loops[i]) {
        nodes.push(weights(`loop${i}`, size, size));
        join(own, `loop${i}`, 1 + (delays[6 + i] % 2));
        join(`loop${i}`, own);
      }
    });
    const last = sizes.length - 2;
    if (skip) {
      nodes.push(weights("skip", sizes[last + 1], sizes[0]));
      join("input", "skip");
      join("skip", `n${last}`, delays[9]);
    }
    nodes.push(fc.constant<SpikingNode>({ type: "Output", ...base("output", [sizes[last + 1]]) }));
    join(`n${last}`, "output");
    return fc.record({
      graph: fc.tuple(...nodes).map(
        (all): SpikingGraph => ({
          kind: "spiking",
          name: "exact",
          nodes: all,
          edges,
          discretization: null,
          formatVersion: null,
          metadata: null,
          notes: [],
        }),
      ),
      discretization: fc.constant(discretization),
      sample: many(steps * sizes[0], fc.integer({ min: 0, max: 1 })).map((data) => Float32Array.from(data)),
    });
  });
