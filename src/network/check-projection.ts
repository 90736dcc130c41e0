/**
 * The check of one projection: its ends exist, its pools and its weights lead from the source's shape to the target's.
 */
import { broken, checkInteger } from "./check-number.ts";
import { checkLength } from "./check-parts.ts";
import { checkPair, checkWindow } from "./check-window.ts";
import type { Connection, Population, Projection, Shape, SumPool } from "./network.ts";
import { shapeOfCurrents, sizeOf } from "./network.ts";
import { connectionTargetShape, pooledShape } from "./shapes.ts";

/**
 * Throws SPK-0704 for a projection whose ends or shapes do not agree.
 * shapes: of inputs and populations by name. populations: those that may be targets.
 */
export function checkProjection(
  projection: Projection,
  shapes: ReadonlyMap<string, Shape>,
  populations: ReadonlyMap<string, Population>,
): void {
  const where = `projection '${projection.name}'`;
  const source = shapes.get(projection.source);
  if (source === undefined) throw broken(`its source '${projection.source}' does not exist`, where);
  const target = populations.get(projection.target);
  if (target === undefined) {
    const why = shapes.has(projection.target) ? "is an input" : "does not exist";
    throw broken(`its target '${projection.target}' ${why}`, where);
  }
  checkInteger("its delay", projection.delay, 0, 2 ** 31 - 1, where);
  checkInteger("its modelDelay", projection.modelDelay ?? 0, 0, projection.delay, where);
  const pooled = projection.pools.reduce((shape, pool) => checkPool(shape, pool, where), source);
  checkConnection(projection.connection, pooled, shapeOfCurrents(target), where);
}

/** Returns the shape after the pool. */
function checkPool(shape: Shape, pool: SumPool, where: string): Shape {
  if (shape.length !== 3) throw broken(`a pool needs [channels, height, width], and finds [${shape}]`, where);
  checkWindow("its pool", pool, where);
  const result = pooledShape(shape, pool);
  if (result.some((extent) => extent < 1))
    throw broken(`its pool's window does not fit in [${shape}]`, where);
  return result;
}

function checkConnection(connection: Connection, source: Shape, target: Shape, where: string): void {
  if (connection.kind === "convolution") checkConvolution(connection, source, where);
  if (connection.kind === "oneToOne") checkLength("its weights", connection.weights, target, where);
  if (connection.kind === "sparse") checkSparse(connection, source, where);
  const reached = connectionTargetShape(source, connection);
  // A flat target takes any shape of the right size, and dense and sparse connections fill any shape.
  const flat = target.length === 1 || reached.length === 1;
  const agrees = flat
    ? sizeOf(reached) === sizeOf(target)
    : reached.every((extent, axis) => extent === target[axis]);
  if (agrees) return;
  const { kind, weights } = connection;
  const what = `its ${kind} connection of ${weights.length} weights leads from [${source}] to [${reached}]`;
  throw broken(`${what}, and its target is [${target}]`, where);
}

/** What keeps every reader inside its arrays: offsets ascend to the number of synapses, and each ends in a neuron. */
function checkSparse(connection: Connection & { kind: "sparse" }, source: Shape, where: string): void {
  const { offsets, targets, weights, targetSize } = connection;
  const sources = sizeOf(source);
  checkInteger("its sparse connection's number of target neurons", targetSize, 1, 2 ** 31 - 1, where);
  if (offsets.length !== sources + 1) {
    const what = `its sparse connection has ${offsets.length} offsets`;
    throw broken(`${what}; ${sources} source neurons take ${sources + 1}`, where);
  }
  if (weights.length !== targets.length)
    throw broken(`its sparse connection has ${targets.length} targets and ${weights.length} weights`, where);
  const descent = offsets.findIndex((offset, neuron) => offset < (neuron === 0 ? 0 : offsets[neuron - 1]));
  if (descent >= 0 || offsets[0] !== 0 || offsets[sources] !== targets.length) {
    const found = descent >= 0 ? `descend at ${descent}` : `go from ${offsets[0]} to ${offsets[sources]}`;
    throw broken(
      `its sparse connection's offsets ${found}; they must ascend from 0 to ${targets.length} synapses`,
      where,
    );
  }
  const stray = targets.findIndex((target) => target < 0 || target >= targetSize);
  if (stray < 0) return;
  throw broken(
    `synapse ${stray} of its sparse connection ends in neuron ${targets[stray]} of ${targetSize}`,
    where,
  );
}

function checkConvolution(
  connection: Connection & { kind: "convolution" },
  source: Shape,
  where: string,
): void {
  if (source.length !== 3)
    throw broken(`a convolution needs [channels, height, width], not [${source}]`, where);
  checkWindow("its convolution", connection, where);
  const { groups, dilation, kernel, weights } = connection;
  checkPair("its convolution's dilation", dilation, 1, where);
  checkInteger("its convolution's number of groups", groups, 1, 2 ** 31 - 1, where);
  const perOutput = (source[0] / groups) * kernel[0] * kernel[1];
  const outputs = weights.length / perOutput;
  if (!Number.isInteger(perOutput) || !Number.isInteger(outputs) || outputs < 1 || outputs % groups !== 0) {
    const what = `${weights.length} weights of kernel [${kernel}] in ${groups} groups do not fit ${source[0]} channels`;
    throw broken(what, where);
  }
}
