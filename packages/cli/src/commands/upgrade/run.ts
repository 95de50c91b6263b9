import type { Run } from '../../framework/spec.ts';
import { isCompose } from '../../project/is-compose.ts';
import { readSettingsFile } from '../../project/settings-file.ts';
import type { spec } from './spec.ts';

export const run: Run<typeof spec> = async (context, _, { rollback, waitTimeout, ...given }) => {
  const { dir } = context.flags;
  readSettingsFile(dir);
  const options = { ...given, waitMs: waitTimeout * 1_000 };
  if (isCompose(dir)) {
    if (rollback) return (await import('../../upgrade/roll-back.ts')).rollBackCompose(context, options);
    return (await import('../../upgrade/compose.ts')).upgradeCompose(context, options);
  }
  if (rollback) return (await import('../../upgrade/roll-back-embedded.ts')).rollBackEmbedded(context);
  return (await import('../../upgrade/embedded.ts')).upgradeEmbedded(context, options);
};
