import { describe, expect, it } from "vitest";
import { openPty, type PtyMaker, ptyMakers } from "../../src/board/pty.ts";
import { listenTcp } from "../../src/board/tcp.ts";
import { openLink } from "../../src/link/node/open.ts";
import { openSession, type Session } from "../../src/link/session.ts";
import type { VirtualBoard } from "../../src/link/virtual-board.ts";

const baudRate = 115_200;
/** The only client-visible pseudo-terminals are those of Unix. */
const hasTerminals = process.platform === "linux" || process.platform === "darwin";

/** Answers every byte with the count of bytes so far and the byte itself. */
function countingBoard(): VirtualBoard {
  let count = 0;
  return { receive: (bytes) => Uint8Array.from([...bytes].flatMap((byte) => [++count & 0xff, byte])) };
}

function echoBoard(): VirtualBoard {
  return { receive: (bytes) => bytes.slice() };
}

async function receive(session: Session, count: number): Promise<number[]> {
  const bytes: number[] = [];
  while (bytes.length < count) bytes.push(...(await session.receive()));
  return bytes;
}

const allBytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);

describe("a virtual board over TCP", () => {
  it("carries every byte value unchanged", async () => {
    const face = await listenTcp(echoBoard(), 0);
    const link = await openLink(`socket://127.0.0.1:${face.port}`, { baudRate });
    const session = openSession(link);
    await session.send(allBytes);
    expect(await receive(session, 256)).toEqual([...allBytes]);
    await link.close();
    await face.close();
  });

  it("keeps its state from one client to the next", async () => {
    const face = await listenTcp(countingBoard(), 0);
    for (const expected of [1, 2]) {
      const link = await openLink(`tcp://localhost:${face.port}`, { baudRate });
      const session = openSession(link);
      await session.send(Uint8Array.of(7));
      expect(await receive(session, 2)).toEqual([expected, 7]);
      await link.close();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await face.close();
  });

  it("tells a second client that the board is busy, and the first goes on", async () => {
    const face = await listenTcp(echoBoard(), 0);
    const port = `socket://127.0.0.1:${face.port}`;
    const link = await openLink(port, { baudRate });
    await expect(openLink(port, { baudRate })).rejects.toMatchObject({
      code: "SPK-0502",
      exitCode: 5,
      where: port,
    });
    const session = openSession(link);
    await session.send(Uint8Array.of(1));
    expect(await receive(session, 1)).toEqual([1]);
    await link.close();
    await face.close();
  });

  it("reports a port that another program listens on", async () => {
    const face = await listenTcp(echoBoard(), 0);
    await expect(listenTcp(echoBoard(), face.port)).rejects.toMatchObject({ code: "SPK-0510", exitCode: 5 });
    await expect(listenTcp(echoBoard(), 70_000)).rejects.toMatchObject({ code: "SPK-0510" });
    await face.close();
  });

  it("reports an address where nothing listens, and one that is none", async () => {
    const face = await listenTcp(echoBoard(), 0);
    await face.close();
    const port = `socket://127.0.0.1:${face.port}`;
    await expect(openLink(port, { baudRate })).rejects.toMatchObject({ code: "SPK-0501", exitCode: 5 });
    for (const malformed of ["socket://", "socket://host", "tcp://host:99999", "tcp://a b:1"]) {
      await expect(openLink(malformed, { baudRate })).rejects.toMatchObject({ code: "SPK-0505" });
    }
  });
});

describe.runIf(hasTerminals)("a virtual board behind a pseudo-terminal", () => {
  const makers: PtyMaker[] =
    process.platform === "linux" ? ["koffi", "script", "python3"] : ["koffi", "python3"];
  for (const maker of makers) {
    it(`made by ${maker} carries every byte value unchanged to a serial port`, async () => {
      const face = await openPty(echoBoard(), { makers: [maker] });
      expect(face.path).toMatch(/^\/dev\//);
      const link = await openLink(face.path, { baudRate });
      const session = openSession(link);
      for (let round = 0; round < 20; round++) {
        await session.send(allBytes);
        expect(await receive(session, 256)).toEqual([...allBytes]);
      }
      await link.close();
      await face.close();
    });
  }

  it("keeps its state from one client to the next", async () => {
    const face = await openPty(countingBoard());
    for (const expected of [1, 2]) {
      const link = await openLink(face.path, { baudRate });
      const session = openSession(link);
      await session.send(Uint8Array.of(7));
      expect(await receive(session, 2)).toEqual([expected, 7]);
      await link.close();
    }
    await face.close();
  });

  it("tells a second client that the port is busy", async () => {
    const face = await openPty(echoBoard());
    const link = await openLink(face.path, { baudRate });
    await expect(openLink(face.path, { baudRate })).rejects.toMatchObject({ code: "SPK-0502", exitCode: 5 });
    await link.close();
    await face.close();
  });

  it("does not hang a client when nobody reads its other end, nor its closing", async () => {
    const { path, link: unread } = await ptyMakers.koffi().catch(() => ptyMakers.python3());
    const link = await openLink(path, { baudRate });
    const session = openSession(link, { replyTimeout: 200 });
    const flood = async () => {
      for (;;) await session.send(new Uint8Array(65_536));
    };
    await expect(flood()).rejects.toMatchObject({ code: "SPK-0506" });
    const start = performance.now();
    await link.close();
    await unread.close();
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it("names every way that was tried when no terminal can be made", async () => {
    await expect(openPty(echoBoard(), { makers: [] })).rejects.toMatchObject({
      code: "SPK-0509",
      exitCode: 5,
      advice: expect.stringContaining("--tcp"),
    });
  });

  it("reports its unplugging to an idle client within 100 ms, without load on the processor", async () => {
    const face = await openPty(echoBoard());
    const link = await openLink(face.path, { baudRate });
    const waiting = openSession(link, { replyTimeout: 5000 }).receive();
    const start = performance.now();
    const ended = expect(waiting).rejects.toMatchObject({ code: "SPK-0507", exitCode: 6 });
    await face.close();
    await ended;
    expect(performance.now() - start).toBeLessThan(100);
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, 400));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(100);
    await link.close();
  });
});

describe("a serial port that cannot be opened", () => {
  it("is reported as missing with its name", async () => {
    const path = process.platform === "win32" ? "COM250" : "/dev/no-such-port";
    await expect(openLink(path, { baudRate })).rejects.toMatchObject({
      code: "SPK-0501",
      exitCode: 5,
      where: path,
    });
  });

  it("is reported with the system's words when it is no terminal", async () => {
    await expect(openLink("package.json", { baudRate })).rejects.toMatchObject({ exitCode: 5 });
  });
});
