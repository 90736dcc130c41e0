import { describe, expect, it } from "vitest";
import { serveFace } from "../../src/board/face.ts";
import { type Fault, parseFault } from "../../src/board/faults.ts";
import { memoryLinks } from "../../src/link/memory.ts";
import { openSession, type Session } from "../../src/link/session.ts";

/** A host session on an echoing board whose wire has these faults. */
function faulty(faults: readonly Fault[], baudRate?: number): Session {
  const [near, far] = memoryLinks();
  const options = baudRate === undefined ? { faults } : { faults, baudRate };
  void serveFace({ receive: (bytes) => bytes.slice() }, far, options);
  return openSession(near, { replyTimeout: 200 });
}

/** What comes back for bytes 0..9, and how it ended. */
async function answer(session: Session): Promise<{ bytes: number[]; end: string }> {
  const bytes: number[] = [];
  try {
    for (let byte = 0; byte < 10; byte++) await session.send(Uint8Array.of(byte));
    while (bytes.length < 10) bytes.push(...(await session.receive()));
    return { bytes, end: "complete" };
  } catch (error) {
    return { bytes, end: (error as { code: string }).code };
  }
}

describe("faults on request", () => {
  it("change nothing when there are none", async () => {
    expect(await answer(faulty([]))).toEqual({ bytes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], end: "complete" });
  });

  it("silence the board from a byte on", async () => {
    expect(await answer(faulty([{ kind: "silent", byte: 3 }]))).toEqual({
      bytes: [0, 1, 2],
      end: "SPK-0506",
    });
  });

  it("break the wire before a byte", async () => {
    const session = faulty([{ kind: "disconnect", byte: 4 }]);
    const { end } = await answer(session);
    expect(end).toBe("SPK-0507");
  });

  it("flip and drop single bytes, together", async () => {
    const faults: Fault[] = [
      { kind: "flip", byte: 2 },
      { kind: "drop", byte: 5 },
    ];
    expect(await answer(faulty(faults))).toEqual({ bytes: [0, 1, 3, 3, 4, 6, 7, 8, 9], end: "SPK-0506" });
  });

  it("are read from their names", async () => {
    expect(parseFault("silent")).toEqual({ kind: "silent", byte: 0 });
    expect(parseFault("disconnect@120")).toEqual({ kind: "disconnect", byte: 120 });
    for (const text of ["", "flop@1", "flip@", "flip@-1", "flip@1@2", "drop@x"]) {
      expect(() => parseFault(text)).toThrowError(expect.objectContaining({ code: "SPK-0511", exitCode: 2 }));
    }
  });
});

describe("a paced wire", () => {
  it("takes the time that a serial line takes", async () => {
    const session = faulty([], 9600);
    const start = performance.now();
    await session.send(new Uint8Array(96));
    for (let received = 0; received < 96; ) received += (await session.receive()).length;
    // 96 bytes of 10 bits at 9600 baud: 100 ms, there and back at the same time.
    expect(performance.now() - start).toBeGreaterThan(90);
    expect(performance.now() - start).toBeLessThan(400);
  });
});
