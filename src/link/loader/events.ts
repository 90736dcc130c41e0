/** What happens during a flash, as one union: it feeds bars, JSON lines and library users alike. */
export type LoaderEvent =
  | { readonly kind: "connecting" }
  | { readonly kind: "connected"; readonly board: string; readonly build: string }
  /** The upload begins at this byte; above 0 it goes on where an earlier one was cut off. */
  | { readonly kind: "preparing"; readonly resumedAt: number }
  | { readonly kind: "writing"; readonly bytes: number; readonly total: number }
  /** The board reads its flash back. */
  | { readonly kind: "verifying" }
  /** The board runs the golden spikes of the image. */
  | { readonly kind: "testing"; readonly steps: number }
  | { readonly kind: "finished"; readonly bytes: number };
