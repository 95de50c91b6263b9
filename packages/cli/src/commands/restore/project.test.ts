import { expect, it } from 'vitest';
import type { VerifiedArchive } from '../../archive/verify-archive.ts';
import { messoxHere, projectFolder } from '../../testing/messox.ts';
import { planRestored } from './project.ts';

it('settings that are others in the backup are named without their values', async () => {
  const dir = await projectFolder();
  await messoxHere(['config', 'set', 'log.level', 'warn'], { dir });
  const warned: string[] = [];
  const place = { env: {}, flags: { dir }, output: { warn: (text: string) => warned.push(text) } };
  const settings = 'server:\n  port: 8080\nmodules: { pager: { token: very secret } }\n';
  planRestored(place as unknown as Parameters<typeof planRestored>[0], { settings } as VerifiedArchive);
  expect(warned).toEqual([expect.stringContaining('modules.pager.token')]);
  expect(warned).toEqual([expect.stringContaining('log.level')]);
  expect(warned.join()).not.toMatch(/very secret|server\.port/);
});
