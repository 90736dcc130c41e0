/**
 * What is right in NIR, and yet refused by nir.read(type_check=True) of the python package: its shape inference for
 * convolutions leaves groups out and takes the kernel for square (neuromorphs/NIR 7232ada, nir/ir/conv.py and utils.py).
 * Said in a note; such a file reads with type_check=False.
 */
import type { Note } from "../../graph/graph.ts";
import type { SpikingNode } from "../../graph/spiking.ts";

export function pythonRefusals(node: SpikingNode): Note[] {
  const reasons: string[] = [];
  if (node.type === "Conv1d" || node.type === "Conv2d") {
    if (node.groups > 1) reasons.push("has groups");
    const [, , height, width = height] = node.weight.shape;
    if (height !== width && node.padding !== "same") reasons.push("has a kernel that is not square");
  }
  return reasons.map((reason): Note => {
    const text = `${reason}: nir.read of the python package 1.0 takes the file with type_check=False only`;
    return { level: "warning", where: node.name, text };
  });
}
