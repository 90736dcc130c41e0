import { describe, expect, it } from "vitest";
import { memoryLinks } from "../../src/link/memory.ts";
import { openSession } from "../../src/link/session.ts";

describe("a wire in memory", () => {
  it("carries bytes both ways, in order", async () => {
    const [near, far] = memoryLinks();
    const [host, board] = [openSession(near), openSession(far)];
    await host.send(Uint8Array.of(1, 2));
    await host.send(Uint8Array.of(3));
    await board.send(Uint8Array.of(9));
    expect([...(await board.receive()), ...(await board.receive())]).toEqual([1, 2, 3]);
    expect([...(await host.receive())]).toEqual([9]);
  });

  it("copies what is sent, so that the sender may use its buffer again", async () => {
    const [near, far] = memoryLinks();
    const bytes = Uint8Array.of(5);
    await openSession(near).send(bytes);
    bytes[0] = 6;
    expect([...(await openSession(far).receive())]).toEqual([5]);
  });

  it("makes a writer wait while nobody reads", async () => {
    const [near, far] = memoryLinks();
    const host = openSession(near, { replyTimeout: 50 });
    await expect(
      (async () => {
        for (let k = 0; k < 100; k++) await host.send(new Uint8Array(4096));
      })(),
    ).rejects.toMatchObject({ code: "SPK-0506" });
    const board = openSession(far);
    for (let received = 0; received < 65_536; ) received += (await board.receive()).length;
    await expect(host.send(Uint8Array.of(1))).resolves.toBeUndefined();
  });

  it("ends on both sides when either side closes it, and refuses further bytes", async () => {
    const [near, far] = memoryLinks();
    const host = openSession(near);
    const waiting = host.receive();
    await far.close();
    await expect(waiting).rejects.toMatchObject({ code: "SPK-0507", exitCode: 6 });
    await expect(host.send(Uint8Array.of(1))).rejects.toMatchObject({ code: "SPK-0507" });
  });
});
