/**
 * Samples split over worker threads, each with a memory of its own: contiguous shares, so that results come together in the
 * order of the samples and do not depend on who was faster. A worker that ends without a result is an error, not a wait.
 */
import { Worker } from "node:worker_threads";
import { SpikecError } from "../errors/error.ts";
import type { Batch, IntegerJob, IntegerPart } from "./integer-part.ts";

/** What a worker is given, and what it says. */
export interface WorkerTask {
  readonly job: IntegerJob;
  readonly batch: Batch;
}
export type WorkerMessage =
  | { readonly kind: "done"; readonly samples: number }
  | { readonly kind: "result"; readonly part: IntegerPart };

export interface ThreadOptions {
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Called with the number of samples done by all threads together. */
  readonly report: (done: number) => void;
  /** For tests: the worker's script. */
  readonly script?: URL;
}

/** Built, this file and the worker's lie side by side under the same ending. */
function workerScript(): URL {
  const ending = import.meta.url.slice(import.meta.url.lastIndexOf("."));
  return new URL(`./simulate-worker${ending}`, import.meta.url);
}

/** At most `threads` contiguous shares, as equal as can be. */
export function sharesOf({ count, values }: Batch, threads: number): Batch[] {
  const size = values.length / count;
  const shares: Batch[] = [];
  for (let thread = 0; thread < threads; thread++) {
    const start = Math.floor((count * thread) / threads);
    const end = Math.floor((count * (thread + 1)) / threads);
    // A copy: a view would send the whole buffer.
    if (end > start) shares.push({ count: end - start, values: values.slice(start * size, end * size) });
  }
  return shares;
}

function resultOf(worker: Worker, onDone: (samples: number) => void): Promise<IntegerPart> {
  return new Promise((resolve, reject) => {
    worker.on("message", (message: WorkerMessage) => {
      if (message.kind === "done") onDone(message.samples);
      else resolve(message.part);
    });
    worker.on("error", (cause) => reject(new SpikecError("SPK-0805", cause.message, { cause })));
    // After a result this changes nothing.
    worker.on("exit", (code) =>
      reject(new SpikecError("SPK-0805", `it ended with code ${code} before its result`)),
    );
  });
}

export async function runOnThreads(
  job: IntegerJob,
  batch: Batch,
  { threads, signal, report, script = workerScript() }: ThreadOptions,
): Promise<IntegerPart[]> {
  signal.throwIfAborted();
  const tasks: WorkerTask[] = sharesOf(batch, threads).map((share) => ({ job, batch: share }));
  const done = tasks.map(() => 0);
  const workers = tasks.map((task) => new Worker(script, { workerData: task }));
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  try {
    const results = workers.map((worker, index) =>
      resultOf(worker, (samples) => {
        done[index] = samples;
        report(done.reduce((sum, own) => sum + own, 0));
      }),
    );
    return await Promise.race([Promise.all(results), aborted]);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
