/** The loader protocol's host on wires of every kind: how fast, how it hears of a lost board, that no spike is lost in silence. */
import { encode } from "cborg";
import { describe, expect, it } from "vitest";
import { serveFace } from "../../src/board/face.ts";
import { parseFault } from "../../src/board/faults.ts";
import { openPty } from "../../src/board/pty.ts";
import { listenTcp } from "../../src/board/tcp.ts";
import type { Link } from "../../src/link/link.ts";
import { changeBaudRate } from "../../src/link/loader/baud-rate.ts";
import { pack, u8 } from "../../src/link/loader/bytes.ts";
import { connect } from "../../src/link/loader/connection.ts";
import type { LoaderEvent } from "../../src/link/loader/events.ts";
import { createFrameReader, encodeFrame } from "../../src/link/loader/frame.ts";
import { startHeartbeat } from "../../src/link/loader/heartbeat.ts";
import { hello } from "../../src/link/loader/hello.ts";
import { answerBit } from "../../src/link/loader/protocol.ts";
import { run } from "../../src/link/loader/stream.ts";
import { memoryLinks } from "../../src/link/memory.ts";
import { openLink } from "../../src/link/node/open.ts";
import type { VirtualBoard } from "../../src/link/virtual-board.ts";
import type { Network } from "../../src/network/network.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createEngine } from "../../src/simulate/engine.ts";
import { compareTrains } from "../../src/target/compare.ts";
import { boards } from "../../targets/mcu/chip.ts";
import { createBoard } from "../../targets/mcu/device.ts";
import { mcuTarget } from "../../targets/mcu/index.ts";
import { dense, networkOf, population, spikesIn } from "../simulate/small-networks.ts";

const model = boards.find(({ name }) => name === "rp2040")!;
const target = mcuTarget("rp2040");
const hasTerminals = process.platform === "linux" || process.platform === "darwin";

/** A layer of so many neurons that fires by its biases alone, each neuron at its own rate. */
function busyNetwork(neurons: number, timesteps: number): Network {
  const bias = Int32Array.from({ length: neurons }, (_, i) => 60 + ((i * 7919) % 41));
  const busy = population("busy", { bias, threshold: Int32Array.of(100) }, neurons);
  const weights = new Array(neurons).fill(1);
  return networkOf({
    timesteps,
    inputs: [spikesIn(1)],
    populations: [busy],
    projections: [dense("input", "busy", weights)],
  });
}

function onMemory(board: VirtualBoard, faults: readonly string[] = []): Link {
  const [host, far] = memoryLinks();
  void serveFace(board, far, { faults: faults.map(parseFault) });
  return host;
}

describe("a million spikes", () => {
  it("arrive once each and in their steps on a wire that drops frames", async () => {
    const network = busyNetwork(2000, 640);
    const placement = target.place(network);
    const image = await target.emit(placement);
    const board = createBoard(model);
    await target.wire!.flash(onMemory(board), image);
    const input = encodeSample(network, new Float32Array(network.timesteps));
    const { train } = createEngine(network).run(input);
    const device = await target.wire!.device(onMemory(board, ["drop%1"]), image);
    const found = target.readings(
      placement,
      await device.run(target.stimulus(placement, input), train.steps),
    );
    await device.close();
    const { spikes, mismatches } = compareTrains(train, found, placement.observed);
    expect(spikes).toBeGreaterThan(1_000_000);
    expect(mismatches).toBe(0);
  });

  it("are reported as lost where they have no room in the board's answers", async () => {
    const board = createBoard({ ...model, maxFrame: 64, flash: { ...model.flash, granule: 4 } });
    const network = busyNetwork(1000, 10);
    const link = onMemory(board);
    await target.wire!.flash(link, await target.emit(target.place(network)));
    const connection = connect(link);
    const description = await hello(connection, null);
    const request = { steps: 10, inputs: () => [], observed: [0], populations: 1 };
    await expect(run(connection, { ...description, sizes: [1000] }, request)).rejects.toMatchObject({
      code: "SPK-0518",
      exitCode: 9,
      message: expect.stringContaining("no room"),
    });
    connection.release();
  });
});

describe("an upload", () => {
  it("runs at 2 MB/s or more over TCP", async () => {
    const weights = new Array(600 * 600).fill(1).map((_, i) => (i % 200) - 100);
    const layers = [population("a", {}, 600), population("b", {}, 600)];
    const projections = [dense("input", "a", new Array(600).fill(1)), dense("a", "b", weights)];
    const network = networkOf({ timesteps: 1, inputs: [spikesIn(1)], populations: layers, projections });
    const image = await target.emit(target.place(network));
    const face = await listenTcp(createBoard(model), 0);
    const link = await openLink(`socket://127.0.0.1:${face.port}`, { baudRate: 115_200 });
    const rates: number[] = [];
    // The best of some: the machine may have other things to do, and the board computes in the same process.
    for (let attempt = 0; attempt < 12 && Math.max(0, ...rates) <= 2_000_000; attempt++) {
      const started = performance.now();
      const { bytes } = await target.wire!.flash(link, image);
      expect(bytes).toBeGreaterThan(360_000);
      rates.push((1000 * bytes) / (performance.now() - started));
    }
    await link.close();
    await face.close();
    expect(Math.max(...rates)).toBeGreaterThan(2_000_000);
  });

  it.runIf(hasTerminals)("takes the line's own time, and 5 % more at most, at 115200 baud", async () => {
    const weights = new Array(160 * 160).fill(1).map((_, i) => (i % 200) - 100);
    const layers = [population("a", {}, 160), population("b", {}, 160)];
    const projections = [dense("input", "a", new Array(160).fill(1)), dense("a", "b", weights)];
    const network = networkOf({ timesteps: 1, inputs: [spikesIn(1)], populations: layers, projections });
    const image = await target.emit(target.place(network));
    const face = await openPty(createBoard(model), { baudRate: 115_200 });
    const link = await openLink(face.path, { baudRate: 115_200 });
    const at = new Map<LoaderEvent["kind"], number>();
    const onEvent = ({ kind }: LoaderEvent) => at.set(kind, performance.now());
    const { bytes } = await target.wire!.flash(link, image, { onEvent });
    await link.close();
    await face.close();
    // Data alone: what goes before and after it costs the same for any network.
    const rate = (1000 * bytes) / (at.get("verifying")! - at.get("preparing")!);
    expect(rate).toBeGreaterThan(0.95 * 11_520);
    expect(rate).toBeLessThan(1.02 * 11_520);
  });
});

describe.runIf(hasTerminals)("a board that is unplugged", () => {
  it("is reported within 100 ms while spikes stream, and costs no processor time afterwards", async () => {
    const network = busyNetwork(500, 50_000);
    const placement = target.place(network);
    const image = await target.emit(placement);
    const face = await openPty(createBoard(model));
    const link = await openLink(face.path, { baudRate: 115_200 });
    await target.wire!.flash(link, image);
    const device = await target.wire!.device(link, image);
    const running = device.run({ steps: 50_000, charges: [] }, 50_000);
    const ended = expect(running).rejects.toMatchObject({ code: "SPK-0507", exitCode: 6 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const unplugged = performance.now();
    await face.close();
    await ended;
    expect(performance.now() - unplugged).toBeLessThan(100);
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(100);
    await device.close();
    await link.close();
  });
});

describe("a board that falls silent", () => {
  it("is missed by the heartbeat while nothing else is under way", async () => {
    const connection = connect(onMemory(createBoard(model), ["silent@400"]), { replyTimeout: 100 });
    await hello(connection, "rp2040");
    const stop = startHeartbeat(connection, 20);
    while (connection.failure() === null) await new Promise((resolve) => setTimeout(resolve, 10));
    stop();
    expect(connection.failure()).toMatchObject({ code: "SPK-0506", exitCode: 6 });
    await expect(connection.ask(2)).rejects.toMatchObject({ code: "SPK-0506" });
    connection.release();
  });
});

/** A board that answers every question with this payload. */
function parrot(payload: Uint8Array): VirtualBoard {
  const reader = createFrameReader(1000);
  return {
    receive(bytes) {
      const answers = reader
        .push(bytes)
        .map(({ operation, sequence }) =>
          encodeFrame({ operation: operation | answerBit, sequence, payload }),
        );
      return Uint8Array.from(answers.flatMap((answer) => [...answer]));
    },
  };
}

describe("a board of another make", () => {
  const withMap = (map: object) => parrot(pack([u8(0)], encode(map)));
  const withKeys = (...entries: [number, unknown][]) => withMap(new Map(entries));

  it("is refused for another major version of the protocol, whatever else it says", async () => {
    const connection = connect(onMemory(withMap({ protocol: [1, 0], surprise: true })));
    await expect(hello(connection, "rp2040")).rejects.toMatchObject({ code: "SPK-0513", exitCode: 7 });
    connection.release();
  });

  it("is refused when its description is missing, torn or out of bounds", async () => {
    const torn = encode(new Map([[0, [2, 0]]])).subarray(0, 3);
    const wrong = [
      parrot(Uint8Array.of()),
      parrot(Uint8Array.of(0)),
      parrot(pack([u8(0)], torn)),
      withKeys([0, [2, 0]]),
      withKeys([0, "2.0"]),
      withMap([2, 0]),
    ];
    for (const board of wrong) {
      const connection = connect(onMemory(board));
      await expect(hello(connection, null)).rejects.toMatchObject({ code: "SPK-0508", exitCode: 7 });
      connection.release();
    }
  });
});

/** A wire on which bytes are garbage while both ends do not agree on the rate; `works`: rates that the cable carries. */
function ratedWire(works: (rate: number) => boolean) {
  const board = createBoard(model);
  let hostRate = model.baudRate;
  const garble = (bytes: Uint8Array, rate: number) =>
    hostRate === rate && works(hostRate) ? bytes : bytes.map((byte) => byte ^ 0x55);
  const [near, far] = memoryLinks();
  const rated: VirtualBoard = {
    /** The answer to the question for another rate is still sent at the old one. */
    receive(bytes) {
      const rate = board.baudRate();
      return garble(board.receive(garble(bytes, rate)), rate);
    },
  };
  void serveFace(rated, far, {});
  const link: Link = {
    ...near,
    async setBaudRate(rate) {
      hostRate = rate;
    },
  };
  return { link, board };
}

describe("a change of baud rate", () => {
  it("is made by both sides", async () => {
    const { link, board } = ratedWire(() => true);
    const connection = connect(link);
    await hello(connection, "rp2040");
    expect(await changeBaudRate(connection, link, { from: 115_200, to: 921_600 })).toBe(921_600);
    expect(board.baudRate()).toBe(921_600);
    connection.release();
  });

  it("is taken back by both sides where the cable does not carry it", async () => {
    const { link, board } = ratedWire((rate) => rate <= 115_200);
    const connection = connect(link, { replyTimeout: 300 });
    await hello(connection, "rp2040");
    expect(await changeBaudRate(connection, link, { from: 115_200, to: 921_600 })).toBe(115_200);
    expect(board.baudRate()).toBe(115_200);
    expect((await hello(connection, "rp2040")).board).toBe("rp2040");
    connection.release();
  });

  it("is not tried on wires without a rate", async () => {
    const link = onMemory(createBoard(model));
    const connection = connect(link);
    expect(await changeBaudRate(connection, link, { from: 115_200, to: 921_600 })).toBe(115_200);
    connection.release();
  });
});
