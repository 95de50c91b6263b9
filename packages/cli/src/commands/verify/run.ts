import { setMaxListeners } from 'node:events';
import { MessoxError } from '@messox/client';
import type { Sql } from '@messox/server';
import { CliError } from '../../errors/cli-error.ts';
import { exit } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import type { Run } from '../../framework/spec.ts';
import { withLock } from '../../project/lock.ts';
import { projectPaths } from '../../project/paths.ts';
import { requireMigrated, withDatabase } from '../../project/database.ts';
import { readServerState } from '../../project/server-state.ts';
import { loadSettings } from '../../project/settings.ts';
import { localUrl } from '../../server-process/health.ts';
import { type Account, withAccounts } from './accounts.ts';
import { bad, type Finding } from './finding.ts';
import { holdIdle, idleLeftOut, judgeIdle } from './idle.ts';
import { judgeRounds } from './judge.ts';
import { logInAll } from './people.ts';
import { checkAddresses, checkReach } from './reach.ts';
import { forecast, renderReport, reportData } from './report.ts';
import { playRound, type Round } from './round.ts';
import { checkSockets } from './sockets.ts';
import type { spec } from './spec.ts';

const defaultSeconds = 30;
/** One round; its channels stay short enough to be read whole. */
const roundMs = 30_000;

interface Plan {
  readonly url: string;
  readonly talkMs: number;
  readonly idleMs: number;
}

/** The address that others use, and how the server is set. */
const addressOf = ({ flags }: Context, named: string | undefined): { url: string; trustedProxies: number } => {
  const { server } = loadSettings(flags.dir);
  const running = readServerState(flags.dir);
  if (!running)
    throw new CliError('not_running', 'No server runs in this folder', {
      detail: 'Accounts for the check are made and removed in the database of the folder.',
      fixes: ['`messox up -d`', 'Name the folder of the server with --dir.'],
    });
  const url = named ?? server.publicUrl ?? localUrl(running);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CliError('invalid_usage', `--url cannot be "${url}"`, {
      detail: 'Expected an address with http:// or https://.',
      fixes: ['--url https://chat.example.org'],
    });
  return { url: url.replace(/\/+$/, ''), trustedProxies: server.trustedProxies };
};

const talkMsOf = (seconds: number | undefined, minutes: number | undefined): number => {
  if (seconds !== undefined && minutes !== undefined)
    throw new CliError('invalid_usage', '--seconds and --minutes say the same', { fixes: ['Give one of them.'] });
  return minutes === undefined ? (seconds ?? defaultSeconds) * 1_000 : minutes * 60_000;
};

/** Why the accounts of this folder cannot log in there, or could not go on. */
const trouble = (error: MessoxError, url: string): Finding => {
  const title = 'Login';
  if (error.code === 'invalid_credentials')
    return bad(
      'login',
      title,
      `${url} is another server than that of this folder`,
      'Correct server.publicUrl or --url.',
    );
  if (error.code === 'rate_limited')
    return bad(
      'login',
      title,
      'too many logins from this address for the moment',
      'Try again in a quarter of an hour. Behind a proxy: `messox config set server.trustedProxies 1`',
    );
  return bad('talk', 'Talk', `ended early: ${error.message} (${error.code})`, '`messox status`, `messox logs -n 50`');
};

const converse = async (
  { output, signal }: Context,
  { idleMs, talkMs, url }: Plan,
  accounts: readonly Account[],
): Promise<{ findings: Finding[]; rounds: Round[] }> => {
  const rounds: Round[] = [];
  try {
    const devices = await logInAll(url, accounts.slice(1));
    const [silent] = await logInAll(url, accounts.slice(0, 1));
    const idle = idleMs === 0 || !silent ? undefined : holdIdle(url, silent.token(), idleMs, signal);
    // Waited for below; a failure of the rounds comes first.
    idle?.catch(() => undefined);
    for (let left = talkMs; left > 0 && !signal.aborted; left -= roundMs) {
      rounds.push(await playRound({ url, devices, ms: Math.min(left, roundMs), signal }));
      output.detail(`Round ${rounds.length} is done`);
    }
    if (idle) output.say('Waiting for the idle socket …');
    return { findings: [...judgeRounds(rounds), idle ? judgeIdle(await idle) : idleLeftOut()], rounds };
  } catch (error) {
    if (signal.aborted) return { findings: [], rounds };
    if (!(error instanceof MessoxError)) throw error;
    return { findings: [trouble(error, url)], rounds };
  }
};

const isBroken = (findings: readonly Finding[]): boolean => findings.some(({ status }) => status === 'fail');

export const run: Run<typeof spec> = async (context, _, { accounts, idle, minutes, seconds, url: named }) => {
  const { flags, output, place, signal } = context;
  // Everybody's pauses end with it.
  setMaxListeners(0, signal);
  const { trustedProxies, url } = addressOf(context, named);
  const plan: Plan = { url, talkMs: talkMsOf(seconds, minutes), idleMs: idle * 1_000 };
  const findings = [await checkReach(url)];
  if (!isBroken(findings)) findings.push(...(await checkSockets(url)), checkAddresses(url, trustedProxies));
  let rounds: Round[] = [];
  const check = async (sql: Sql): Promise<void> => {
    await requireMigrated(sql);
    output.say(forecast(plan.talkMs, plan.idleMs));
    await withAccounts(sql, accounts + 1, {
      onLeftovers: (count) => output.say(`Removed ${count} accounts that an earlier run had left behind`),
      work: async (those) => {
        const found = await converse(context, plan, those);
        findings.push(...found.findings);
        ({ rounds } = found);
      },
    });
  };
  // What does not get through needs no accounts to be told.
  if (!isBroken(findings))
    await withLock(
      flags.dir,
      'verify',
      () => withDatabase(context, { command: 'verify' }, check),
      projectPaths(flags.dir).verifyLock,
    );
  if (signal.aborted) throw new CliError('interrupted', 'Interrupted; the accounts of the check are removed');
  const facts = { url, accounts, findings, rounds };
  output.result(reportData(facts, place), (style) => renderReport(facts, style, place));
  return isBroken(findings) ? exit.state : exit.done;
};
