/**
 * `npm run bench:threads`: the same samples on one worker thread and on two, in turns. On the clock, which other work on the
 * machine lengthens, and in CPU time of the whole process, which says what sharing costs: threads that wait for nobody and
 * spend no more than one alone are as much faster as there are idle cores. --golden DIR, --rounds N, --samples N, --json.
 */
import { parseArgs } from "node:util";
import type { Batch, IntegerJob } from "../../src/cli/integer-part.ts";
import { runOnThreads } from "../../src/cli/threads.ts";
import { findGolden, goldenFiles } from "../conformance/golden.ts";
import { networkOf, readWorkload } from "../conformance/runners/engine.ts";

const imageSize = 28 * 28;

interface Times {
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
}

/** The golden LeNet, its images over and over. */
function readJob(folder: string | undefined, count: number): { job: IntegerJob; batch: Batch } {
  const files = goldenFiles(findGolden(folder), ["engine/"]);
  if ("missing" in files) throw new Error(`${files.missing} is missing`);
  const { workload, weights, images } = readWorkload(files, "w2");
  const network = networkOf(workload, weights, "w2");
  const values = Float32Array.from({ length: count * imageSize }, (_, i) => images[i % images.length]);
  return { job: { network, readAt: [network.timesteps], engine: undefined }, batch: { count, values } };
}

async function timesOf(job: IntegerJob, batch: Batch, threads: number): Promise<Times> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await runOnThreads(job, batch, { threads, signal: new AbortController().signal, report: () => {} });
  const { user, system } = process.cpuUsage(cpu);
  return { wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      golden: { type: "string" },
      rounds: { type: "string", default: "5" },
      samples: { type: "string", default: "2000" },
      json: { type: "boolean", default: false },
    },
  });
  const { job, batch } = readJob(values.golden, Number(values.samples));
  const rounds: { one: Times; two: Times }[] = [];
  for (let round = 0; round < Number(values.rounds); round++)
    rounds.push({ one: await timesOf(job, batch, 1), two: await timesOf(job, batch, 2) });
  const result = {
    samples: batch.count,
    one: { wall: median(rounds.map(({ one }) => one.wall)), cpu: median(rounds.map(({ one }) => one.cpu)) },
    two: { wall: median(rounds.map(({ two }) => two.wall)), cpu: median(rounds.map(({ two }) => two.cpu)) },
    faster: median(rounds.map(({ one, two }) => one.wall / two.wall)),
    fasterWithIdleCores: median(rounds.map(({ one, two }) => (2 * one.cpu) / two.cpu)),
  };
  if (values.json) {
    console.log(JSON.stringify(result));
    return;
  }
  const text = ({ wall, cpu }: Times) => `${wall.toFixed(2)} s on the clock, ${cpu.toFixed(2)} s of CPU`;
  console.log(`W2, ${result.samples} samples, medians of ${rounds.length} rounds`);
  console.log(`one thread:  ${text(result.one)}`);
  console.log(`two threads: ${text(result.two)}`);
  console.log(
    `faster: ${result.faster.toFixed(2)}x on the clock; 2 x CPU of one / CPU of two: ${result.fasterWithIdleCores.toFixed(2)}x`,
  );
}

await main();
