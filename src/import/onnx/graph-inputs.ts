/**
 * The one input and the one output of an ONNX graph. Files of IR version 3 list their initializers among the inputs;
 * those are no inputs.
 */
import { SpikecError } from "../../errors/error.ts";
import type { Shape } from "../../graph/graph.ts";
import { elementTypes } from "./element-types.ts";
import { type GraphProto, toNumber, type ValueInfoProto } from "./proto.ts";

export interface GraphInput {
  readonly name: string;
  /** Per sample. */
  readonly shape: Shape;
  /** The first axis where the file fixes it; null where it is free. */
  readonly batch: number | null;
}

/** @throws SpikecError SPK-0110 or SPK-0111 */
export function findInput(graph: GraphProto, initializers: ReadonlySet<string>, file: string): GraphInput {
  const inputs = (graph.input ?? []).filter(({ name }) => !initializers.has(name ?? ""));
  if (inputs.length !== 1) throw notOne("input", inputs, file);
  const [input] = inputs;
  const name = input.name ?? "";
  const where = `${file}, input ${name}`;
  const tensor = input.type?.tensorType;
  if (!tensor || !elementTypes.has(tensor.elemType ?? 0)) {
    throw new SpikecError("SPK-0110", "the input is no tensor of numbers", { where });
  }
  if (!tensor.shape?.dim)
    throw new SpikecError("SPK-0110", "the file does not give the input's shape", { where });
  // Exporters write a free extent as a name, as nothing, as 0 or as -1.
  const extents = tensor.shape.dim.map((dim) => (dim.dimParam ? 0 : Math.max(0, toNumber(dim.dimValue))));
  if (extents.length < 2) {
    throw new SpikecError(
      "SPK-0110",
      `the input has ${extents.length} axes: a batch and at least one more are needed`,
      {
        where,
      },
    );
  }
  const [batch, ...shape] = extents;
  const free = shape.indexOf(0);
  if (free >= 0) {
    const label = tensor.shape.dim[free + 1].dimParam || "?";
    throw new SpikecError("SPK-0110", `axis ${free + 1} of the input has no fixed extent (${label})`, {
      where,
    });
  }
  return { name, shape, batch: batch === 0 ? null : batch };
}

/** @throws SpikecError SPK-0111 */
export function findOutput(graph: GraphProto, file: string): string {
  const outputs = graph.output ?? [];
  if (outputs.length !== 1 || !outputs[0].name) throw notOne("output", outputs, file);
  return outputs[0].name;
}

function notOne(what: "input" | "output", values: readonly ValueInfoProto[], file: string): SpikecError {
  const names = values.map(({ name }) => name || "(no name)").join(", ");
  return new SpikecError(
    "SPK-0111",
    `the graph has ${values.length} ${what}s${names ? `: ${names}` : ""}; one is needed`,
    {
      where: file,
    },
  );
}
