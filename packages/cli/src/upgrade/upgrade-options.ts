/** What `upgrade` was told. */
export interface UpgradeOptions {
  readonly dryRun: boolean;
  readonly exitCode: boolean;
  readonly skipBackup: boolean;
  /** How long new processes may take to be healthy, in ms. */
  readonly waitMs: number;
}
