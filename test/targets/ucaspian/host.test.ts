import { afterEach, describe, expect, it } from "vitest";
import { type FaceOptions, serveFace } from "../../../src/board/face.ts";
import type { Fault } from "../../../src/board/faults.ts";
import { openPty } from "../../../src/board/pty.ts";
import { listenTcp } from "../../../src/board/tcp.ts";
import type { Link } from "../../../src/link/link.ts";
import { memoryLinks } from "../../../src/link/memory.ts";
import { openLink } from "../../../src/link/node/open.ts";
import type { VirtualBoard } from "../../../src/link/virtual-board.ts";
import type { Image, WireOptions } from "../../../src/target/target.ts";
import { createBoard } from "../../../targets/ucaspian/device.ts";
import { ucaspian } from "../../../targets/ucaspian/index.ts";
import { expectedSpikes } from "./expected-spikes.ts";
import {
  dense,
  errorOf,
  network,
  population,
  projection,
  spikeInput,
  stepsOfEvents,
  train,
} from "./small-networks.ts";

const wire = ucaspian.wire!;
const hasTerminals = process.platform === "linux" || process.platform === "darwin";

/** 40 inputs that all fire at every step, 100 neurons, 4000 synapses: near the chip's limits. */
const large = network({
  inputs: [spikeInput("in", 40)],
  populations: [population("out", [100], [255])],
  projections: [
    projection(
      "in",
      "out",
      1,
      dense(Array.from({ length: 100 }, (_, i) => new Array(40).fill((i % 13) - 3))),
    ),
  ],
});
const inputs = { in: Array.from({ length: 40 }, () => Array.from({ length: 40 }, (_, neuron) => neuron)) };
const placement = ucaspian.place(large, { observe: "all" });
const image = await ucaspian.emit(placement);
const programBytes =
  1 + 256 * 7 + large.projections[0].connection.weights.filter((weight) => weight !== 0).length * 5;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A host's link to a virtual board, by each kind of wire. */
const wires: Record<string, (board: VirtualBoard, options: FaceOptions) => Promise<Link>> = {
  memory: async (board, options) => {
    const [near, far] = memoryLinks();
    void serveFace(board, far, options);
    return near;
  },
  TCP: async (board, options) => {
    const face = await listenTcp(board, 0, options);
    closing.push(() => face.close());
    return openLink(`socket://127.0.0.1:${face.port}`, { baudRate: wire.baudRate });
  },
};
if (hasTerminals) {
  wires["a pseudo-terminal through serialport"] = async (board, options) => {
    const face = await openPty(board, options);
    closing.push(() => face.close());
    return openLink(face.path, { baudRate: wire.baudRate });
  };
}

async function connect(kind: string, faults: readonly Fault[] = [], board = createBoard()): Promise<Link> {
  const link = await wires[kind](board, { faults });
  closing.push(() => link.close());
  return link;
}

async function run(link: Link, options: WireOptions = {}) {
  const device = await wire.device(link, image, options);
  try {
    await device.reset();
    const stimulus = ucaspian.stimulus(placement, train(inputs));
    return ucaspian.readings(placement, await device.run(stimulus, stimulus.steps));
  } finally {
    await device.close();
  }
}

/** How long `action` took to fail, in milliseconds, and with what. */
async function failure(action: () => Promise<unknown>) {
  const start = performance.now();
  const error = await errorOf(action);
  return { error, milliseconds: performance.now() - start };
}

describe.each(Object.keys(wires))("the host of the board, over %s", (kind) => {
  it("flashes with one acknowledgement a command, and runs as a plain computation says", async () => {
    const link = await connect(kind);
    const progress: number[] = [];
    const result = await wire.flash(link, image, { onProgress: ({ bytesSent }) => progress.push(bytesSent) });
    expect(result).toEqual({
      bytes: programBytes,
      verified: "acknowledged",
      acknowledgements: 1 + 256 + (programBytes - 1793) / 5,
    });
    expect(progress[0]).toBe(0);
    expect(progress.at(-1)).toBe(programBytes);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    const { events } = await run(link);
    const found = new Map([...events].map(([name, entry]) => [name, stepsOfEvents(entry)]));
    const expected = expectedSpikes(large, inputs);
    expect(expected.get("out")!.flat().length).toBeGreaterThan(100);
    expect(found).toEqual(expected);
  });

  it("reports a board that disappears in the middle of a flash within a second, and rests", async () => {
    const link = await connect(kind, [{ kind: "disconnect", byte: 1000 }]);
    const { error, milliseconds } = await failure(() => wire.flash(link, image));
    expect(error).toMatchObject({ code: "SPK-0507", exitCode: 6 });
    expect(milliseconds).toBeLessThan(1000);
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(100);
  });

  it("reports a board that disappears in the middle of a run within a second", async () => {
    const board = createBoard();
    await wire.flash(await connect("memory", [], board), image);
    const link = await connect(kind, [{ kind: "disconnect", byte: 120 }], board);
    const { error, milliseconds } = await failure(() => run(link));
    expect(error).toMatchObject({ code: "SPK-0507", exitCode: 6 });
    expect(milliseconds).toBeLessThan(1000);
  });

  it("reports a silent board after the time-out", async () => {
    const link = await connect(kind, [{ kind: "silent", byte: 0 }]);
    for (const action of [wire.flash, wire.device]) {
      const { error, milliseconds } = await failure(() => action(link, image, { replyTimeout: 150 }));
      expect(error).toMatchObject({ code: "SPK-0506", exitCode: 6 });
      expect(milliseconds).toBeLessThan(1000);
    }
  });

  it("stops a flash when it is interrupted, and the next flash succeeds", async () => {
    const link = await connect(kind);
    const abort = new AbortController();
    const onProgress = ({ bytesSent }: { bytesSent: number }) => bytesSent > 2000 && abort.abort();
    const interrupted = await errorOf(() => wire.flash(link, image, { signal: abort.signal, onProgress }));
    expect(interrupted).toMatchObject({ code: "SPK-0003", exitCode: 130 });
    expect(await wire.flash(link, image)).toMatchObject({ bytes: programBytes });
    expect((await run(link)).steps).toBe(40);
  });
});

describe("the host and a board that misbehaves", () => {
  it("times out when the board falls silent in the middle", async () => {
    const link = await connect("memory", [{ kind: "silent", byte: 500 }]);
    expect(await errorOf(() => wire.flash(link, image, { replyTimeout: 100 }))).toMatchObject({
      code: "SPK-0506",
    });
  });

  it("reports a corrupted acknowledgement", async () => {
    const link = await connect("memory", [{ kind: "flip", byte: 700 }]);
    const error = await errorOf(() => wire.flash(link, image));
    expect(error).toMatchObject({ code: "SPK-0508", exitCode: 7 });
    expect(error.message).toContain("0x19");
  });

  it("reports a lost acknowledgement instead of calling the flash complete", async () => {
    const link = await connect("memory", [{ kind: "drop", byte: 700 }]);
    expect(await errorOf(() => wire.flash(link, image, { replyTimeout: 100 }))).toMatchObject({
      code: "SPK-0506",
    });
  });

  it("reports a time that is not the one due", async () => {
    const board = createBoard();
    await wire.flash(await connect("memory", [], board), image);
    // 4 bytes to synchronise, 1 for the reset, then the time of step 1: its last byte is the 5th.
    const link = await connect("memory", [{ kind: "flip", byte: 9 }], board);
    const error = await errorOf(() => run(link));
    expect(error).toMatchObject({ code: "SPK-0508", exitCode: 7 });
    expect(error.message).toContain("time 1 was due");
  });

  it("calls a device that echoes another device", async () => {
    const link = await connect("memory", [], { receive: (bytes) => bytes.slice() });
    expect(await errorOf(() => wire.flash(link, image, { replyTimeout: 100 }))).toMatchObject({
      code: "SPK-0508",
    });
  });

  it("calls a device that talks without end another device", async () => {
    const [near, far] = memoryLinks();
    const writer = far.writable.getWriter();
    let talking = true;
    const talk = (async () => {
      while (talking) {
        await writer.write(new Uint8Array(64).fill(0x55)).catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    expect(await errorOf(() => wire.flash(near, image, { replyTimeout: 100 }))).toMatchObject({
      code: "SPK-0508",
    });
    talking = false;
    await near.close();
    await talk;
  });

  it("finds its place when the host before it stopped in the middle of a command or a run", async () => {
    for (const leftover of [
      [0x08, 1, 2],
      [0x10, 0],
      [0x01],
      [0x85],
      [0x02],
      [0x01, 0xff],
      [0x80, 1, 0x01, 9],
    ]) {
      const board = createBoard();
      const [near, far] = memoryLinks();
      void serveFace(board, far, {});
      const writer = near.writable.getWriter();
      await writer.write(Uint8Array.from(leftover));
      writer.releaseLock();
      expect(await wire.flash(near, image)).toMatchObject({ bytes: programBytes });
      const { events } = await run(near);
      expect(stepsOfEvents(events.get("out")!)).toEqual(expectedSpikes(large, inputs).get("out"));
      await near.close();
    }
  });

  it("never has more bytes on the way than half the board's FIFO, in a flash as in a run", async () => {
    const board = createBoard();
    const [near, far] = memoryLinks();
    const reader = far.readable.getReader();
    const writer = far.writable.getWriter();
    // A board that answers one byte of input at a time, only when the host sends no more by itself.
    const waiting: number[] = [];
    let most = 0;
    let done = false;
    const receiving = (async () => {
      for (;;) {
        const { value, done: ended } = await reader.read();
        if (ended) return;
        waiting.push(...value);
        most = Math.max(most, waiting.length);
      }
    })();
    const answering = (async () => {
      while (!done) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        for (const byte of waiting.splice(0, 200)) await writer.write(board.receive(Uint8Array.of(byte)));
      }
    })();
    await wire.flash(near, image);
    await run(near);
    done = true;
    await answering;
    await near.close();
    await receiving;
    expect(most).toBeLessThanOrEqual(512);
    expect(most).toBeGreaterThan(256);
  });

  it("keeps the state between two runs without a reset, and starts anew after one", async () => {
    const net = network({
      inputs: [spikeInput("in", 1)],
      populations: [population("out", [1], [2])],
      projections: [projection("in", "out", 1, dense([[1]]))],
    });
    const small = ucaspian.place(net);
    const device = await ucaspian.open(await ucaspian.emit(small));
    const spikes = async () => {
      const { addresses } = await device.run(ucaspian.stimulus(small, train({ in: [[0], [0], []] })), 3);
      return addresses.flat().length;
    };
    expect(await spikes()).toBe(0);
    expect(await spikes()).toBe(1);
    await device.reset();
    expect(await spikes()).toBe(0);
    await device.close();
  });

  it("refuses an image of another target or with a damaged program", async () => {
    const damaged = (bytes: number[]): Image => ({
      target: "ucaspian",
      artifacts: [{ name: "program.bin", bytes: Uint8Array.from(bytes) }],
    });
    const images: Image[] = [
      { ...image, target: "other" },
      { target: "ucaspian", artifacts: [] },
      damaged([0x05, 0x08, 1, 2]),
      damaged([0x77]),
    ];
    const link = await connect("memory");
    for (const wrong of images) {
      expect(await errorOf(() => wire.flash(link, wrong))).toMatchObject({ code: "SPK-0404", exitCode: 3 });
    }
  });

  it("refuses charges that the board cannot take", async () => {
    const device = await wire.device(await connect("memory"), image);
    for (const charge of [
      [128, 1],
      [0, 256],
      [-1, 1],
      [0, 0.5],
    ] as [number, number][]) {
      const error = await errorOf(() => device.run({ steps: 1, charges: [[charge]] }, 1));
      expect(error).toMatchObject({ code: "SPK-0403" });
    }
    await device.close();
  });
});
