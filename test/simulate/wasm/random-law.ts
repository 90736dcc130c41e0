/** Random laws of moderate numbers: of plain neurons, and of all parameters that there are. */
import {
  type Decay,
  type Law,
  plainLaw,
  type Shape,
  type StateRange,
  type Synapse,
} from "../../../src/network/network.ts";
import { type Draw, parameter, pick } from "./draw.ts";

/** several: shifts may differ from neuron to neuron. */
function decay(draw: Draw, shape: Shape, several = true): Decay {
  switch (draw(0, 5)) {
    case 0: {
      const shift = draw(0, 20);
      const shifts = several && draw(0, 1) === 1 ? { shifts: parameter(draw, shape, 0, shift) } : {};
      return { kind: "shift", shift, tail: draw(0, 1) === 1, ...shifts };
    }
    case 1:
      return { kind: "constant", amount: parameter(draw, shape, -5, 40), towardZero: draw(0, 1) === 1 };
    case 2: {
      const shift = draw(0, 16);
      const rounding = pick(draw, ["trunc0", "floor", "halfAway", "halfEven"] as const);
      return {
        kind: "multiply",
        multiplier: parameter(draw, shape, 0, Math.min(65_535, 2 ** shift)),
        shift,
        rounding,
      };
    }
    default:
      return { kind: "none" };
  }
}

/** Without traces, refractory steps, delays and phases. */
export function randomPlainLaw(draw: Draw, shape: Shape, several = false): Law {
  const maxSpikes = pick(draw, [1, 1, 1, 0, 3]);
  const ranges = [
    null,
    { low: -32_768, high: 32_767, overflow: "saturate" },
    { low: -2000, high: 1500, overflow: "saturate" },
    { low: -(2 ** 23), high: 2 ** 23 - 1, overflow: "saturate" },
    { low: -1024, high: 1023, overflow: "wrap" },
    { low: -32_768, high: 32_767, overflow: "wrap" },
  ] as const;
  const low = draw(0, 1) === 1 ? -20 : -2000;
  return {
    ...plainLaw,
    bias: draw(0, 1) === 1 ? Int32Array.of(0) : parameter(draw, shape, -30, 60),
    decayV: decay(draw, shape, several),
    overflowV: pick(draw, ranges),
    threshold: parameter(draw, shape, maxSpikes === 1 ? draw(-5, 50) : 50, 600),
    compare: pick(draw, ["gt", "ge", "ge", "never"] as const),
    maxSpikes,
    reset: pick(draw, [
      { kind: "subtract", amount: null },
      { kind: "subtract", amount: null },
      { kind: "zero", value: Int32Array.of(draw(-20, 20)) },
      { kind: "none" },
    ] as const),
    floor: pick(draw, [
      null,
      null,
      { kind: pick(draw, ["clamp", "subtract", "zero"] as const), value: Int32Array.of(low) },
    ]),
    vInit: parameter(draw, shape, -50, 200),
  };
}

const ranges: readonly (StateRange | null)[] = [
  null,
  { low: -(2 ** 23), high: 2 ** 23 - 1, overflow: "saturate" },
  { low: -2000, high: 1500, overflow: "saturate" },
  { low: -1024, high: 1023, overflow: "wrap" },
  { low: -700, high: 1300, overflow: "wrap" },
];

function synapse(draw: Draw, shape: Shape): Synapse {
  const kind = draw(0, 4);
  if (kind < 2) return { kind: "none" };
  const trace = {
    decayU: decay(draw, shape),
    overflowU: pick(draw, ranges),
    synapseOrder: pick(draw, ["decayThenAdd", "addThenDecay"] as const),
    resetSynapse: draw(0, 2) === 0,
  };
  if (kind < 4) return { kind: "trace", ...trace };
  const gain = parameter(draw, shape, -30, 60);
  return { kind: "alpha", ...trace, decayH: decay(draw, shape), gain, gainShift: draw(0, 5) };
}

/** Every parameter of the law that goes with the others. */
export function randomLaw(draw: Draw, shape: Shape): Law {
  const plain = randomPlainLaw(draw, shape, true);
  const made = synapse(draw, shape);
  const reset = pick(draw, [
    plain.reset,
    { kind: "subtract", amount: parameter(draw, shape, -20, 700) },
    { kind: "zero", value: parameter(draw, shape, -40, 40) },
  ] as const);
  const clears = made.kind !== "none" && made.resetSynapse;
  const refractory = pick(draw, [0, 0, 1, 4]);
  const mayDelay = reset.kind === "subtract" && refractory === 0 && !clears;
  return {
    ...plain,
    ...(made.kind === "alpha" ? { bias: Int32Array.of(0), decayV: { kind: "none" } } : {}),
    synapse: made,
    inputShift: pick(draw, [0, 0, 1, 6]),
    overflowV: pick(draw, [plain.overflowV, ...ranges]),
    reset,
    resetTiming: mayDelay && draw(0, 1) === 1 ? "delayed" : "immediate",
    refractory,
    refractoryHoldsSynapse: made.kind !== "none" && draw(0, 1) === 1,
    floor:
      draw(0, 2) === 0 && plain.floor !== null
        ? { ...plain.floor, value: parameter(draw, shape, -300, 30) }
        : plain.floor,
    phase: pick(draw, ["post", "post", "pre"] as const),
  };
}
