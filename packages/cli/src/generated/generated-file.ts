/** A file as it is generated from the settings. */
export interface GeneratedFile {
  /** Relative to the project folder, with `/` between its parts. */
  readonly path: string;
  /** Permission bits, as in 0o644. */
  readonly mode: number;
  readonly content: string;
}
