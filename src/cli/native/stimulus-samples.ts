/** The stimulus of a .snn.yaml as a file of one sample: where a command takes samples, it takes such a file, too. */
import { basename } from "node:path";
import { writeNpy } from "../../data/npy.ts";
import { SpikecError } from "../../errors/error.ts";
import { readSpikingFile } from "./spiking-files.ts";

/** As the bytes of a .npy, [1, steps, ...shape]. Throws SPK-0203 where there is none, or one for several Inputs. */
export async function stimulusBytes(path: string): Promise<Uint8Array> {
  const { graph, stimulus } = await readSpikingFile(path);
  const inputs = graph.nodes.filter(({ type }) => type === "Input");
  if (stimulus === null || inputs.length !== 1) {
    const what =
      stimulus === null ? "the file brings no stimulus" : `its stimulus is for ${inputs.length} inputs`;
    throw new SpikecError("SPK-0203", what, {
      where: basename(path),
      advice: "Give a file of samples, or a .snn.yaml with a stimulus for one input.",
    });
  }
  const [{ name, shape }] = inputs;
  return writeNpy({ shape: [1, stimulus.steps, ...shape], data: stimulus.values.get(name)! });
}
