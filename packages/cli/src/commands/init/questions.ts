import type { Context } from '../../framework/context.ts';
import { commandLine } from '../../output/command-line.ts';
import { listenProblem } from '../../project/listen.ts';
import { defaultAnswers, type Answers } from '../../project/settings-template.ts';

const other = 'other';

const askHost = async (ask: Context['ask']): Promise<string> => {
  const choice = await ask.select({
    message: 'Who may reach the server?',
    flag: '--host <address>',
    choices: [
      { value: '127.0.0.1', name: 'This machine only, or a proxy on it (127.0.0.1)' },
      { value: '0.0.0.0', name: 'Every network that this machine is in (0.0.0.0)' },
      { value: other, name: 'One address of this machine' },
    ],
    default: '127.0.0.1',
  });
  if (choice !== other) return choice;
  return ask.text({
    message: 'Which address?',
    flag: '--host <address>',
    validate: async (host) => (await listenProblem(host.trim(), 0))?.why ?? true,
  });
};

/** Asked of a new server only; all that follows depends on it. */
export const askMode = (ask: Context['ask']): Promise<'embedded' | 'compose'> =>
  ask.select({
    message: 'What runs the server?',
    flag: '--mode <mode>',
    choices: [
      { value: 'embedded', name: 'One process with its own database: nothing else is needed' },
      { value: 'compose', name: 'Docker: several processes behind nginx, with TLS' },
    ],
    default: 'embedded',
  });

const askPort = async (ask: Context['ask']): Promise<number> => {
  const port = await ask.text({
    message: 'Which port?',
    flag: '--port <port>',
    default: String(defaultAnswers().port),
    validate: (text) => (/^\d+$/.test(text.trim()) && Number(text) < 65_536 ? true : 'A whole number from 0 to 65535.'),
  });
  return Number(port);
};

export const askRegistration = ({ ask, place }: Pick<Context, 'ask' | 'place'>): Promise<Answers['registration']> =>
  ask.select({
    message: 'Who may make an account?',
    flag: '--registration <who>',
    choices: [
      { value: 'open', name: 'Everyone who reaches the server' },
      { value: 'closed', name: `Nobody; you make the accounts (${commandLine(place, 'user', 'create')})` },
    ],
    default: 'open',
  });

/** The answers that options gave, and of the rest: asked for, or the defaults. */
export const gatherAnswers = async (
  { ask, flags, place }: Pick<Context, 'ask' | 'flags' | 'place'>,
  given: { readonly [K in keyof Answers]: Answers[K] | undefined },
): Promise<Answers> => {
  const defaults = defaultAnswers();
  const asks = ask.possible && !flags.yes;
  return {
    host: given.host ?? (asks ? (await askHost(ask)).trim() : defaults.host),
    port: given.port ?? (asks ? await askPort(ask) : defaults.port),
    registration: given.registration ?? (asks ? await askRegistration({ ask, place }) : defaults.registration),
  };
};
