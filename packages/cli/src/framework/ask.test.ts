import { describe, expect, it } from 'vitest';
import { createAsk, type AskFacts } from './ask.ts';

const facts = { flags: { yes: false, input: true, json: false }, isTty: true, env: {} } satisfies AskFacts;
const question = { message: 'Which port?', flag: '--port <port>' };

describe('questions', () => {
  it.each<[string, AskFacts]>([
    ['there is no terminal', { ...facts, isTty: false }],
    ['(--no-input)', { ...facts, flags: { ...facts.flags, input: false } }],
    ['--json', { ...facts, flags: { ...facts.flags, json: true } }],
    ['CI is set', { ...facts, env: { CI: '1' } }],
  ])('are errors that name the flag where %s', async (why, asked) => {
    const ask = createAsk(asked);
    expect(ask.possible).toBe(false);
    const error = { code: 'input_needed', exit: 2, detail: expect.stringContaining(why) as string };
    await expect(ask.text(question)).rejects.toMatchObject({ ...error, fixes: ['Give it with --port <port>.'] });
    await expect(ask.password(question)).rejects.toMatchObject(error);
    await expect(ask.select({ ...question, choices: [] })).rejects.toMatchObject(error);
    await expect(ask.confirm({ message: 'Really?' })).rejects.toMatchObject({
      code: 'confirmation_needed',
      fixes: ['Answer it with --yes.'],
    });
  });

  it('--yes answers confirmations and nothing else', async () => {
    const ask = createAsk({ ...facts, isTty: false, flags: { ...facts.flags, yes: true } });
    expect(await ask.confirm({ message: 'Really?' })).toBe(true);
    await ask.confirmOrCancel({ message: 'Really?' });
    await expect(ask.text(question)).rejects.toMatchObject({ code: 'input_needed' });
  });

  it('are possible where CI is false', () => expect(createAsk({ ...facts, env: { CI: 'false' } }).possible).toBe(true));
});
