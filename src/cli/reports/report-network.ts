/** The measurements behind `report` and every --report: samples through original and integers, and the page from what they gave. */
import { SpikecError } from "../../errors/error.ts";
import { evaluate } from "../../graph/evaluate.ts";
import type { Graph } from "../../graph/graph.ts";
import type { SpikingGraph } from "../../graph/spiking.ts";
import type { LayerExplanation } from "../../lower/explanation.ts";
import { runLength } from "../../network/latency.ts";
import { isIntegrateAndFire, type Network, type Note, sizeOf } from "../../network/network.ts";
import { reportPage } from "../../report/html/page.ts";
import type { BoardFacts, ChoiceRow, Report } from "../../report/html/report-data.ts";
import { createEngine } from "../../simulate/engine.ts";
import type { SampleToShow } from "../../survey/sample-facts.ts";
import { type Surveyed, survey } from "../../survey/survey.ts";
import type { Fitting } from "../../target/fit.ts";
import type { Target } from "../../target/target.ts";
import type { BoardResult } from "../boards/board-run.ts";
import type { Context } from "../command.ts";
import { commandLine } from "../command-line.ts";
import { writeWhole } from "../files.ts";
import type { EngineChoice } from "../options.ts";
import type { ScaledSamples } from "../samples.ts";
import {
  accuracyOf,
  agreementOf,
  createRateErrors,
  floatPredictions,
  type IntegerResult,
  runIntegers,
  sampleOf,
} from "../verification/evaluate.ts";
import { measureNetwork } from "../verification/measure-network.ts";
import { layerValues } from "../verification/verify-network.ts";
import { firstOf } from "../verification/verify-on-board.ts";
import { version } from "../version.ts";

/** Samples on which layers are compared with the float network. */
const comparedSamples = 100;
const shownSamples = 5;
/** Membranes that one sample may record, values over all steps. */
const mostMembranes = 2 ** 22;

export interface ReportRequest extends Partial<EngineChoice> {
  readonly network: Network;
  readonly graph: Graph | null;
  /** In place of the graph, for a network that was converted from a native spiking one. */
  readonly spiking?: SpikingGraph | null;
  readonly target: Target | null;
  /** Of the network on the target, where that was found out already. */
  readonly fitting?: Fitting;
  readonly samples: ScaledSamples | null;
  /** T at which accuracy is shown besides the network's own; default: powers of two. */
  readonly sweep?: readonly number[] | undefined;
  /** Samples to show; default: the first ones, and those that go wrong. */
  readonly show?: readonly number[] | undefined;
  readonly board?: BoardFacts | null;
  readonly explanations?: readonly LayerExplanation[];
  readonly choices?: readonly ChoiceRow[];
  readonly notes?: readonly Note[];
  /** What makes the network again, before the line that makes the report. */
  readonly commands?: readonly string[];
}

/** 1, 2, 4 and so on, and T. */
function timesOf({ timesteps }: Network, sweep: readonly number[] | undefined): number[] {
  const powers = Array.from({ length: Math.ceil(Math.log2(timesteps)) }, (_, i) => 2 ** i);
  const asked = (sweep ?? powers).filter((time) => time <= timesteps);
  return [...new Set([...asked, timesteps])].sort((a, b) => a - b);
}

interface Classes {
  readonly labels: ArrayLike<number> | null;
  readonly original: Int32Array | null;
  readonly integers: Int32Array;
}

interface Chosen {
  readonly index: number;
  readonly why: string;
}

/** The first two, then samples that the integers alone get wrong, then others that go wrong. */
function chooseSamples(
  { labels, original, integers }: Classes,
  show: readonly number[] | undefined,
): Chosen[] {
  if (show !== undefined) return show.map((index) => ({ index, why: "it was asked for" }));
  const all = [...integers.keys()];
  const right = (index: number) => labels === null || original === null || original[index] === labels[index];
  const lost = all.filter(
    (index) => original !== null && original[index] !== integers[index] && right(index),
  );
  const wrong = all.filter((index) => labels !== null && labels[index] !== integers[index]);
  const chosen: Chosen[] = [
    ...all.slice(0, 2).map((index) => ({ index, why: index === 0 ? "the first" : "the second" })),
    ...lost.slice(0, 2).map((index) => ({ index, why: "the original's class was lost" })),
    ...wrong.slice(0, shownSamples).map((index) => ({ index, why: "its class is wrong" })),
  ];
  const seen = new Set<number>();
  return chosen.filter(({ index }) => !seen.has(index) && seen.add(index)).slice(0, shownSamples);
}

/** Populations whose membranes are recorded: small ones first, as many as fit. */
function watched(network: Network): Set<string> {
  const steps = runLength(network);
  let room = mostMembranes;
  const neurons = network.populations
    .filter(isIntegrateAndFire)
    .sort((a, b) => sizeOf(a.shape) - sizeOf(b.shape));
  return new Set(neurons.filter(({ shape }) => (room -= sizeOf(shape) * steps) >= 0).map(({ name }) => name));
}

function samplesToShow(request: ReportRequest, samples: ScaledSamples, classes: Classes): SampleToShow[] {
  const { network, graph } = request;
  const membranes = watched(network);
  const engine = createEngine(network, request.engine === undefined ? {} : { engine: request.engine });
  return chooseSamples(classes, request.show).map(({ index, why }) => {
    if (index >= samples.count)
      throw new SpikecError(
        "SPK-0002",
        `there is no sample ${index}: the file has 0 to ${samples.count - 1}`,
      );
    const values = sampleOf(samples, index);
    return {
      index,
      why,
      values,
      label: samples.labels?.[index] ?? null,
      original: graph === null ? null : evaluate(graph, values, 1).get(graph.output)!,
      originalClass: classes.original?.[index] ?? null,
      integersClass: classes.integers[index],
      run: engine.runSample(values, { membranes }),
    };
  });
}

function pointsOf(times: readonly number[], { predicted, activities }: IntegerResult, classes: Classes) {
  return times.map((timesteps, i) => ({
    timesteps,
    accuracy: classes.labels === null ? null : agreementOf(predicted[i], classes.labels),
    agreement: classes.original === null ? null : agreementOf(predicted[i], classes.original),
    synops: activities[i].synops,
  }));
}

/** Spikes of all layers, a sample. */
function spikesOf({ populations, timesteps }: Network, { layers }: IntegerResult): number {
  return layers.reduce((sum, { name, rate }) => {
    const population = populations.find((one) => one.name === name);
    return sum + (population === undefined ? 0 : rate * timesteps * sizeOf(population.shape));
  }, 0);
}

async function measured(
  context: Context,
  request: ReportRequest,
  samples: ScaledSamples,
): Promise<Partial<Surveyed>> {
  const { terminal, signal, compute } = context;
  const { network, graph, engine, threads, sweep } = request;
  const original =
    graph === null
      ? null
      : await floatPredictions(graph, samples, {
          signal,
          progress: terminal.progress("original", "samples"),
        });
  const compared = firstOf(samples, comparedSamples);
  const values = graph === null ? new Map() : await compute(() => layerValues(graph, network, compared));
  const rateErrors = createRateErrors(network, values, compared.count);
  const times = timesOf(network, sweep);
  const result = await runIntegers(network, samples, {
    signal,
    progress: terminal.progress("integers", "samples"),
    readAt: times,
    engine,
    threads,
    onRun: (run, index) => rateErrors.add(run, index),
    observed: compared.count,
  });
  if (result.note !== null) terminal.log(result.note);
  const integers = result.predicted[result.predicted.length - 1];
  const classes: Classes = { labels: samples.labels, original, integers };
  const { widths } = await compute(() => measureNetwork(network, samples));
  return {
    classes: {
      ...classes,
      accuracy: {
        samples: samples.count,
        original: original === null ? null : accuracyOf(original, samples.labels),
        points: pointsOf(times, result, classes),
        ties: result.tieFractions[result.tieFractions.length - 1],
      },
    },
    layers: {
      activity: result.layers,
      rateErrors: new Map(rateErrors.layers().map(({ name, rateError }) => [name, rateError])),
      widths,
    },
    operations: { synops: result.synops, spikes: spikesOf(network, result) },
    samples: await compute(() => samplesToShow(request, samples, classes)),
  };
}

/** What can be known with what was given. Throws SPK-0002 for a sample to show that there is not. */
export async function reportNetwork(context: Context, request: ReportRequest): Promise<Report> {
  const { samples, commands = [], network, graph, target, board, explanations, choices, notes } = request;
  const known = samples === null ? {} : await measured(context, request, samples);
  return survey({
    network,
    graph,
    spiking: request.spiking ?? null,
    target,
    version,
    fitting: request.fitting,
    board: board ?? null,
    explanations: explanations ?? [],
    choices: choices ?? [],
    notes: notes ?? [],
    ...known,
    commands: [...commands, ...linesOf(context)],
  });
}

/** The line that was typed, where one was. */
export function linesOf({ words = [] }: Context): string[] {
  return words.length === 0 ? [] : [commandLine(words)];
}

/** Throws SPK-0902. */
export async function writeReport(path: string, report: Report, { terminal }: Context): Promise<number> {
  const page = reportPage(report);
  await writeWhole(path, page);
  terminal.log(`report: ${path}`);
  return Buffer.byteLength(page);
}

/** What a board did, as the report says it. where: "the emulated ucaspian", or with a port. */
export function boardFacts(where: string, accuracy: number | null, result: BoardResult): BoardFacts {
  const { samples, comparison, differsAt, seconds } = result;
  const { spikes, mismatches, first } = comparison;
  const difference =
    first === null
      ? null
      : `sample ${differsAt}, layer ${first.layer}, step ${first.step}, neuron ${first.neuron}: ${first.expected} expected, ${first.found} found`;
  return { where, samples, accuracy, spikes, mismatches, first: difference, seconds };
}
