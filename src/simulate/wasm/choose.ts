/**
 * Which kernel carries a projection, and which order of neurons that asks of the layers at its ends.
 * dense: rows of weights, gathered. gather: a convolution, output place by output place. grid: a convolution of few input
 * channels, spike by spike. sparse: single synapses, for everything else.
 */
import type { Connection, Network, Pair, Projection, Shape } from "../../network/network.ts";
import { sizeOf } from "../../network/network.ts";
import { connectionSourceShape, connectionTargetShape, shapesByName } from "../../network/shapes.ts";
import type { Choice, Choices } from "./choice.ts";
import { firingOf } from "./lanes.ts";
import { createLayout, flatGeometry, type Geometry, geometryOf, type Layout, placesOf } from "./layout.ts";
import { type Margin, noMargin } from "./spike-list.ts";

type Convolution = Connection & { readonly kind: "convolution" };

/** Input channels up to which a spike is cheaper to spread than to gather. */
const fewChannels = 4;

function isPlain(pair: Pair): boolean {
  return pair[0] === 1 && pair[1] === 1;
}

/** A kernel as large as its map, without padding: every weight leads to the one output place, as in a dense connection. */
function isWhole({ kernel, padding, groups }: Convolution, [, height, width]: Shape): boolean {
  return (
    kernel[0] === height && kernel[1] === width && groups === 1 && padding.every((extent) => extent === 0)
  );
}

function isGrid({ kernel, stride, dilation, groups, padding }: Convolution, [channels]: Shape): boolean {
  const [top, left] = padding;
  const narrowPadding = top < kernel[0] && left < kernel[1];
  return channels <= fewChannels && groups === 1 && isPlain(stride) && isPlain(dilation) && narrowPadding;
}

function sameGeometry(a: Geometry, b: Geometry): boolean {
  return a.channels === b.channels && a.height === b.height && a.width === b.width;
}

/** The window of the pool that all consumers see a map through, if its windows tile the map. */
function sharedWindow(geometry: Geometry, outgoing: readonly Projection[]): Pair {
  const [first] = outgoing;
  if (first === undefined || first.pools.length !== 1) return [1, 1];
  const [{ kernel, stride, padding }] = first.pools;
  const tiles =
    kernel[0] === stride[0] &&
    kernel[1] === stride[1] &&
    padding.every((extent) => extent === 0) &&
    geometry.height % kernel[0] === 0 &&
    geometry.width % kernel[1] === 0;
  const text = JSON.stringify(first.pools);
  return tiles && outgoing.every(({ pools }) => JSON.stringify(pools) === text) ? kernel : [1, 1];
}

/** A population is a map where convolutions or one-to-one weights lead in, or convolutions or pools out. */
function populationGeometry(
  network: Network,
  name: string,
  shape: Shape,
  shapes: ReadonlyMap<string, Shape>,
): Geometry {
  const into = network.projections.filter(({ target }) => target === name);
  const outOf = network.projections.filter(({ source }) => source === name);
  const convolution = into.find(({ connection }) => connection.kind === "convolution");
  const reached =
    shape.length === 3 || convolution === undefined
      ? shape
      : connectionTargetShape(
          connectionSourceShape(shapes.get(convolution.source)!, convolution),
          convolution.connection,
        );
  const spatial =
    into.some(({ connection }) => connection.kind !== "dense" && connection.kind !== "sparse") ||
    outOf.some(({ connection, pools }) => connection.kind === "convolution" || pools.length > 0);
  return spatial ? geometryOf(reached) : flatGeometry(sizeOf(shape));
}

/** Currents, counts and changes; a spike is a spike elsewhere. */
function gradedSources({ inputs, populations }: Network, counts: boolean): Set<string> {
  const graded = inputs.filter(({ encoder: { kind } }) =>
    kind === "spikes" ? counts : kind === "analog" || kind === "current",
  );
  const several = populations.filter(
    (population) => population.kind !== "integrateAndFire" || firingOf(population.law) === "several",
  );
  return new Set([...graded, ...several].map(({ name }) => name));
}

/** counts: samples of spikes may hold counts. */
export function chooseLayouts(network: Network, counts: boolean): Choices {
  const shapes = shapesByName(network);
  const layouts = new Map<string, Layout>();
  const taps = new Map<string, Layout>();
  const outgoing = (name: string) => network.projections.filter(({ source }) => source === name);
  const graded = gradedSources(network, counts);
  for (const population of network.populations) {
    const { name, shape } = population;
    const isPool = population.kind === "maxCount";
    const geometry = isPool ? geometryOf(shape) : populationGeometry(network, name, shape, shapes);
    layouts.set(name, createLayout(geometry, sharedWindow(geometry, outgoing(name))));
    if (isPool) taps.set(name, createLayout(geometryOf(population.taps), [1, 1]));
  }
  // Inputs come in any order that their consumers like best.
  for (const { name, shape } of network.inputs) {
    const spatial = outgoing(name).some(({ connection, pools }) => {
      if (pools.length > 0) return true;
      return connection.kind === "convolution" && (graded.has(name) || !isGrid(connection, shape));
    });
    const geometry = spatial ? geometryOf(shape) : flatGeometry(sizeOf(shape));
    layouts.set(name, createLayout(geometry, sharedWindow(geometry, outgoing(name))));
  }
  const choices = new Map<string, Choice>();
  for (const projection of network.projections) {
    const sourceShape = shapes.get(projection.source)!;
    const into = taps.get(projection.target) ?? layouts.get(projection.target)!;
    const from = layouts.get(projection.source)!;
    const isGraded = graded.has(projection.source);
    choices.set(projection.name, chooseKernel(projection, { sourceShape, from, into, isGraded }));
  }
  return { layouts, taps, graded, choices, margins: marginsOf(network, choices) };
}

interface Ends {
  readonly sourceShape: Shape;
  readonly from: Layout;
  readonly into: Layout;
  readonly isGraded: boolean;
}

function chooseKernel(projection: Projection, { sourceShape, from, into: layout, isGraded }: Ends): Choice {
  const { connection, pools } = projection;
  const seenShape = connectionSourceShape(sourceShape, projection);
  const targetShape = connectionTargetShape(seenShape, connection);
  const pooled = pools.length > 0 && !isPlain(from.window);
  const flat = placesOf(layout) === 1;
  const kernel = (): Choice["kernel"] => {
    if (pools.length > 0 && !pooled) return "sparse";
    if (connection.kind === "dense") return flat ? "dense" : "sparse";
    if (connection.kind === "oneToOne" || connection.kind === "sparse") return "sparse";
    if (flat && isWhole(connection, seenShape)) return "dense";
    if (flat || connection.groups > 1 || !sameGeometry(layout, geometryOf(targetShape))) return "sparse";
    return isGrid(connection, seenShape) && !isGraded ? "grid" : "gather";
  };
  const seen = { sources: sizeOf(seenShape), channels: seenShape[0] };
  return { kernel: kernel(), seen, pooled, sourceShape, targetShape };
}

/** Padding that the convolutions out of each layer look at. */
function marginsOf(network: Network, choices: ReadonlyMap<string, Choice>): Map<string, Margin> {
  const margins = new Map<string, Margin>();
  for (const { name, source, connection } of network.projections) {
    if (choices.get(name)!.kernel !== "gather" || connection.kind !== "convolution") continue;
    const before = margins.get(source) ?? noMargin;
    const [top, left, bottom, right] = connection.padding;
    margins.set(source, {
      top: Math.max(top, before.top),
      left: Math.max(left, before.left),
      bottom: Math.max(bottom, before.bottom),
      right: Math.max(right, before.right),
    });
  }
  return margins;
}
