import type { CheckReport } from '../../doctor/check.ts';

/** What was found of one thing that was looked at. */
export type Finding = Omit<CheckReport, 'group'>;

export const good = (id: string, title: string, why: string): Finding => ({ id, title, status: 'ok', why });
export const notice = (id: string, title: string, why: string, fix: string): Finding => ({
  ...{ id, title, status: 'warn', why, fix },
});
export const bad = (id: string, title: string, why: string, fix: string): Finding => ({
  ...{ id, title, status: 'fail', why, fix },
});
export const leftOut = (id: string, title: string, why: string): Finding => ({ id, title, status: 'skip', why });
