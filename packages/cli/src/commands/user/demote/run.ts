import type { Run } from '../../../framework/spec.ts';
import { changeAdmin } from '../change-admin.ts';
import type { spec } from './spec.ts';

export const run: Run<typeof spec> = (context, { name }) => changeAdmin(context, name, false);
