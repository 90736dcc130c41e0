/** inspect: what is in a file, and what would be converted, folded or refused, and why. */

import { basename } from "node:path";
import type { Command } from "commander";
import { SpikecError } from "../../errors/error.ts";
import { type Graph, sizeOf } from "../../graph/graph.ts";
import type { TimestepChoice } from "../../import/nir/timestep.ts";
import type { OnnxInspection } from "../../import/onnx/inspect-onnx.ts";
import { inspectOnnxModel } from "../../import/onnx/read-model.ts";
import { fold } from "../../lower/fold.ts";
import { sideBySide } from "../../lower/projection-names.ts";
import { rewrite } from "../../lower/rewrite.ts";
import { latencies } from "../../network/latency.ts";
import { isIntegrateAndFire, type Law, type Network } from "../../network/network.ts";
import { formatTable } from "../../report/table.ts";
import { staticCounts } from "../../simulate/metrics/neurobench.ts";
import { action, type Context, examples } from "../command.ts";
import { targetOf } from "../conversion/reconvert.ts";
import { isNetworkFile, readGraph, readNetwork, refuseFolder } from "../files.ts";
import { inspectSpiking } from "../native/inspect-spiking.ts";
import { isSpikingFile } from "../native/spiking-files.ts";
import { withTimestepOptions } from "../options.ts";
import { reportModel } from "../reports/report-model.ts";
import { reportNetwork, writeReport } from "../reports/report-network.ts";
import type { CommonOptions, Terminal } from "../terminal.ts";
import { percentText, proseText } from "../text.ts";

const shapeText = (shape: readonly number[]) => shape.join("x");

function parametersOf(graph: Graph): number {
  return graph.nodes.reduce((sum, node) => {
    const weights = "weight" in node ? node.weight.data.length : 0;
    return sum + weights + ("bias" in node ? (node.bias?.length ?? 0) : 0);
  }, 0);
}

/** The populations that a Graph would become, or the reason why it would not. */
function loweringOf(graph: Graph): {
  populations: { name: string; kind: string; neurons: number }[];
  refusal: string | null;
} {
  try {
    const { activations } = fold(rewrite(graph));
    const populations = activations.map(({ name, kind, shape }) => ({ name, kind, neurons: sizeOf(shape) }));
    return { populations, refusal: null };
  } catch (error) {
    if (!(error instanceof SpikecError)) throw error;
    return { populations: [], refusal: error.message };
  }
}

function graphSection(graph: Graph) {
  const { populations, refusal } = loweringOf(graph);
  return {
    parameters: parametersOf(graph),
    head: graph.head,
    nodes: graph.nodes.map(({ name, type, shape, origin }) => ({
      name,
      type,
      shape,
      operator: origin.operator,
    })),
    populations,
    refusal,
  };
}

function modelText(inspection: OnnxInspection, section: ReturnType<typeof graphSection> | null): string {
  const { refused, notes } = inspection;
  const lines: string[] = [];
  if (section !== null) {
    const rows = section.nodes.map(({ name, operator, type, shape }) => [
      name,
      operator,
      type,
      shapeText(shape),
    ]);
    lines.push(
      formatTable(["node", "operator", "becomes", "shape"], rows),
      "",
      `${section.parameters} parameters`,
    );
    if (section.head !== null) lines.push(`head ${section.head} taken off: logits are compared`);
    const kinds = section.populations.map(({ name, kind, neurons }) => [name, kind, String(neurons)]);
    if (kinds.length > 0) lines.push("", formatTable(["population", "from", "neurons"], kinds));
    if (section.refusal !== null) lines.push("", proseText(`refused: ${section.refusal}`));
  }
  for (const { node, operator, why, advice } of refused)
    lines.push(proseText(`refused: ${node} (${operator}): ${why}.`), proseText(`  what to do: ${advice}.`));
  for (const { where, text } of notes) lines.push(proseText(`note: ${where}: ${text}`));
  return lines.join("\n");
}

/** --strict: the codes are those of a conversion. */
function refuse(file: string, refused: OnnxInspection["refused"], refusal: string | null): void {
  if (refused.length > 0) {
    const nodes = refused.map(({ node, operator }) => `${node} (${operator})`).join(", ");
    throw new SpikecError("SPK-0104", `cannot be converted: ${nodes}`, { where: file });
  }
  if (refusal !== null) throw new SpikecError("SPK-0301", refusal, { where: file });
}

async function inspectModel(file: string, strict: boolean, terminal: Terminal): Promise<void> {
  if (!file.toLowerCase().endsWith(".onnx")) await readGraph(file); // Says what kinds of files there are.
  const inspection = await inspectOnnxModel(file);
  const { graph, supported, refused, notes } = inspection;
  const section = graph === null ? null : graphSection(graph);
  terminal.result(
    { file: basename(file), kind: "model", supported, refused, notes, ...section },
    modelText(inspection, section),
  );
  if (strict) refuse(file, refused, section?.refusal ?? null);
}

/** What a table says of a population's law. */
function firingOf({ compare, reset, threshold }: Law) {
  return { compare, reset: reset.kind, threshold: [Math.min(...threshold), Math.max(...threshold)] };
}

const notFiring = { compare: "never", reset: "none", threshold: [0, 0] };

function inspectNetwork(file: string, network: Network, terminal: Terminal): void {
  const latency = latencies(network);
  const populations = network.populations.map((population) => ({
    name: population.name,
    shape: population.shape,
    kind: population.kind,
    neurons: sizeOf(population.shape),
    latency: latency.get(population.name)!,
    ...(isIntegrateAndFire(population) ? firingOf(population.law) : notFiring),
  }));
  const projections = network.projections.map(({ name, delay, pools, connection }) => ({
    name,
    delay,
    kind: connection.kind,
    pools: pools.length,
    weights: connection.weights.length,
  }));
  const { name, timesteps, inputs, readout, provenance, notes } = network;
  const neurobench = staticCounts(network);
  const rows = populations.map((p) => [
    p.name,
    shapeText(p.shape),
    String(p.latency),
    p.compare,
    p.reset,
    p.threshold.join(".."),
  ]);
  const links = sideBySide(network.projections).map(({ projection, synapses }) => [
    projection.name,
    `${projection.connection.kind}${synapses === 1 ? "" : ` x ${synapses}`}`,
    String(projection.connection.weights.length),
    String(projection.delay),
  ]);
  const text = [
    `${name}: T = ${timesteps}, read by ${readout.read} of ${readout.population}`,
    `input: ${inputs.map((input) => `${input.name} ${shapeText(input.shape)} ${input.encoder.kind}`).join(", ")}`,
    "",
    formatTable(["population", "shape", "latency", "compare", "reset", "threshold"], rows),
    "",
    formatTable(["projection", "kind", "weights", "delay"], links),
    "",
    `NeuroBench: Footprint ${neurobench.Footprint} bytes, ConnectionSparsity ${percentText(neurobench.ConnectionSparsity)}`,
    proseText(`spikec ${provenance.version}, ${provenance.options.map((pair) => pair.join("=")).join(" ")}`),
    ...notes.map((note) => proseText(`note: ${note.where}: ${note.text}`)),
  ].join("\n");
  terminal.result(
    {
      file: basename(file),
      kind: "network",
      name,
      timesteps,
      inputs,
      populations,
      projections,
      readout,
      neurobench,
      provenance,
      notes,
    },
    text,
  );
}

async function drawFile(
  context: Context,
  file: string,
  output: string,
  { dt, preset }: TimestepChoice,
): Promise<void> {
  await refuseFolder(output);
  if (!isNetworkFile(file)) return reportModel(context, file, output, null, { dt, preset });
  const network = await readNetwork(file);
  const request = { network, graph: null, target: await targetOf(network), samples: null };
  await writeReport(output, await reportNetwork(context, request), context);
}

interface InspectOptions extends CommonOptions, TimestepChoice {
  readonly strict?: boolean;
  readonly html?: string;
}

export function inspectCommand(command: Command): Command {
  return withTimestepOptions(command)
    .argument("<file>", "model (.onnx), native spiking network (.nir, .snn.yaml) or network (.spk)")
    .option("--strict", "exit 3 when anything would be refused")
    .option("--html <file>", "draw it as a page")
    .addHelpText(
      "after",
      examples(
        "spikec inspect models/digits_mlp.onnx --strict",
        "spikec inspect models/digits_mlp.onnx --html out/model.html",
        "spikec inspect digits.spk",
      ),
    )
    .action(
      action<[string], InspectOptions>(async (context, options, file) => {
        const { terminal } = context;
        if (options.html !== undefined) await drawFile(context, file, options.html, options);
        if (isNetworkFile(file)) inspectNetwork(file, await readNetwork(file), terminal);
        else if (isSpikingFile(file)) await inspectSpiking(file, options, terminal);
        else await inspectModel(file, options.strict ?? false, terminal);
      }),
    );
}
