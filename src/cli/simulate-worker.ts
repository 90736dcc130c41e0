/** A worker thread of `runOnThreads`: runs its share of the samples, says how far it is, and hands back what it counted. */
import { parentPort, workerData } from "node:worker_threads";
import { runPart } from "./integer-part.ts";
import type { WorkerMessage, WorkerTask } from "./threads.ts";

/** Milliseconds between two words about progress. */
const reportInterval = 50;

const { job, batch } = workerData as WorkerTask;
const say = (message: WorkerMessage) => parentPort?.postMessage(message);
let last = performance.now();
const part = await runPart(job, batch, {
  observed: 0,
  async after(_run, index) {
    if (performance.now() - last < reportInterval) return;
    last = performance.now();
    say({ kind: "done", samples: index + 1 });
  },
});
say({ kind: "result", part });
