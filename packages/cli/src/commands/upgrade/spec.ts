import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'upgrade',
  group: 'Lifecycle',
  summary: 'Bring the server to the version of this command',
  about:
    'Shows what is new since the version of the server, asks, writes a backup, migrates, and starts the new version. With mode compose the new files are checked in a folder of their own and the image is built before anything is changed, processes are replaced while the others work, and when the new ones do not become healthy everything goes back to how it was. --rollback goes back later, as long as no migration has taken away what the version before uses; with mode embedded it says whether that is so, and what to type.',
  options: {
    dryRun: { type: 'flag', about: 'Show what would be done, and change nothing' },
    exitCode: { type: 'flag', about: 'With --dry-run: end with exit code 3 when there is something to do' },
    skipBackup: { type: 'flag', about: 'Write no backup first' },
    rollback: { type: 'flag', about: 'Go back to the version before the last upgrade' },
    waitTimeout: {
      type: 'integer',
      value: 'seconds',
      min: 1,
      max: 86_400,
      default: 180,
      about: 'How long new processes may take to be healthy',
    },
  },
  examples: [
    ['upgrade --dry-run', 'Shows what is new, and what would be changed'],
    ['upgrade --yes', 'Upgrades without asking'],
  ],
  streams: true,
  ownsSignals: true,
});
