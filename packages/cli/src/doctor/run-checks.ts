import { translate } from '../errors/translate.ts';
import { readServerState } from '../project/server-state.ts';
import { loadSettings } from '../project/settings.ts';
import type { Check, CheckContext, CheckGroup, Finding, Given, Occasion } from './check.ts';
import { checks as allChecks } from './checks/index.ts';

/** What a check found, or why it was skipped. */
export interface CheckReport {
  readonly id: string;
  readonly title: string;
  readonly group: CheckGroup;
  readonly status: Finding['status'] | 'skip';
  readonly why: string;
  readonly fix?: string;
}

export interface CheckOptions {
  readonly dir: string;
  readonly given?: Given;
  /** Only these groups; all when empty. */
  readonly groups?: readonly CheckGroup[];
}

/** What cannot be read is told by the checks `folder` and `settings`; the others do without. */
const orNothing = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

const contextOf = (occasion: Occasion, { dir, given = {} }: CheckOptions): CheckContext => {
  const settings = orNothing(() => loadSettings(dir));
  const running = orNothing(() => readServerState(dir));
  const configured = settings && { host: given.host ?? settings.server.host, port: given.port ?? settings.server.port };
  // A server that is to be started again listens where it is told now.
  const listen = occasion === 'up' ? configured : (running ?? configured);
  return { dir, settings, listen, given, running };
};

const runCheck = async (check: Check, context: CheckContext): Promise<CheckReport> => {
  const { id, title, group } = check;
  const reason = check.skip?.(context);
  if (reason !== undefined) return { id, title, group, status: 'skip', why: reason };
  try {
    return { id, title, group, ...(await check.run(context)) };
  } catch (error) {
    const { message, detail, fixes } = translate(error);
    const why = [message, detail].filter(Boolean).join(': ');
    return { id, title, group, status: 'fail', why, fix: fixes[0] ?? '`messox doctor -v`' };
  }
};

/** Runs every check of the occasion, also after one that fails, and changes nothing. */
export const runChecks = async (occasion: Occasion, options: CheckOptions): Promise<CheckReport[]> => {
  const context = contextOf(occasion, options);
  const groups = options.groups ?? [];
  const chosen = allChecks.filter(
    ({ when, group }) => when.includes(occasion) && (groups.length === 0 || groups.includes(group)),
  );
  const reports: CheckReport[] = [];
  for (const check of chosen) reports.push(await runCheck(check, context));
  return reports;
};
