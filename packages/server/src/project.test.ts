import { expect, it } from 'vitest';
import { coreModules } from './modules/index.ts';
import { settingsSchema } from './project.ts';
import { settingsSchema as schemaFor } from './settings.ts';

it('has the settings of all modules that come along, without loading them', () => {
  expect(settingsSchema.toJSONSchema({ io: 'input' })).toEqual(schemaFor(coreModules).toJSONSchema({ io: 'input' }));
});
