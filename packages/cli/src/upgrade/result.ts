import type { Context } from '../framework/context.ts';
import type { UpgradeRecord } from './record.ts';

/** Tells what came of an upgrade that went well, and how one gets back. */
export const tellUpgraded = ({ output }: Pick<Context, 'output'>, record: UpgradeRecord, begin: number): void => {
  const { backup, from, to } = record;
  const tookMs = Math.round(performance.now() - begin);
  output.result({ event: 'done', from, to, backup, tookMs }, (style) => [
    `${style.green(style.signs.ok)} The server is of messox ${to} now, after ${(tookMs / 1_000).toFixed(0)} s`,
    ...(backup === null ? [] : [`  The backup of before is ${backup}`]),
  ]);
};
