import { CliError } from '../errors/cli-error.ts';
import type { GlobalFlags } from './globals.ts';

interface Question {
  readonly message: string;
  /** How to give the value without a terminal, for the error: `--host <address>`. */
  readonly flag: string;
}

/** Says what is wrong with an answer. */
export type Validate = (value: string) => true | string | Promise<true | string>;

/** Questions to the person at the terminal. Without one, each is an error that names the flag. */
export interface Ask {
  /** Whether a question can be asked at all. */
  readonly possible: boolean;
  readonly text: (question: Question & { default?: string; validate?: Validate }) => Promise<string>;
  /** Unseen, and asked again where nothing is typed. */
  readonly password: (question: Question & { validate?: Validate }) => Promise<string>;
  /**
   * For a command that looks at something before it asks for a password: what is typed meanwhile is not shown, and answers
   * the question. Node lets the terminal be as it was when the process ends.
   */
  readonly hideTyping: () => Promise<void>;
  readonly select: <T extends string>(
    question: Question & { choices: readonly { value: T; name: string }[]; default?: T },
  ) => Promise<T>;
  /** Yes or no. `--yes` answers it with yes; no is the answer `false`, not an error. */
  readonly confirm: (question: { message: string; default?: boolean }) => Promise<boolean>;
  /** As `confirm`, but no ends the command with exit code 8. */
  readonly confirmOrCancel: (question: { message: string; default?: boolean }) => Promise<void>;
}

export interface AskFacts {
  readonly flags: Pick<GlobalFlags, 'yes' | 'input' | 'json'>;
  readonly isTty: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** Called before a question is shown. */
  readonly onQuestion?: () => void;
}

const reason = ({ flags, isTty, env }: AskFacts): string | undefined => {
  if (!flags.input) return 'questions are off (--no-input)';
  if (flags.json) return 'questions are off with --json';
  if (env.CI && env.CI !== 'false') return 'questions are off where CI is set';
  return isTty ? undefined : 'there is no terminal';
};

// inquirer is loaded with the first question: it takes longer than most commands run.
const inquirer = () => import('inquirer').then((module) => module.default);

/** The answer of one question of inquirer, which calls it by name. */
const prompt = async <T>({ onQuestion }: AskFacts, question: object): Promise<T> => {
  const { prompt: run } = await inquirer();
  onQuestion?.();
  const { answer } = await run<{ answer: T }>([{ name: 'answer', ...question } as never]);
  return answer;
};

/** Keys like Ctrl-C keep their meaning, unlike in the raw mode of Node. Without `stty` there is nothing to be done. */
const stopEcho = async (): Promise<void> => {
  const { spawnSync } = await import('node:child_process');
  spawnSync('stty', ['-echo'], { stdio: ['inherit', 'ignore', 'ignore'] });
};

const notEmpty: Validate = (typed) => typed !== '' || 'Nothing was typed.';

export const createAsk = (facts: AskFacts): Ask => {
  const why = reason(facts);
  const needed = ({ message, flag }: Question): void => {
    if (why === undefined) return;
    throw new CliError('input_needed', `A value is missing: ${message}`, {
      detail: `It cannot be asked for: ${why}.`,
      fixes: [`Give it with ${flag}.`],
    });
  };
  const confirm: Ask['confirm'] = async ({ message, default: fallback = false }) => {
    if (facts.flags.yes) return true;
    if (why !== undefined)
      throw new CliError('confirmation_needed', `A confirmation is missing: ${message}`, {
        detail: `It cannot be asked for: ${why}.`,
        fixes: ['Answer it with --yes.'],
      });
    return prompt<boolean>(facts, { type: 'confirm', message, default: fallback });
  };
  return {
    possible: why === undefined,
    text: async (question) => {
      needed(question);
      return prompt<string>(facts, { type: 'input', ...question });
    },
    password: async ({ validate = notEmpty, ...question }) => {
      needed(question);
      return prompt<string>(facts, { type: 'password', mask: '*', validate, ...question });
    },
    hideTyping: async () => {
      if (why === undefined) await stopEcho();
    },
    select: async <T extends string>(
      question: Question & { choices: readonly { value: T; name: string }[]; default?: T },
    ) => {
      needed(question);
      return prompt<T>(facts, { type: 'select', ...question });
    },
    confirm,
    confirmOrCancel: async (question) => {
      if (!(await confirm(question))) throw new CliError('cancelled', 'Cancelled; nothing was changed');
    },
  };
};
