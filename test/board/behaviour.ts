/**
 * How a board with the loader protocol behaves, as one suite that runs unchanged against a model, an emulated processor or a
 * board on a desk: all it needs is a way to open a Link to the same board again.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseFault } from "../../src/board/faults.ts";
import { withFaults } from "../../src/board/wire-faults.ts";
import type { Link } from "../../src/link/link.ts";
import { pack, u8, u32, viewOf } from "../../src/link/loader/bytes.ts";
import { connect, type LoaderConnection } from "../../src/link/loader/connection.ts";
import { crc32 } from "../../src/link/loader/crc32.ts";
import type { BoardDescription } from "../../src/link/loader/description.ts";
import { hello } from "../../src/link/loader/hello.ts";
import { operations, resumeFlag, statuses } from "../../src/link/loader/protocol.ts";
import { dataSize, upload } from "../../src/link/loader/upload.ts";
import type { Network } from "../../src/network/network.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createEngine } from "../../src/simulate/engine.ts";
import { addComparisons, type Comparison, compareTrains, noComparison } from "../../src/target/compare.ts";
import type { Image, Target } from "../../src/target/target.ts";

export interface BoardUnderTest {
  readonly target: Target;
  /** A link to the board, which keeps its state from one link to the next. */
  open(): Promise<Link>;
  close(): Promise<void>;
}

export interface BoardCase {
  readonly name: string;
  make(): Promise<BoardUnderTest>;
  /** Two networks that fit, and samples for both. */
  networks(): Promise<readonly [Network, Network]>;
  samples(): readonly Float32Array[];
}

/** What is sent to the board for a network. */
async function imageOf(target: Target, network: Network): Promise<{ image: Image; bytes: Uint8Array }> {
  const image = await target.emit(target.place(network, { observe: "all" }));
  return { image, bytes: image.artifacts.find(({ name }) => name === "network.bin")!.bytes };
}

export function describeBoard({ name, make, networks, samples }: BoardCase): void {
  describe(name, () => {
    let board: BoardUnderTest;
    let first: Network;
    let second: Network;

    beforeAll(async () => {
      board = await make();
      [first, second] = await networks();
    }, 60_000);
    afterAll(() => board.close());

    async function talk<Result>(
      work: (connection: LoaderConnection, description: BoardDescription) => Promise<Result>,
      faults: readonly string[] = [],
    ): Promise<Result> {
      const link = await board.open();
      const connection = connect(withFaults(link, faults.map(parseFault)));
      try {
        return await work(connection, await hello(connection, board.target.name));
      } finally {
        connection.release();
        await link.close();
      }
    }

    async function flash(network: Network): Promise<void> {
      const { image } = await imageOf(board.target, network);
      const link = await board.open();
      await board.target.wire!.flash(link, image).finally(() => link.close());
    }

    const activeCrc = () => talk(async (_connection, { active }) => active?.crc ?? null);
    const crcOf = async (network: Network) => crc32((await imageOf(board.target, network)).bytes);

    /** Spikes of the board beside the simulation's, on a wire with these faults. */
    async function compare(
      network: Network,
      count: number,
      faults: readonly string[] = [],
    ): Promise<Comparison> {
      const { target } = board;
      const placement = target.place(network, { observe: "all" });
      const image = await target.emit(placement);
      const link = await board.open();
      const device = await target.wire!.device(withFaults(link, faults.map(parseFault)), image);
      const engine = createEngine(network);
      let total: Comparison = noComparison;
      for (const sample of samples().slice(0, count)) {
        const input = encodeSample(network, sample);
        const { train } = engine.run(input);
        const found = target.readings(
          placement,
          await device.run(target.stimulus(placement, input), train.steps),
        );
        total = addComparisons(total, compareTrains(train, found, placement.observed));
      }
      await device.close();
      await link.close();
      return total;
    }

    it("says who it is, within what the protocol allows", async () => {
      const description = await talk(async (_connection, found) => found);
      expect(description.board).toBe(board.target.name);
      expect(dataSize(description)).toBeGreaterThan(0);
    });

    it("takes a network, proves it with golden spikes, and spikes as the simulation does", async () => {
      await flash(first);
      expect(await activeCrc()).toBe(await crcOf(first));
      const { mismatches, spikes } = await compare(first, 5);
      expect(mismatches).toBe(0);
      expect(spikes).toBeGreaterThan(50);
    });

    it("takes another network beside it and runs that one from then on, restarts included", async () => {
      await flash(second);
      await talk((connection) => connection.ask(operations.restart));
      expect(await activeCrc()).toBe(await crcOf(second));
      expect((await compare(second, 2)).mismatches).toBe(0);
    });

    it("goes on at the exact byte after the wire broke, where asked to, and from the beginning where not", async () => {
      const { bytes } = await imageOf(board.target, first);
      const announce = (flags: number) => pack([u32(bytes.length), u32(crc32(bytes)), u8(flags)]);
      const size = await talk(async (connection, description) => {
        const size = dataSize(description);
        await connection.ask(operations.begin, announce(0));
        await connection.ask(operations.data, pack([u32(0)], bytes.subarray(0, size)));
        return size;
      });
      const resumed = await talk((connection) => connection.ask(operations.begin, announce(resumeFlag)));
      expect(viewOf(resumed.body).getUint32(0, true)).toBe(size);
      const result = await talk((connection, description) =>
        upload(connection, bytes, description, { resume: true }),
      );
      expect(result.resumedAt).toBe(size);
      expect(await activeCrc()).toBe(crc32(bytes));
      const again = await talk((connection, description) => upload(connection, bytes, description));
      expect(again.resumedAt).toBe(0);
    });

    it("answers a wrong offset with the one that it expects, and takes no byte twice", async () => {
      const { bytes } = await imageOf(board.target, second);
      await talk(async (connection, description) => {
        const size = dataSize(description);
        await connection.ask(operations.begin, pack([u32(bytes.length), u32(crc32(bytes)), u8(0)]));
        for (const offset of [size, 0, 0, 2 * size]) {
          const payload = pack([u32(offset)], bytes.subarray(offset, offset + size));
          const { body } = await connection.ask(operations.data, payload);
          expect(viewOf(body).getUint32(0, true)).toBe(offset === size ? 0 : size);
        }
      });
    });

    it("commits an upload of which every tenth frame is corrupted, either way", async () => {
      const { bytes } = await imageOf(board.target, second);
      await talk((connection, description) => upload(connection, bytes, description), ["flip%10"]);
      expect(await activeCrc()).toBe(crc32(bytes));
    });

    it("loses and doubles no spike on a wire that drops, doubles and corrupts frames", async () => {
      await flash(first);
      const { mismatches, spikes } = await compare(first, 3, ["drop%5", "duplicate%5", "flip%5"]);
      expect(mismatches).toBe(0);
      expect(spikes).toBeGreaterThan(30);
    });

    it("keeps its network through an upload that is cut off by a restart", async () => {
      await flash(first);
      const { bytes } = await imageOf(board.target, second);
      await talk(async (connection) => {
        await connection.ask(operations.begin, pack([u32(bytes.length), u32(crc32(bytes)), u8(0)]));
        await connection.ask(operations.restart);
      });
      expect(await activeCrc()).toBe(await crcOf(first));
      expect((await compare(first, 1)).mismatches).toBe(0);
    });

    it("goes back to its network when a trial is not confirmed", async () => {
      const { bytes } = await imageOf(board.target, second);
      const crc = crc32(bytes);
      await talk(async (connection, description) => {
        const size = dataSize(description);
        await connection.ask(operations.begin, pack([u32(bytes.length), u32(crc), u8(0)]));
        for (let offset = 0; offset < bytes.length; offset += size) {
          const payload = pack([u32(offset)], bytes.subarray(offset, Math.min(bytes.length, offset + size)));
          await connection.ask(operations.data, payload);
        }
        expect((await connection.ask(operations.commit, pack([u32(bytes.length), u32(crc)]))).status).toBe(0);
        expect((await connection.ask(operations.trial, pack([u32(crc)]))).status).toBe(0);
        expect(await hello(connection, null)).toMatchObject({ trial: true, active: { crc } });
        await connection.ask(operations.restart);
      });
      expect(await activeCrc()).toBe(await crcOf(first));
    });

    it("refuses an image that is too large before a byte of it is sent", async () => {
      await talk(async (connection, description) => {
        const large = new Uint8Array(description.slotSize + 1);
        await expect(upload(connection, large, description)).rejects.toMatchObject({
          code: "SPK-0516",
          exitCode: 4,
        });
        const { status } = await connection.ask(operations.begin, pack([u32(large.length), u32(1), u8(0)]));
        expect(status).toBe(statuses.tooLarge);
      });
      expect(await activeCrc()).toBe(await crcOf(first));
    });

    it("refuses bytes that are no network, and keeps its own", async () => {
      const { bytes } = await imageOf(board.target, second);
      const version = bytes.slice();
      version[4] = 99;
      for (const wrong of [new Uint8Array(100).fill(7), version, bytes.slice(0, bytes.length - 4)]) {
        const refused = talk((connection, description) => upload(connection, wrong, description));
        await expect(refused).rejects.toMatchObject({
          code: "SPK-0516",
          message: expect.stringContaining("refuses"),
        });
        expect(await activeCrc()).toBe(await crcOf(first));
      }
    });

    it("refuses a network that fails its golden spikes, and keeps its own", async () => {
      const { bytes } = await imageOf(board.target, second);
      const wrong = bytes.slice();
      const selfTest = viewOf(bytes).getUint32(40, true);
      wrong[selfTest + 4] ^= 1;
      const refused = talk((connection, description) => upload(connection, wrong, description));
      await expect(refused).rejects.toMatchObject({ code: "SPK-0517", exitCode: 9 });
      expect(await activeCrc()).toBe(await crcOf(first));
    });

    it("refuses contents that are not the ones announced", async () => {
      const bytes = new Uint8Array(64).fill(3);
      await talk(async (connection) => {
        await connection.ask(operations.begin, pack([u32(64), u32(12_345), u8(0)]));
        await connection.ask(operations.data, pack([u32(0)], bytes));
        const { status } = await connection.ask(operations.commit, pack([u32(64), u32(12_345)]));
        expect(status).toBe(statuses.differs);
      });
      expect(await activeCrc()).toBe(await crcOf(first));
    });

    it("answers questions that it does not know, or that are cut off, with a status", async () => {
      await talk(async (connection) => {
        expect((await connection.ask(0x7e)).status).toBe(statuses.unknownOperation);
        for (const operation of [operations.begin, operations.commit, operations.trial, operations.confirm])
          expect((await connection.ask(operation, Uint8Array.of(1))).status).toBe(statuses.malformed);
        expect((await connection.ask(operations.ping)).status).toBe(statuses.ok);
      });
    });

    it("is not disturbed by garbage on the line", async () => {
      const link = await board.open();
      const writer = link.writable.getWriter();
      const garbage = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) >> 3);
      await writer.write(garbage);
      writer.releaseLock();
      const connection = connect(link);
      expect((await hello(connection, null)).board).toBe(board.target.name);
      connection.release();
      await link.close();
    });

    it("is refused, and left alone, when it is not the board that was named", async () => {
      const link = await board.open();
      const connection = connect(link);
      await expect(hello(connection, "another-board")).rejects.toMatchObject({
        code: "SPK-0512",
        exitCode: 7,
      });
      connection.release();
      await link.close();
    });
  });
}
