/**
 * Discretization: how the differential equations of NIR's neurons become steps, as data. A .nir file does not say it, and
 * every framework chooses differently, so that the same file gives other spikes elsewhere: it is always explicit here.
 *
 * With dt the step, tau a time constant: rate a = dt / tau (euler) or 1 - exp(-dt / tau) (exp); decay 1 - a.
 */

export interface Discretization {
  /** The preset that it is, or that it was before single choices were changed. */
  readonly name: string;
  /** Seconds a step. */
  readonly dt: number;
  /** "steps": time constants in the file count steps, whatever dt is. */
  readonly tauUnit: "seconds" | "steps";
  readonly method: "euler" | "exp";
  /** The same in real numbers, not in float32. complement: v = (1 - a) v + x; increment: v += a ((x + vLeak) - v). */
  readonly form: "complement" | "increment";
  /** How a of euler is rounded. quotient: dt / tau in the precision of tau; reciprocal: dt (1 / tau), float32 throughout. */
  readonly rate: "quotient" | "reciprocal";
  /** For neurons with a time constant. hold: input lasts for the whole step and is multiplied by a; dirac: it is added whole. */
  readonly input: "hold" | "dirac";
  /** The same for I and IF, which have none: hold multiplies by dt. */
  readonly integratorInput: "hold" | "dirac";
  /** Whether r and w_in count: everywhere, in CubaLI and CubaLIF only, or nowhere. */
  readonly resistance: "honoured" | "cuba" | "ignored";
  /**
   * Where the factor of the input (a r, s w_in) goes. input: the input is multiplied by it. threshold: the input enters as
   * it is, and thresholds are divided by it (states are then 1 / factor times as large).
   */
  readonly gain: "input" | "threshold";
  /** Where the synaptic current of a Cuba neuron decays to: 0, as NIR says, or v_leak, as norse has it. */
  readonly currentRest: "zero" | "leak";
  /** addThenDecay: I = (I + x) (1 - s): the step's input decays as well. */
  readonly synapseOrder: "decayThenAdd" | "addThenDecay";
  /** What the membrane of a Cuba neuron takes: the synaptic current of this step or of the last. */
  readonly synapse: "new" | "previous";
  readonly compare: "gt" | "ge";
  /** single: one spike a step at most; multi: floor(v / threshold). */
  readonly spikes: "single" | "multi";
  /** value: v = v_reset; subtract: v -= spikes threshold; none. */
  readonly reset: "value" | "subtract" | "none";
  /**
   * after: update, compare, reset. before: the spikes of a step come from the membrane that the last one left; they are
   * taken off in this step's update, so that the output is one step late.
   */
  readonly phase: "after" | "before";
  /**
   * snnTorch's reset_delay=False with subtraction: a membrane that its reset left above threshold is reset again before the
   * next comparison, and that one is not repeated after it.
   */
  readonly lateReset: boolean;
  /** The membrane cannot fall below this many thresholds; null: no floor. */
  readonly vFloor: number | null;
  readonly vInit: "zero" | "leak";
  /** Whether the bias of a node that only delayed edges feed acts in the steps before the first value has arrived. */
  readonly recurrentBiasAtT0: boolean;
  /**
   * Steps by which Output nodes are late beside phase "after". Phase "before" makes the first of them by itself; in Lava
   * values travel for a step.
   */
  readonly outputDelay: number;
}

const plain = {
  tauUnit: "seconds",
  method: "euler",
  form: "complement",
  rate: "quotient",
  input: "hold",
  integratorInput: "dirac",
  resistance: "honoured",
  gain: "input",
  currentRest: "zero",
  synapseOrder: "decayThenAdd",
  synapse: "new",
  compare: "gt",
  spikes: "single",
  reset: "value",
  phase: "after",
  lateReset: false,
  vFloor: null,
  vInit: "zero",
  recurrentBiasAtT0: true,
  outputDelay: 0,
} as const satisfies Omit<Discretization, "name" | "dt">;

/**
 * What the NIR importers of frameworks do, with the parameters that they refuse or leave out honoured where nothing says
 * otherwise: v_reset everywhere, v_leak in snnTorch; and an IF of snnTorch does not leak, as it does there (its importer,
 * snntorch/import_nir.py at 634fc22, makes it a Leaky of beta 0.9). `nir` is ours: the equations as they stand, by forward
 * Euler. Whoever trained with another framework than the file's exporter chooses its preset; single choices may be changed.
 */
const presets = {
  nir: plain,
  snntorch: { ...plain, gain: "threshold" },
  "snntorch-2023": { ...plain, gain: "threshold", reset: "subtract", lateReset: true },
  norse: {
    ...plain,
    form: "increment",
    rate: "reciprocal",
    resistance: "cuba",
    currentRest: "leak",
    vInit: "leak",
    recurrentBiasAtT0: false,
  },
  sinabs: {
    ...plain,
    tauUnit: "steps",
    method: "exp",
    input: "dirac",
    resistance: "ignored",
    synapseOrder: "addThenDecay",
    compare: "ge",
    spikes: "multi",
    reset: "subtract",
    vFloor: -1,
  },
  spyx: {
    ...plain,
    input: "dirac",
    resistance: "ignored",
    reset: "subtract",
    phase: "before",
    outputDelay: 1,
  },
  rockpool: {
    ...plain,
    method: "exp",
    input: "dirac",
    resistance: "ignored",
    synapseOrder: "addThenDecay",
    compare: "ge",
    spikes: "multi",
    reset: "subtract",
  },
  nengo: { ...plain, method: "exp" },
  lava: { ...plain, outputDelay: 1 },
} as const satisfies Record<string, Omit<Discretization, "name" | "dt">>;

export type PresetName = keyof typeof presets;

export const presetNames = Object.keys(presets) as readonly PresetName[];

export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(presets, name);
}

/** The choices of a framework, for steps of `dt` seconds. */
export function discretizationOf(preset: PresetName, dt: number): Discretization {
  return { name: preset, dt, ...presets[preset] };
}
