/**
 * Which nodes the output needs, inputs before users. ONNX wants files sorted; not every exporter does it, so they are
 * sorted here. What the output does not need is left out, and a cycle is found on the way.
 */
import { SpikecError } from "../../errors/error.ts";
import type { OnnxNode } from "./node.ts";

/**
 * @param known values that no node makes: the input and the initializers
 * @throws SpikecError SPK-0105 for a value made twice or by nobody, and for a cycle
 */
export function liveNodes(
  nodes: readonly OnnxNode[],
  output: string,
  known: ReadonlySet<string>,
  file: string,
): OnnxNode[] {
  const makers = makersOf(nodes, known, file);
  const done = new Set<OnnxNode>();
  const open = new Set<OnnxNode>();
  const order: OnnxNode[] = [];
  // Depth first with a stack of its own: a hostile file may be a chain as deep as it is long.
  const stack: { node: OnnxNode; next: number }[] = [];
  const visit = (value: string, user: OnnxNode | null) => {
    if (value === "" || known.has(value)) return;
    const node = makers.get(value);
    if (!node)
      throw malformed(`${user ? `input ${value}` : `the output ${value}`} is made by no node`, file, user);
    if (open.has(node)) throw malformed(`it depends on its own output: the graph has a cycle`, file, node);
    if (done.has(node)) return;
    open.add(node);
    stack.push({ node, next: 0 });
  };

  visit(output, null);
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    if (top.next < top.node.inputs.length) {
      visit(top.node.inputs[top.next++], top.node);
    } else {
      stack.pop();
      open.delete(top.node);
      done.add(top.node);
      order.push(top.node);
    }
  }
  return order;
}

function makersOf(
  nodes: readonly OnnxNode[],
  known: ReadonlySet<string>,
  file: string,
): Map<string, OnnxNode> {
  const makers = new Map<string, OnnxNode>();
  for (const node of nodes) {
    for (const value of node.outputs) {
      if (value === "") continue;
      if (makers.has(value) || known.has(value))
        throw malformed(`its output ${value} exists already`, file, node);
      makers.set(value, node);
    }
  }
  return makers;
}

function malformed(what: string, file: string, node: OnnxNode | null): SpikecError {
  return new SpikecError("SPK-0105", what, {
    where: node ? `${file}, node ${node.name} (${node.operator})` : file,
  });
}

/** How often each value is used: by nodes, and once more as the output. */
export function countUses(nodes: readonly OnnxNode[], output: string): Map<string, number> {
  const uses = new Map<string, number>([[output, 1]]);
  for (const node of nodes) {
    for (const value of node.inputs) uses.set(value, (uses.get(value) ?? 0) + 1);
  }
  return uses;
}
