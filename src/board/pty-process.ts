/** A pseudo-terminal held by a helper process that passes bytes on: script(1) on Linux, python3 elsewhere too. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { streamLink } from "../link/node/stream-link.ts";
import type { PseudoTerminal } from "./pty-maker.ts";

const startTimeout = 5000;

/** The first terminal path that the process prints; what follows on the same stream is the board's traffic. */
async function pathFrom(child: ChildProcessWithoutNullStreams): Promise<string> {
  const printed = new Promise<string>((resolve, reject) => {
    let text = "";
    const look = (bytes: Buffer) => {
      text += bytes.toString("latin1");
      const match = /(\/dev\/[\w/]+)\r?\n/.exec(text);
      if (match === null) return;
      child.stdout.off("data", look).pause();
      resolve(match[1]);
    };
    child.stdout.on("data", look);
    child.once("error", reject);
    child.once("exit", () => reject(new Error("it ended without making a terminal")));
    setTimeout(() => reject(new Error("it made no terminal in time")), startTimeout).unref();
  });
  try {
    return await printed;
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

async function makeWith(command: string, args: readonly string[]): Promise<PseudoTerminal> {
  const child = spawn(command, args, { stdio: "pipe" });
  // A program that ends without closing the board must not leave the helper behind.
  const endWithUs = () => child.kill("SIGKILL");
  process.once("exit", endWithUs);
  child.once("exit", () => process.off("exit", endWithUs));
  const path = await pathFrom(child);
  const close = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  return { path, link: streamLink(path, child.stdout, child.stdin, close) };
}

/** util-linux: runs a command on a new terminal and joins that terminal to its own input and output. */
export function makeWithScript(): Promise<PseudoTerminal> {
  if (process.platform !== "linux") throw new Error("this system's script works differently");
  return makeWith("script", ["-qfec", "stty raw -echo; tty; exec sleep 2147483647", "/dev/null"]);
}

const pythonProgram = `
import os, pty, select, sys, tty
master, terminal = pty.openpty()
tty.setraw(terminal)
os.write(1, (os.ttyname(terminal) + "\\n").encode())
while True:
    ready, _, _ = select.select([master, 0], [], [])
    if master in ready:
        os.write(1, os.read(master, 65536))
    if 0 in ready:
        data = os.read(0, 65536)
        if not data:
            break
        while data:
            data = data[os.write(master, data):]
`;

export function makeWithPython(): Promise<PseudoTerminal> {
  return makeWith("python3", ["-c", pythonProgram]);
}
