/**
 * Report: everything that one page says about a conversion or a deployment, as plain data (it survives JSON). What is not
 * known is null or empty, so that a failed conversion has a report too. src/survey makes it, page.ts draws it.
 */

/** A box of the picture. */
export interface Box {
  readonly name: string;
  /** Operator or kind, and size: "Conv2d 16x28x28". */
  readonly detail: string;
  /** A sentence: what becomes of it, or what it stands for. */
  readonly text: string;
  /** kept: stands for itself. folded: goes into others. refused: cannot be converted. */
  readonly state: "kept" | "folded" | "refused";
  /** Positions (in this stave) of the boxes that feed this one. */
  readonly sources: readonly number[];
}

/** A network as boxes in the order of the road. */
export interface Stave {
  readonly title: string;
  readonly boxes: readonly Box[];
}

export interface Picture {
  /** The model as it was imported; null: it was not given. */
  readonly graph: Stave | null;
  /** Inputs and populations; null: there is no network. */
  readonly network: Stave | null;
  /** [box of the graph, box of the network]: the population stands for the node. */
  readonly links: readonly (readonly [graph: number, network: number])[];
}

/** One T. */
export interface AccuracyPoint {
  readonly timesteps: number;
  /** 0..1; null without labels. */
  readonly accuracy: number | null;
  /** Share of samples with the original's class; null without the model. */
  readonly agreement: number | null;
  /** Synaptic operations a sample. */
  readonly synops: number;
}

export interface AccuracyFacts {
  readonly samples: number;
  /** Accuracy of the float network; null without labels or without the model. */
  readonly original: number | null;
  /** Ascending; the last is the network's own T. */
  readonly points: readonly AccuracyPoint[];
  /** Share of samples whose largest reading was shared by several classes, at T. */
  readonly ties: number;
}

/** Bits needed, and the chip's; null: the chip has none of it. */
export interface WidthUse {
  readonly what: "membrane" | "threshold" | "bias" | "weights";
  readonly used: number;
  readonly available: number | null;
}

export interface LayerFacts {
  readonly name: string;
  readonly neurons: number;
  /** Root mean square of (activation - rate) over that of the activation; null: not measured. */
  readonly rateError: number | null;
  /** Spikes a neuron and step; null: not measured. */
  readonly rate: number | null;
  /** Shares, 0..1. */
  readonly dead: number | null;
  readonly saturated: number | null;
  /** Synaptic operations into the layer, a sample. */
  readonly synops: number | null;
  readonly widths: readonly WidthUse[];
}

/** Weights of one layer in units of its integers: `floats` and `integers` count over the same ranges. */
export interface WeightHistogram {
  readonly layer: string;
  /** Left end of the first and right end of the last range. */
  readonly low: number;
  readonly high: number;
  /** Weights of the folded float network, scaled; empty where the model is not known. */
  readonly floats: readonly number[];
  readonly integers: readonly number[];
  readonly weights: number;
  /** Decibels of signal over rounding noise; null: not known, or exact. */
  readonly snr: number | null;
  /** How many weights are zero. */
  readonly zeros: number;
}

/** Numbers as a picture: [channels][height][width], 0 (nothing) to 255. One channel is grey, three may be a photograph. */
export interface PixelMap {
  readonly title: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly pixels: readonly number[];
  /** Channels are red, green and blue of one picture. */
  readonly colour: boolean;
}

/** Spikes of a layer in one sample. */
export interface LayerRaster {
  readonly layer: string;
  readonly neurons: number;
  /** Lines: neurons, or several neighbours together. */
  readonly rows: number;
  readonly spikes: number;
  /** [step]: [row, spikes of its neurons] for every line that has some. */
  readonly steps: readonly (readonly (readonly [row: number, count: number])[])[];
}

/** A neuron over one sample. */
export interface MembraneTrace {
  readonly layer: string;
  readonly neuron: number;
  /** null: it never fires, it only integrates. */
  readonly threshold: number | null;
  /** At the end of each absolute step. */
  readonly membrane: readonly number[];
  /** Absolute steps at which it fired. */
  readonly fired: readonly number[];
}

export interface ClassReading {
  readonly label: number;
  /** Logit as the reading says; and that of the original, where it is known. */
  readonly spiking: number;
  readonly original: number | null;
}

export interface SampleFacts {
  readonly index: number;
  readonly label: number | null;
  readonly original: number | null;
  readonly integers: number;
  /** Why it was chosen: "the first", "the original is right, the integers are not". */
  readonly why: string;
  readonly pictures: readonly PixelMap[];
  /** Values of an input that is no picture; empty where it is. */
  readonly values: readonly number[];
  /** The largest first. */
  readonly readings: readonly ClassReading[];
  /** Absolute steps of the run. */
  readonly steps: number;
  readonly rasters: readonly LayerRaster[];
  readonly traces: readonly MembraneTrace[];
}

/** From which class to which, how often. */
export interface ConfusionCount {
  readonly label: number;
  readonly predicted: number;
  readonly count: number;
}

export interface Confusion {
  readonly classes: number;
  /** Against the labels, or the original's classes where there are none. */
  readonly against: "labels" | "original";
  /** [label][predicted]; null where there are too many classes for a table. */
  readonly matrix: readonly (readonly number[])[] | null;
  /** Off the diagonal, the most frequent first. */
  readonly worst: readonly ConfusionCount[];
}

/** Part of a core that one layer takes. */
export interface CorePart {
  readonly layer: string;
  readonly used: number;
}

export interface CorePlan {
  readonly name: string;
  /** Place on the chip, in cores. */
  readonly x: number;
  readonly y: number;
  readonly capacity: number;
  readonly parts: readonly CorePart[];
}

export interface PlacementFacts {
  readonly target: string;
  readonly title: string;
  readonly label: string;
  /** In what cores are full: "neurons". */
  readonly unit: string;
  /** Empty where the chip has no plan to show. */
  readonly cores: readonly CorePlan[];
  readonly uses: readonly { readonly resource: string; readonly used: number; readonly limit: number }[];
  readonly notes: readonly string[];
  /** Every reason why it does not fit; empty where it does. */
  readonly refusals: readonly string[];
}

/** What a chip says of a model. */
export interface ChipVerdict {
  readonly target: string;
  readonly title: string;
  /** not refused: by its rules, and more is not known yet. */
  readonly verdict: "fits" | "does not fit" | "refused" | "not refused";
  /** The fullest resource, or the reason. */
  readonly why: string;
}

export interface EstimateRow {
  readonly what: string;
  /** Operations a sample. */
  readonly count: number;
  /** Of one operation; null: not published. */
  readonly picojoules: number | null;
  readonly nanoseconds: number | null;
}

export interface Estimate {
  readonly target: string;
  readonly rows: readonly EstimateRow[];
  readonly from: string;
  /** What is left out, and what the numbers are not. */
  readonly caveat: string;
}

export interface ChoiceRow {
  /** Layer, or the part of the conversion. */
  readonly where: string;
  readonly what: string;
  readonly value: string;
  readonly why: string;
}

export interface NoteRow {
  readonly level: "info" | "warning";
  readonly where: string;
  readonly text: string;
}

/** What the board did beside the simulation. */
export interface BoardFacts {
  /** "the emulated ucaspian", or a port. */
  readonly where: string;
  readonly samples: number;
  readonly accuracy: number | null;
  readonly spikes: number;
  readonly mismatches: number;
  /** The first difference in words. */
  readonly first: string | null;
  /** Of the whole run; null: not measured. */
  readonly seconds: number | null;
}

/** Why there is no network, or not all of it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly where: string | null;
  readonly advice: string;
}

export interface ProvenanceFacts {
  readonly version: string;
  readonly modelHash: string;
  readonly calibrationHash: string;
  readonly options: readonly (readonly [name: string, value: string])[];
}

export interface Report {
  /** Of the network, or the model's file. */
  readonly title: string;
  /** Version of spikec that made the page. */
  readonly version: string;
  readonly timesteps: number | null;
  readonly failure: Failure | null;
  readonly picture: Picture;
  readonly accuracy: AccuracyFacts | null;
  readonly layers: readonly LayerFacts[];
  readonly weights: readonly WeightHistogram[];
  readonly samples: readonly SampleFacts[];
  readonly confusion: Confusion | null;
  readonly board: BoardFacts | null;
  readonly placement: PlacementFacts | null;
  /** Of a model that was not converted: all chips; empty where none was asked. */
  readonly chips: readonly ChipVerdict[];
  readonly estimate: Estimate | null;
  readonly choices: readonly ChoiceRow[];
  readonly notes: readonly NoteRow[];
  readonly provenance: ProvenanceFacts | null;
  /** Lines for a shell: the conversion, and this page. */
  readonly commands: readonly string[];
}

/** A report in which nothing is known yet. */
export function emptyReport(title: string, version: string): Report {
  return {
    title,
    version,
    timesteps: null,
    failure: null,
    picture: { graph: null, network: null, links: [] },
    accuracy: null,
    layers: [],
    weights: [],
    samples: [],
    confusion: null,
    board: null,
    placement: null,
    chips: [],
    estimate: null,
    choices: [],
    notes: [],
    provenance: null,
    commands: [],
  };
}
