import { settingsSchema } from '../project/schema.ts';
import type { Stack, StackFacts } from './stack.ts';

/** A stack with these settings below `deploy`, and the rest as it is by default. */
export const testStack = (deploy: object = {}, facts: Partial<StackFacts> = {}, more: object = {}): Stack => ({
  settings: settingsSchema.parse({
    mode: 'compose',
    deploy: { domain: 'chat.example.org', tls: { mode: 'acme', email: 'ana@example.org' }, ...deploy },
    ...more,
  }),
  facts: {
    project: 'messox-chat-example-org',
    version: '1.2.3',
    machineMb: 4_096,
    tarballs: [],
    hasModules: false,
    hasNpmrc: false,
    ...facts,
  },
});
