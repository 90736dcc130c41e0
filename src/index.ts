/**
 * The library in Node: everything that browsers have, and files, serial ports and virtual boards besides. `import ... from
 * "spikec"`. See docs/library.md.
 */

export { openPty } from "./board/pty.ts";
export { listenTcp } from "./board/tcp.ts";

import type { Graph } from "./graph/graph.ts";

export * from "./browser.ts";
export { listPorts } from "./link/node/list-ports.ts";
export { openLink } from "./link/node/open.ts";

/**
 * Reads an ONNX model from disk, with the weights that lie beside it. Paths in the file may not lead out of its folder.
 *
 * @throws SpikecError SPK-01xx, as `importOnnx` does, and SPK-0108 and SPK-0109 for files beside it
 */
export async function readOnnxModel(path: string): Promise<Graph> {
  return (await import("./import/onnx/read-model.ts")).readOnnxModel(path);
}
