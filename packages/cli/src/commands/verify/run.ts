import { setMaxListeners } from 'node:events';
import { MessoxError } from '@messox/client';
import type { Sql } from '@messox/server';
import { CliError } from '../../errors/cli-error.ts';
import { exit } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import type { Run } from '../../framework/spec.ts';
import { durationText } from '../../output/duration.ts';
import { printable } from '../../output/printable.ts';
import { withLock } from '../../project/lock.ts';
import { isCompose } from '../../project/is-compose.ts';
import { projectPaths } from '../../project/paths.ts';
import { publicAddress } from '../../project/public-address.ts';
import { requireMigrated, withDatabase } from '../../project/database.ts';
import { readServerState } from '../../project/server-state.ts';
import { loadSettings } from '../../project/settings.ts';
import { withAccounts } from './accounts.ts';
import { refuseChanging, unlessChanged } from './busy.ts';
import { bad, type Finding, leftOut } from './finding.ts';
import { holdIdle, idleLeftOut, judgeIdle } from './idle.ts';
import { judgeRounds } from './judge.ts';
import { type Counters, loginsFix, type Patience, refuseTooMany, socketsFix } from './limits.ts';
import { type Credentials, ownPassword } from './own-account.ts';
import { type Device, logInAll, withOwnDevices } from './people.ts';
import { checkAddresses, checkReach } from './reach.ts';
import { forecast, renderReport, reportData } from './report.ts';
import { leaveGroups, playRound, type Round } from './round.ts';
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

const checkedUrl = (what: string, url: string): string => {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CliError('invalid_usage', `${what} cannot be "${url}"`, {
      detail: 'Expected an address with http:// or https://.',
      fixes: [what === '--url' ? '--url https://chat.example.org' : '`messox verify https://chat.example.org`'],
    });
  return url.replace(/\/+$/, '');
};

/** Accounts for the check are made and removed in the database of the folder. @throws CliError locked, not_running, docker_… */
const requireRunning = async (dir: string): Promise<void> => {
  refuseChanging(dir);
  if (isCompose(dir)) return (await import('../../docker/require-running.ts')).requireRunningStack(dir);
  if (readServerState(dir)) return;
  throw new CliError('not_running', 'No server runs in this folder', {
    detail: 'Accounts for the check are made and removed in the database of the folder.',
    fixes: ['`messox up -d`', 'Name the folder of the server with --dir.'],
  });
};

interface Here extends Counters {
  /** The address that others use. */
  readonly url: string;
}

const readHere = async ({ flags }: Context, named: string | undefined): Promise<Here> => {
  const { deploy, mode, server } = loadSettings(flags.dir);
  await requireRunning(flags.dir);
  const url = checkedUrl('--url', named ?? publicAddress(flags.dir) ?? '');
  // Processes in containers are told that nginx is in front.
  return mode === 'compose'
    ? { url, nginx: deploy.limits, trustedProxies: 1 }
    : { url, nginx: undefined, trustedProxies: server.trustedProxies };
};

const talkMsOf = (seconds: number | undefined, minutes: number | undefined): number => {
  if (seconds !== undefined && minutes !== undefined)
    throw new CliError('invalid_usage', '--seconds and --minutes say the same', { fixes: ['Give one of them.'] });
  return minutes === undefined ? (seconds ?? defaultSeconds) * 1_000 : minutes * 60_000;
};

interface Where {
  readonly url: string;
  /** Of a server in this folder. */
  readonly counters?: Counters;
  /** An account that is not this program's own. */
  readonly name?: string;
}

/** Why the accounts cannot log in there, or could not go on. */
const trouble = (error: MessoxError, { counters, name, url }: Where): Finding => {
  const login = (why: string, fix: string): Finding => bad('login', 'Login', why, fix);
  if (error.code === 'invalid_credentials')
    return name === undefined
      ? login(`${url} is another server than that of this folder`, 'Correct server.publicUrl or --url.')
      : login(`there is no account ${printable(name)}, or this is not its password`, 'Correct --as or the password.');
  if (error.code === 'account_disabled')
    return login('the account is disabled', `\`messox user enable ${name ?? 'NAME'}\`, where the server is`);
  if (error.code === 'rate_limited')
    return login('too many logins from this address for the moment', loginsFix(counters, error));
  return bad('talk', 'Talk', `ended early: ${error.message} (${error.code})`, '`messox status`, `messox logs -n 50`');
};

interface Conversation {
  readonly findings: readonly Finding[];
  readonly rounds: readonly Round[];
}

/** Rounds of talk, with a silent socket beside them. Where the server fails it, `explain` says what that means. */
const converse = async (
  { output, signal }: Context,
  { idleMs, talkMs, url }: Plan,
  explain: (error: MessoxError) => Finding,
  meet: (talk: (devices: readonly Device[], silent: Device | undefined) => Promise<Finding[]>) => Promise<Finding[]>,
): Promise<Conversation> => {
  const rounds: Round[] = [];
  try {
    const findings = await meet(async (devices, silent) => {
      const idle = idleMs === 0 || !silent ? undefined : holdIdle(url, silent.token(), idleMs, signal);
      // Waited for below; a failure of the rounds comes first.
      idle?.catch(() => undefined);
      for (let left = talkMs; left > 0 && !signal.aborted; left -= roundMs) {
        rounds.push(await playRound({ url, devices, ms: Math.min(left, roundMs), signal }));
        output.detail(`Round ${rounds.length} is done`);
      }
      if (idle) output.say('Waiting for the idle socket …');
      return [...judgeRounds(rounds), idle ? judgeIdle(await idle) : idleLeftOut()];
    });
    return { findings, rounds };
  } catch (error) {
    if (signal.aborted) return { findings: [], rounds };
    if (!(error instanceof MessoxError)) throw error;
    return { findings: [explain(error)], rounds };
  }
};

const isBroken = (findings: readonly Finding[]): boolean => findings.some(({ status }) => status === 'fail');

/** Says once that it waits, and how long that may take. */
const patienceOf = ({ output, signal }: Context, nginx?: Counters['nginx']): ((left?: number) => Patience) => {
  let isTold = false;
  const paceMs = nginx && 60_000 / nginx.authPerMinute;
  return (left = 1) => ({
    signal,
    ...(paceMs === undefined ? {} : { paceMs }),
    onWait: () => {
      if (isTold) return;
      isTold = true;
      output.say(
        nginx && paceMs !== undefined
          ? `nginx lets an address log in ${nginx.authPerMinute} times a minute (deploy.limits.authPerMinute): waiting for ${left} more, about ${durationText(left * paceMs)}`
          : 'An address may log in only so often there: waiting',
      );
    },
  });
};

/** With accounts that are made in the folder's own database for it. */
const verifyHere = async (
  context: Context,
  plan: Plan,
  counters: Counters,
  accounts: number,
): Promise<Conversation> => {
  const { flags, output } = context;
  const { url } = plan;
  const patience = patienceOf(context, counters.nginx);
  const check = async (sql: Sql): Promise<Conversation> => {
    await requireMigrated(sql);
    output.say(forecast(plan.talkMs, plan.idleMs));
    return withAccounts(sql, accounts + 1, {
      onLeftovers: (count) => output.say(`Removed ${count} accounts that an earlier run had left behind`),
      work: (those) =>
        converse(
          context,
          plan,
          (error) => trouble(error, { url, counters }),
          async (talk) => {
            const devices = await logInAll(url, those.slice(1), patience);
            const [silent] = await logInAll(url, those.slice(0, 1), patience);
            return talk(devices, silent);
          },
        ),
    });
  };
  return withLock(
    flags.dir,
    'verify',
    () => unlessChanged(flags.dir, () => withDatabase(context, { command: 'verify' }, check)),
    projectPaths(flags.dir).verifyLock,
  );
};

/** With an account that somebody has there. */
const verifyThere = (context: Context, plan: Plan, account: Credentials): Promise<Conversation> => {
  const { output } = context;
  output.say(forecast(plan.talkMs, plan.idleMs));
  return converse(
    context,
    plan,
    (error) => trouble(error, { url: plan.url, name: account.username }),
    (talk) =>
      withOwnDevices(plan.url, account, patienceOf(context)(), async (devices, silent) => {
        const left = await leaveGroups(silent);
        if (left > 0) output.say(`Left ${left} ${left === 1 ? 'group' : 'groups'} of an earlier run`);
        try {
          return await talk(devices, silent);
        } finally {
          await leaveGroups(silent);
        }
      }),
  );
};

const noTalk = leftOut('talk', 'Talk', 'nobody to talk as: --as names an account of yours');

export const run: Run<typeof spec> = async (context, { address }, options) => {
  const { ask, output, place, signal } = context;
  const { accounts, as: name, idle, minutes, passwordStdin, seconds, url: named } = options;
  // Everybody's pauses end with it.
  setMaxListeners(0, signal);
  if (address === undefined && (name !== undefined || passwordStdin))
    throw new CliError('invalid_usage', '--as and --password-stdin are for a server elsewhere', {
      fixes: ['`messox verify https://chat.example.org --as ana`'],
    });
  if (name !== undefined) await ask.hideTyping();
  const here = address === undefined ? await readHere(context, named) : undefined;
  if (here) refuseTooMany(here, accounts);
  const url = here?.url ?? checkedUrl('The address', address ?? '');
  const plan: Plan = { url, talkMs: talkMsOf(seconds, minutes), idleMs: idle * 1_000 };
  const findings = [await checkReach(url)];
  if (!isBroken(findings)) findings.push(...(await checkSockets(url, socketsFix(here))));
  if (!isBroken(findings) && here) findings.push(checkAddresses(url, here.trustedProxies));
  let rounds: readonly Round[] = [];
  // What does not get through needs no accounts to be told.
  if (!isBroken(findings)) {
    const found = here
      ? await verifyHere(context, plan, here, accounts)
      : name === undefined
        ? { findings: [noTalk], rounds }
        : await verifyThere(context, plan, {
            username: name,
            password: await ownPassword(context, name, passwordStdin),
          });
    findings.push(...found.findings);
    ({ rounds } = found);
  }
  if (signal.aborted)
    throw new CliError(
      'interrupted',
      here
        ? 'Interrupted; the accounts of the check are removed'
        : 'Interrupted; the devices of the check are logged out',
    );
  const facts = { url, accounts: here ? accounts : name === undefined ? 0 : 1, findings, rounds };
  output.result(reportData(facts, place), (style) => renderReport(facts, style, place));
  return isBroken(findings) ? exit.state : exit.done;
};
