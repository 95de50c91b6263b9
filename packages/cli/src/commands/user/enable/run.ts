import type { Run } from '../../../framework/spec.ts';
import { changeDisabled } from '../change-disabled.ts';
import type { spec } from './spec.ts';

export const run: Run<typeof spec> = (context, { name }) => changeDisabled(context, name, false);
