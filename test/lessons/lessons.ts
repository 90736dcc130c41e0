/** The lessons of models/lessons: each file read, run with its own stimulus, and drawn. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { recordSpiking } from "../../src/cli/native/record-spiking.ts";
import { readSpikingFile } from "../../src/cli/native/spiking-files.ts";
import { compileSpiking } from "../../src/graph/compile-spiking.ts";
import { recordRun, type SpikingRecord } from "../../src/graph/evaluate-spiking.ts";
import { chooseDiscretization } from "../../src/import/nir/timestep.ts";
import { simulationPictures } from "../../src/report/simulation-pictures.ts";

/** The pictures of a lesson that docs/neurons.md shows; membranes where nothing is said. */
const shown: Readonly<Record<string, readonly string[]>> = {
  "13-iaf-transfer": ["transfer.svg"],
};

const lessonsFolder = fileURLToPath(new URL("../../models/lessons/", import.meta.url));

/** "01-passive-decay" and so on. */
export function lessonNames(folder = lessonsFolder): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".snn.yaml"))
    .map((file) => file.replace(".snn.yaml", ""))
    .sort();
}

interface Lesson {
  /** Of all nodes. */
  readonly record: SpikingRecord;
  /** By the name of the file in docs/pictures. */
  readonly pictures: ReadonlyMap<string, string>;
}

export async function runLesson(name: string, folder = lessonsFolder): Promise<Lesson> {
  const { graph, stimulus } = await readSpikingFile(`${folder}${name}.snn.yaml`);
  if (stimulus === null) throw new Error(`${name} has no stimulus`);
  const { discretization } = chooseDiscretization(graph, {});
  const run = compileSpiking(graph, discretization);
  const record = recordRun(run, stimulus.values, { record: "all" });
  const all = simulationPictures(recordSpiking(run, discretization, stimulus.values, graph.name));
  const pictures = (shown[name] ?? ["membranes.svg"]).map(
    (picture) => [`${name}.svg`, all.get(picture)!] as const,
  );
  return { record, pictures: new Map(pictures) };
}
