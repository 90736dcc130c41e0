/** Pass: calibration inputs must be usable, and where they are doubtful the user is told what is doubtful about them. */
import { SpikecError } from "../errors/error.ts";
import type { FloatArray, Note } from "../graph/graph.ts";
import type { Normalization } from "../network/network.ts";
import type { ActivationValues } from "./check-fold.ts";
import type { Activation, Folded } from "./folded.ts";
import type { CalibrationInputs } from "./options.ts";

/** Fewer samples than this say little about a network. */
const enoughSamples = 32;
/** Inputs that stay below this share of what integers of a file can reach were divided by too much. */
const smallestShare = 1 / 8;
/** Values this large are rarely what a network was trained on: nobody divided them by their scale. */
const largestInput = 16;

const warning = (text: string): Note => ({ level: "warning", where: "calibration", text });

/** Throws SPK-0303 for values that are no numbers. */
export function refuseUnusable({ values, samples }: CalibrationInputs): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const size = values.length / samples;
  throw new SpikecError("SPK-0303", `calibration sample ${Math.floor(bad / size)} holds ${values[bad]}`, {
    where: `value ${bad % size} of the sample`,
    advice: "Remove the sample, or repair what wrote it.",
  });
}

function largestOf(values: FloatArray): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}

function allTheSame({ values, samples }: CalibrationInputs): boolean {
  const size = values.length / samples;
  for (let i = size; i < values.length; i++) if (values[i] !== values[i % size]) return false;
  return samples > 1;
}

function scaleNotes({ values, inputScale }: CalibrationInputs): Note[] {
  const largest = largestOf(values);
  if (inputScale !== null && inputScale > 1 && largest < smallestShare)
    return [
      warning(
        `no input exceeds ${largest.toPrecision(2)} once divided by the input scale of ${inputScale}: it is probably too large`,
      ),
    ];
  if (largest > largestInput)
    return [
      warning(
        `inputs reach ${largest.toPrecision(3)}: if the network was trained on smaller values, give --input-scale`,
      ),
    ];
  return [];
}

/** What a user should know about the inputs. normalization: of values in units of their own, which may be of any size. */
export function calibrationNotes(
  calibration: CalibrationInputs,
  normalization: Normalization | null,
): Note[] {
  const { samples } = calibration;
  const notes = normalization === null ? scaleNotes(calibration) : [];
  if (allTheSame(calibration))
    notes.push(
      warning(`all ${samples} calibration inputs are the same: thresholds fit that one input alone`),
    );
  else if (samples < enoughSamples)
    notes.push(
      warning(
        `only ${samples} calibration inputs: thresholds and biases may fit them and nothing else; 100 to 1000 are good`,
      ),
    );
  return notes;
}

function deadNote({ name, kind }: Activation, values: FloatArray): Note[] {
  if (kind !== "relu" || values.some((value) => value > 0)) return [];
  return [
    {
      level: "warning",
      where: name,
      text: "the layer is 0 on every calibration input, in the float network already: nothing behind it depends on the input",
    },
  ];
}

/** Layers that no calibration input excites. */
export function deadNotes({ activations }: Folded, values: ActivationValues): Note[] {
  return activations.flatMap((activation) => deadNote(activation, values.get(activation.name)!));
}
