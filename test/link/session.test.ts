import { describe, expect, it } from "vitest";
import { memoryLinks } from "../../src/link/memory.ts";
import { openSession } from "../../src/link/session.ts";

describe("a session on a link", () => {
  it("calls a board silent after the time-out, and not before", async () => {
    const [near] = memoryLinks("port 7");
    const start = performance.now();
    await expect(openSession(near, { replyTimeout: 100 }).receive()).rejects.toMatchObject({
      code: "SPK-0506",
      exitCode: 6,
      where: "port 7",
    });
    expect(performance.now() - start).toBeGreaterThan(90);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it("loses no bytes that come after a time-out", async () => {
    const [near, far] = memoryLinks();
    const host = openSession(near, { replyTimeout: 20 });
    await expect(host.receive()).rejects.toMatchObject({ code: "SPK-0506" });
    await openSession(far).send(Uint8Array.of(4));
    expect([...(await host.receive())]).toEqual([4]);
  });

  it("stops waiting at once when its signal is aborted", async () => {
    const [near] = memoryLinks();
    const abort = new AbortController();
    const waiting = openSession(near, { signal: abort.signal }).receive();
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: "SPK-0003", exitCode: 130 });
  });

  it("does not begin to wait with a signal that is aborted already", async () => {
    const [near] = memoryLinks();
    const session = openSession(near, { signal: AbortSignal.abort() });
    await expect(session.receive()).rejects.toMatchObject({ code: "SPK-0003" });
    await expect(session.send(Uint8Array.of(1))).rejects.toMatchObject({ code: "SPK-0003" });
  });

  it("gives the link back for another session", async () => {
    const [near, far] = memoryLinks();
    const first = openSession(near, { replyTimeout: 10 });
    await expect(first.receive()).rejects.toMatchObject({ code: "SPK-0506" });
    first.release();
    const second = openSession(near);
    await openSession(far).send(Uint8Array.of(8));
    expect([...(await second.receive())]).toEqual([8]);
  });

  it("turns a foreign error of the wire into a disconnect that names it", async () => {
    const readable = new ReadableStream<Uint8Array>({
      start: (controller) => controller.error(new Error("EIO: i/o error")),
    });
    const link = { name: "usb", readable, writable: new WritableStream<Uint8Array>(), close: async () => {} };
    await expect(openSession(link).receive()).rejects.toMatchObject({
      code: "SPK-0507",
      message: expect.stringContaining("EIO"),
    });
  });
});
