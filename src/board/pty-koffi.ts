/** A pseudo-terminal from the C library: posix_openpt and its companions, called through koffi where it is installed. */
import { closeSync, constants, openSync } from "node:fs";
import { ReadStream } from "node:tty";
import { streamLink } from "../link/node/stream-link.ts";
import type { PseudoTerminal } from "./pty-maker.ts";

/** struct termios is 60 bytes on Linux and 72 on macOS. */
const termiosSize = 256;
const setNow = 0;

async function loadLibrary() {
  if (process.platform !== "linux" && process.platform !== "darwin") {
    throw new Error(`${process.platform} has no pseudo-terminals`);
  }
  const { default: koffi } = await import("koffi");
  const library = koffi.load(process.platform === "darwin" ? "libSystem.B.dylib" : "libc.so.6");
  return {
    openMaster: library.func("int posix_openpt(int flags)"),
    grant: library.func("int grantpt(int master)"),
    unlock: library.func("int unlockpt(int master)"),
    nameOf: library.func("const char *ptsname(int master)"),
    getAttributes: library.func("int tcgetattr(int terminal, _Out_ uint8_t *attributes)"),
    makeRaw: library.func("void cfmakeraw(_Inout_ uint8_t *attributes)"),
    setAttributes: library.func("int tcsetattr(int terminal, int when, uint8_t *attributes)"),
  };
}

type Library = Awaited<ReturnType<typeof loadLibrary>>;

function succeed(what: string, result: number): number {
  if (result < 0) throw new Error(`${what} failed`);
  return result;
}

/** Raw: bytes pass unchanged, without echo or line editing, for clients that set nothing themselves. */
function makeRaw(library: Library, terminal: number): void {
  const attributes = Buffer.alloc(termiosSize);
  succeed("tcgetattr", library.getAttributes(terminal, attributes));
  library.makeRaw(attributes);
  succeed("tcsetattr", library.setAttributes(terminal, setNow, attributes));
}

export async function makeWithKoffi(): Promise<PseudoTerminal> {
  const library = await loadLibrary();
  const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
  const master: number = succeed("posix_openpt", library.openMaster(flags));
  succeed("grantpt", library.grant(master));
  succeed("unlockpt", library.unlock(master));
  const path: string = library.nameOf(master);
  // Kept open: with no client at all, reading the master would fail.
  const terminal = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  makeRaw(library, terminal);
  const stream = new ReadStream(master);
  let open = true;
  const close = async () => {
    if (!open) return;
    open = false;
    await new Promise<void>((resolve) => stream.once("close", () => resolve()).destroy());
    closeSync(terminal);
  };
  return { path, link: streamLink(path, stream, stream, close) };
}
