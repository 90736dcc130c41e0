/**
 * Survey: what was computed about a network becomes a Report. Pure: it runs nothing on samples itself but takes what engines
 * gave, so that the command line (with threads and a progress bar) and a browser make the same page.
 */
import type { Graph } from "../graph/graph.ts";
import type { SpikingGraph } from "../graph/spiking.ts";
import type { LayerExplanation } from "../lower/explanation.ts";
import { type Network, type Note, sizeOf } from "../network/network.ts";
import type {
  AccuracyFacts,
  BoardFacts,
  ChoiceRow,
  Confusion,
  Estimate,
  Report,
} from "../report/html/report-data.ts";
import { emptyReport } from "../report/html/report-data.ts";
import type { Fitting } from "../target/fit.ts";
import type { Target } from "../target/target.ts";
import { choicesOf } from "./choices-of.ts";
import { confusionOf } from "./confusion-of.ts";
import { type CountedOperations, estimateOf } from "./estimate-of.ts";
import { layerFacts, type MeasuredLayers } from "./layer-facts.ts";
import { pictureOf, spikingPicture } from "./picture-of.ts";
import { placementFacts } from "./placement-facts.ts";
import { type SampleToShow, sampleFacts } from "./sample-facts.ts";
import { weightHistograms } from "./weight-histograms.ts";

/** Samples through the original and the integers: classes one a sample. */
export interface MeasuredClasses {
  readonly accuracy: AccuracyFacts;
  readonly labels: ArrayLike<number> | null;
  /** Of the float network; null: there was none. */
  readonly original: ArrayLike<number> | null;
  readonly integers: ArrayLike<number>;
}

/** What is known; everything but the network may be missing. */
export interface Surveyed {
  readonly network: Network;
  /** Version of spikec that makes the report. */
  readonly version: string;
  readonly graph?: Graph | null;
  /** The native spiking network that it was converted from, where it was one. */
  readonly spiking?: SpikingGraph | null;
  readonly target?: Target | null;
  /** Of the network on the target, where that was found out already. */
  readonly fitting?: Fitting | undefined;
  readonly classes?: MeasuredClasses | null;
  readonly layers?: MeasuredLayers;
  readonly operations?: CountedOperations | null;
  readonly samples?: readonly SampleToShow[];
  readonly board?: BoardFacts | null;
  /** Of the conversion, where it was made just now; and what else was chosen then. */
  readonly explanations?: readonly LayerExplanation[];
  readonly choices?: readonly ChoiceRow[];
  readonly notes?: readonly Note[];
  readonly commands?: readonly string[];
}

const nothingMeasured: MeasuredLayers = { activity: [], rateErrors: new Map(), widths: [] };

function confusion(network: Network, { labels, original, integers }: MeasuredClasses): Confusion | null {
  const readout = network.populations.find(({ name }) => name === network.readout.population);
  const classes = Math.max(2, readout === undefined ? 0 : sizeOf(readout.shape));
  if (labels !== null) return confusionOf(labels, integers, classes, "labels");
  return original === null ? null : confusionOf(original, integers, classes, "original");
}

function estimate({ target, network, operations }: Surveyed): Estimate | null {
  return target && operations ? estimateOf(target.chip, network, operations) : null;
}

/** The Report of a network. Never throws for a network that does not fit its target: the reasons are in the report. */
export function survey(surveyed: Surveyed): Report {
  const {
    network,
    version,
    graph = null,
    target = null,
    classes = null,
    samples = [],
    notes = [],
  } = surveyed;
  const placed = target && placementFacts(target, network, surveyed.fitting);
  return {
    ...emptyReport(network.name, version),
    timesteps: network.timesteps,
    picture: surveyed.spiking ? spikingPicture(surveyed.spiking, network) : pictureOf(graph, network),
    accuracy: classes?.accuracy ?? null,
    layers: layerFacts(network, surveyed.layers ?? nothingMeasured, target?.chip.rules ?? null),
    weights: weightHistograms(graph, network),
    samples: samples.map((sample) => sampleFacts(network, sample)),
    confusion: classes && confusion(network, classes),
    board: surveyed.board ?? null,
    placement: placed,
    estimate: estimate(surveyed),
    choices: [...choicesOf(network, surveyed.explanations), ...(surveyed.choices ?? [])],
    notes: [...network.notes, ...notes.filter((note) => !network.notes.includes(note))],
    provenance: network.provenance,
    commands: surveyed.commands ?? [],
  };
}
