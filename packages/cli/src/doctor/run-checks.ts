import { translate } from '../errors/translate.ts';
import { readServerState } from '../project/server-state.ts';
import { loadSettings } from '../project/settings.ts';
import {
  beforeStart,
  type Check,
  type CheckContext,
  type CheckGroup,
  type CheckReport,
  type Given,
  type Hold,
  type Occasion,
} from './check.ts';
import { checks as allChecks } from './checks/index.ts';
import { stackFacts } from './stack-facts.ts';

export interface CheckOptions {
  readonly dir: string;
  readonly given?: Given;
  /** Only these groups; all when empty. */
  readonly groups?: readonly CheckGroup[];
  /** Leaves out what asks others than this machine. */
  readonly offline?: boolean;
  readonly hold?: Hold;
  /** Ends it after the check that is under way. */
  readonly signal?: AbortSignal;
}

/** What cannot be read is told by the checks `folder` and `settings`; the others do without. */
const orNothing = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

const contextOf = (occasion: Occasion, { dir, given = {}, hold }: CheckOptions): CheckContext => {
  const settings = orNothing(() => loadSettings(dir));
  const running = orNothing(() => readServerState(dir));
  const configured = settings && { host: given.host ?? settings.server.host, port: given.port ?? settings.server.port };
  // A server that is to be started again listens where it is told now.
  const listen = beforeStart.includes(occasion) ? configured : (running ?? configured);
  const stack = settings?.mode === 'compose' ? orNothing(() => stackFacts(dir)) : undefined;
  return { dir, occasion, settings, listen, given, running, stack, hold };
};

const runCheck = async (check: Check, context: CheckContext, offline: boolean): Promise<CheckReport> => {
  const { id, title, group } = check;
  const skipped = (why: string): CheckReport => ({ id, title, group, status: 'skip', why });
  if (offline && check.outside) return skipped('left out by --offline');
  try {
    const reason = await check.skip?.(context);
    if (reason !== undefined) return skipped(reason);
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
  const mode = context.settings?.mode ?? 'embedded';
  const chosen = allChecks.filter(
    ({ group, modes = [mode], when }) =>
      when.includes(occasion) && modes.includes(mode) && (groups.length === 0 || groups.includes(group)),
  );
  const reports: CheckReport[] = [];
  for (const check of chosen) {
    if (options.signal?.aborted === true) break;
    reports.push(await runCheck(check, context, options.offline ?? false));
  }
  return reports;
};
