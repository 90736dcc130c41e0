/**
 * The initializers of a graph, read when a node asks for them: an unused one costs nothing.
 */
import { SpikecError } from "../../errors/error.ts";
import type { GraphProto, TensorProto } from "./proto.ts";
import type { Constant } from "./tensors.ts";

export interface Initializers {
  readonly names: ReadonlySet<string>;
  /** null where no initializer has that name. */
  readonly get: (name: string) => Constant | null;
}

/** @throws SpikecError SPK-0105 where two initializers share a name, SPK-0106 for sparse ones */
export function openInitializers(
  graph: GraphProto,
  file: string,
  read: (tensor: TensorProto, name: string) => Constant,
): Initializers {
  if ((graph.sparseInitializer ?? []).length > 0) {
    throw new SpikecError("SPK-0106", "the model has sparse initializers, which are not supported", {
      where: file,
      advice: "Export the weights as dense tensors.",
    });
  }
  const tensors = new Map<string, TensorProto>();
  for (const tensor of graph.initializer ?? []) {
    const name = tensor.name ?? "";
    if (tensors.has(name))
      throw new SpikecError("SPK-0105", `two initializers are named ${name}`, { where: file });
    tensors.set(name, tensor);
  }
  const constants = new Map<string, Constant>();
  const get = (name: string): Constant | null => {
    const tensor = tensors.get(name);
    if (!tensor) return null;
    const constant = constants.get(name) ?? read(tensor, name);
    constants.set(name, constant);
    return constant;
  };
  return { names: new Set(tensors.keys()), get };
}
