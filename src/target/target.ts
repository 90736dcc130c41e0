/**
 * What a chip is to the rest of spikec: data about it, a way to place and encode a Network for it, and a Device that
 * computes with the chip's own bytes and words.
 */
import type { FirstFlashOptions, FirstFlashResult } from "../link/first-flash/events.ts";
import type { Link } from "../link/link.ts";
import type { LoaderEvent } from "../link/loader/events.ts";
import type { VirtualBoard } from "../link/virtual-board.ts";
import type { Network } from "../network/network.ts";
import type { SpikeTrain } from "../network/spikes.ts";
import type { Quantizer } from "./quantizer.ts";
import type { NumericRules } from "./rules.ts";

export type { VirtualBoard } from "../link/virtual-board.ts";

/** works: exercised end to end on the same wire or file. file only: files are written, nothing runs them here. */
export type Label = "works" | "file only" | "needs hardware";

/** A fact and where it is from: paper, RTL file and commit, data sheet. */
export interface Source {
  readonly what: string;
  readonly from: string;
}

/** What single operations cost, where somebody has published it: estimates are made from these and from nothing else. */
export interface OperationCosts {
  readonly operations: readonly {
    /** What is counted: spikes through synapses, neurons times steps, spikes sent. */
    readonly operation: "synapticOperation" | "neuronUpdate" | "spike";
    /** In the publisher's words. */
    readonly what: string;
    /** null: not published. */
    readonly picojoules: number | null;
    readonly nanoseconds: number | null;
  }[];
  readonly from: string;
  /** What is left out, and what the numbers are not. */
  readonly caveat: string;
}

/** One core of a floor plan: where it lies, counted in cores, and which layers take how much of it. */
export interface PlannedCore {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly capacity: number;
  readonly parts: readonly { readonly layer: string; readonly used: number }[];
}

/** A placement as a picture: cores, and what fills them ("neurons"). */
export interface FloorPlan {
  readonly unit: string;
  readonly cores: readonly PlannedCore[];
}

/** chip.json: everything about a chip that is data. */
export interface Chip {
  readonly name: string;
  readonly title: string;
  readonly label: Label;
  /** What fits: neurons, synapses, fan-out...; keys are printed as they are. */
  readonly limits: Readonly<Record<string, number>>;
  readonly rules: NumericRules;
  readonly wire: { readonly baudRate: number; readonly description: string } | null;
  /** Absent where nothing is published. */
  readonly costs?: OperationCosts;
  readonly sources: readonly Source[];
  /** What differs from silicon or is unknown. */
  readonly unknown: readonly string[];
}

/** One named file or byte program of an Image. */
export interface Artifact {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a chip is given; written as a folder. The manifest ties chip addresses to inputs and outputs. */
export interface Image {
  readonly target: string;
  readonly artifacts: readonly Artifact[];
}

/** A network laid out on a chip. Targets extend it with their own addresses. */
export interface Placement {
  readonly target: string;
  readonly network: Network;
  /** Populations (and inputs) whose spikes the chip reports. */
  readonly observed: readonly string[];
  readonly report: FitReport;
}

export interface FitUse {
  /** neurons, synapses, input ids... */
  readonly resource: string;
  readonly used: number;
  readonly limit: number;
}

export interface FitReport {
  readonly uses: readonly FitUse[];
  /** Where chip and law could differ and could not be proven equal, and what else a user should know. */
  readonly notes: readonly string[];
}

/** One reason why a network does not fit: FitError lists them all. */
export interface FitReason {
  /** Population, projection or input; "network" for a total. */
  readonly layer: string;
  readonly resource: string;
  readonly need: number;
  readonly limit: number;
  /** What would help. */
  readonly help: string;
}

/** Events for the chip, in its own addresses, by absolute step; opaque to everyone but its target. */
export interface ChipEvents {
  readonly steps: number;
  /** addresses[t]: chip addresses that fired at step t, in the chip's order. */
  readonly addresses: readonly (readonly number[])[];
  /** values[t]: beside the addresses, what graded spikes carry; absent where every event is one spike. */
  readonly values?: readonly (readonly number[])[];
  /** [address, membrane] after the last step, where the chip shows membranes. */
  readonly membranes?: readonly (readonly [address: number, membrane: number])[];
}

/** What goes into the chip: for each step, [address, value] pairs. */
export interface Stimulus {
  readonly steps: number;
  readonly charges: readonly (readonly (readonly [address: number, value: number])[])[];
}

/** A chip that can be run: emulated, or silicon behind a wire. */
export interface Device {
  /** Back to the initial state, configuration kept. */
  reset(): Promise<void>;
  run(stimulus: Stimulus, steps: number): Promise<ChipEvents>;
  /** Milliseconds that the board computed in the last run; null or absent where it does not tell. */
  computed?(): number | null;
  close(): Promise<void>;
}

/** Progress of a configuration going over a wire: feeds the bar, --json-events and pages alike. */
export interface FlashProgress {
  readonly bytesSent: number;
  readonly bytesTotal: number;
}

export interface FlashResult {
  readonly bytes: number;
  /** How delivery was checked: counted acknowledgements, or read-back. */
  readonly verified: "acknowledged" | "read back" | "no";
  readonly acknowledgements: number;
  /** The byte at which an earlier, broken flash was taken up again; absent where the wire cannot. */
  readonly resumedAt?: number;
}

/** A USB device, by hexadecimal vendor and product id. */
export interface UsbId {
  readonly vendor: string;
  readonly product: string;
  readonly name: string;
}

/** How a board gets its own firmware, once: as a file onto the drive that it shows, or over its boot loader. */
export type FirmwareInstallation =
  | {
      readonly kind: "drive";
      /** Name of the drive, and of a file that is always on it. */
      readonly drive: string;
      readonly mark: string;
      readonly fileName: string;
      /** firmware: one of `firmwares`. */
      file(firmware: string): Promise<Uint8Array>;
    }
  | {
      readonly kind: "port";
      readonly baudRate: number;
      readonly parity: "none" | "even";
      /** Throws SPK-05xx. */
      install(link: Link, firmware: string, options: FirstFlashOptions): Promise<FirstFlashResult>;
    };

/** How a chip with a board is reached over a wire. */
export interface Wire {
  readonly baudRate: number;
  /** What the board or its usual adapter calls itself on USB. */
  readonly usb?: readonly UsbId[];
  /** Sends the Image's configuration; throws SPK-05xx when the board is silent, gone or answers wrongly. */
  flash(link: Link, image: Image, options?: WireOptions): Promise<FlashResult>;
  /** A Device that speaks the board's protocol. The link stays owned by the caller. */
  device(link: Link, image: Image, options?: WireOptions): Promise<Device>;
  /** The emulated board: decodes the bytes it receives and nothing else. */
  board(): VirtualBoard;
  /** The board's own firmware in an emulated processor; absent where there is none. Throws SPK-0521 without the emulator. */
  firmwareBoard?(firmware?: string): Promise<VirtualBoard>;
  /** Absent for boards that run in emulators alone, and for those whose maker's tools do it. */
  readonly firmware?: FirmwareInstallation;
  /** Variants of the board's own firmware: the last one runs every network that has a place on the board, others are smaller. */
  readonly firmwares?: readonly string[];
  /** The smallest of them that runs an image. */
  smallestFirmware?(image: Image): string;
}

export interface WireOptions {
  readonly onProgress?: (progress: FlashProgress) => void;
  /** What happens during a flash, step by step, where the wire has such steps. */
  readonly onEvent?: (event: LoaderEvent) => void;
  /** Take an earlier, broken flash of the same image up again. */
  readonly resume?: boolean;
  /** Flash at this rate, where wire and board can; afterwards the usual one is back. */
  readonly baudRate?: number;
  readonly signal?: AbortSignal;
  /** Milliseconds without a reply before the board counts as silent. */
  readonly replyTimeout?: number;
}

export interface PlaceOptions {
  /** readout: only what the readout needs is reported by the chip. all: every neuron. */
  readonly observe?: "readout" | "all";
  /** Choices that only this chip has, by name (`Target.options`). */
  readonly chip?: Readonly<Record<string, string>>;
}

/** A choice that a chip leaves to its user when a network is placed. */
export interface ChipOption {
  readonly name: string;
  /** What may be given, in words; the first is the default where values are listed. */
  readonly values: string;
  readonly what: string;
}

/** One golden vector, run: exact, or where it first differs. */
export interface VectorResult {
  readonly name: string;
  readonly exact: boolean;
  /** The first difference, in words with its position; null when exact. */
  readonly difference: string | null;
}

/** Golden vectors made with somebody else's code or RTL, and what runs them: for `prove` and the conformance run. */
export interface Proof {
  /** As in test/conformance/suites.json: "rtl/ucaspian". */
  readonly suite: string;
  /** Paths under a golden folder. */
  readonly files: readonly string[];
  /** Whose code made the vectors: project, commit, how it was run. */
  readonly whose: string;
  /** How many vectors the whole suite has; spikec ships all of them, or a part. */
  readonly vectors: number;
  /** files: contents by the paths above. Every vector in them is run, whatever its name. */
  run(files: ReadonlyMap<string, Uint8Array>): readonly VectorResult[] | Promise<readonly VectorResult[]>;
}

export interface Target {
  readonly name: string;
  readonly chip: Chip;
  /** What `PlaceOptions.chip` may choose; absent: nothing. */
  readonly options?: readonly ChipOption[];
  /** Ways of its own from native spiking networks to integers; absent: the general one alone. */
  readonly quantizers?: readonly Quantizer[];
  /** Throws FitError (SPK-0401) with every reason. */
  place(network: Network, options?: PlaceOptions): Placement;
  emit(placement: Placement): Promise<Image>;
  /** The sample's input spikes as the chip's own events; steps = steps of the run. */
  stimulus(placement: Placement, input: SpikeTrain): Stimulus;
  /** The chip's events back under the Network's names, at absolute Network steps. */
  readings(placement: Placement, events: ChipEvents): SpikeTrain;
  /** Where the network lies on the chip, for people to look at; absent where there is nothing to see. */
  floorPlan?(placement: Placement): FloorPlan;
  /** The emulated chip, configured from the Image's bytes alone. */
  open(image: Image): Promise<Device>;
  readonly wire?: Wire;
  readonly proofs?: readonly Proof[];
}
