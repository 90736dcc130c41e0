/** Errors of chips and boards: targets and placement, links and ports, verification. Part of the one table of `table.ts`. */
import type { ErrorEntry } from "../entry.ts";

export const boardErrors = {
  // 04xx: target, placement
  "SPK-0401": {
    exit: 4,
    title: "Does not fit the target",
    advice: "Use a smaller network or a larger chip; what would help stands behind each reason.",
  },
  "SPK-0402": {
    exit: 4,
    title: "Outside the target's numeric rules",
    advice: "Convert the model for this target (spikec convert --target), so that its rules are kept.",
  },
  "SPK-0403": {
    exit: 2,
    title: "Input spikes do not match the placement",
    advice: "Encode the sample with the inputs of the same network that was placed.",
  },
  "SPK-0404": {
    exit: 3,
    title: "Damaged image, or image of another target",
    advice: "Write the image again with spikec emit for this target.",
  },
  "SPK-0405": {
    exit: 2,
    title: "Golden vectors cannot be read",
    advice: "Copy the vector file again from its source; an empty file proves nothing.",
  },
  "SPK-0406": { exit: 2, title: "Unknown target", advice: "`spikec targets` lists what there is." },
  // 05xx: link, ports, boards
  "SPK-0501": {
    exit: 5,
    title: "Port not found",
    advice:
      "Plug the board in and check the name; `spikec emulate` makes a virtual board and prints its port.",
  },
  "SPK-0502": {
    exit: 5,
    title: "Port busy",
    advice: "Another program holds the port; close it and try again.",
  },
  "SPK-0503": {
    exit: 5,
    title: "No permission for the port",
    advice: "On Linux add yourself to the group that owns the port (often dialout), then log in again.",
  },
  "SPK-0504": {
    exit: 5,
    title: "Serial ports are not available",
    advice:
      "Run npm install again on this machine, so that serialport gets its native binding, or use socket://host:port.",
  },
  "SPK-0505": {
    exit: 5,
    title: "Port cannot be opened",
    advice:
      "Check that the name is a serial port or socket://host:port, and that it works with another program.",
  },
  "SPK-0506": {
    exit: 6,
    title: "No reply from the board",
    advice:
      "Check power, cable, baud rate and that the board runs the target's bitstream or firmware; reset it and try again.",
  },
  "SPK-0507": {
    exit: 6,
    title: "Board disconnected",
    advice: "Check the cable and plug the board in again; a flash that was cut off must be repeated.",
  },
  "SPK-0508": {
    exit: 7,
    title: "Unexpected reply from the board",
    advice: "Check that the board is the target that was named; reset it and try again.",
  },
  "SPK-0509": {
    exit: 5,
    title: "No pseudo-terminal can be made here",
    advice: "Use --tcp PORT instead, and socket://127.0.0.1:PORT as the port.",
  },
  "SPK-0510": {
    exit: 5,
    title: "TCP port cannot be opened for the virtual board",
    advice: "Choose another port number, or 0 for any free one.",
  },
  "SPK-0511": {
    exit: 2,
    title: "Unknown fault",
    advice:
      "Faults are silent, silent@N, disconnect@N, flip@N, drop@N, duplicate@N and delay@N:MS at byte N from the board; flip%P, drop%P and duplicate%P in P percent of all frames; power@N at byte N to a board with flash, power-flash@N and worn-flash@N at byte N of its flash work.",
  },
  "SPK-0512": {
    exit: 7,
    title: "The board is another target",
    advice: "Name the target that the board says it is, and convert the model for it; nothing was written.",
  },
  "SPK-0513": {
    exit: 7,
    title: "The board speaks another version of the loader protocol",
    advice:
      "Flash the firmware that comes with this version, or use the version that the firmware came with; nothing was written.",
  },
  "SPK-0514": {
    exit: 8,
    title: "The board's flash did not take the network",
    advice:
      "Try again; if it fails at the same place, the flash is worn out. The board keeps its old network.",
  },
  "SPK-0515": {
    exit: 8,
    title: "The board holds another network",
    advice: "Flash this network first (spikec flash).",
  },
  "SPK-0516": {
    exit: 4,
    title: "The board refuses the network",
    advice:
      "Use a smaller network, or firmware that knows this image format. The board keeps its old network.",
  },
  "SPK-0517": {
    exit: 9,
    title: "The board's self-test failed",
    advice:
      "The board computes other spikes than the network asks for: do not use it, and report it. It keeps its old network.",
  },
  "SPK-0518": {
    exit: 9,
    title: "Spikes were lost on the way",
    advice: "Check cable and baud rate, and run again; what was received cannot be trusted.",
  },
  "SPK-0519": {
    exit: 5,
    title: "No port can be chosen",
    advice: "Give --port; spikec ports lists what is there.",
  },
  "SPK-0520": {
    exit: 5,
    title: "This machine is not ready for boards",
    advice: "What was found stands behind each check of spikec doctor.",
  },
  "SPK-0521": {
    exit: 5,
    title: "The emulator is not installed",
    advice: "npm install rp2040js avr8js, or emulate the board's model with --model.",
  },
  "SPK-0522": {
    exit: 5,
    title: "The firmware has no way onto the board from here",
    advice: "docs/boards.md says for each board how it gets its firmware.",
  },
  "SPK-0523": {
    exit: 7,
    title: "The board's boot loader is too old",
    advice: "Burn a newer one first; docs/boards.md says how.",
  },
  "SPK-0524": {
    exit: 4,
    title: "The board's firmware lacks a part of the network",
    advice: "Flash the whole firmware (spikec flash --firmware --parts whole), then the network.",
  },
  // 08xx: verification
  "SPK-0801": {
    exit: 8,
    title: "Verification failed",
    advice:
      "Chip and simulation disagree: report it with the network; the first difference is printed above.",
  },
  "SPK-0802": {
    exit: 9,
    title: "The board differs from the simulation",
    advice:
      "Flash again (the board may hold another network), then check cable and power; the first difference is printed above.",
  },
  "SPK-0803": {
    exit: 9,
    title: "Golden vectors differ",
    advice: "This build does not compute what the chip computes: do not trust it, and report it.",
  },
  "SPK-0804": {
    exit: 3,
    title: "The network cannot be streamed",
    advice:
      "Streams take spikes or currents, step by step, and an analog input has no steps: convert with a rate code.",
  },
  "SPK-0805": {
    exit: 1,
    title: "A worker thread ended early",
    advice: "Run again with --threads 1; if that works, memory was too small for so many threads.",
  },
  "SPK-0806": {
    exit: 3,
    title: "The network is no conversion of this model",
    advice:
      "Layers are compared with those of the model that the network was converted from: give that model, or convert it again.",
  },
  "SPK-0807": {
    exit: 8,
    title: "The accuracy asked for is not reached",
    advice: "Ask for less, allow more timesteps, or look for the loss with spikec verify --attribute.",
  },
  "SPK-0808": {
    exit: 9,
    title: "The repeated conversion differs",
    advice:
      "Compare the two with spikec diff; another version of spikec, or a renamed model file, gives other bytes.",
  },
  "SPK-0809": {
    exit: 3,
    title: "Not the file that the network was made from",
    advice: "Provenance holds the SHA-256 of the model and of the calibration inputs: give those files.",
  },
} as const satisfies Record<string, ErrorEntry>;
