import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../testing/messox.ts';
import { shellInTerminal } from '../testing/terminal.ts';
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

  it.skipIf(process.platform !== 'linux')('for a password hide what is typed before, and take it', async () => {
    const module = new URL('../../dist/framework/ask.js', import.meta.url).href;
    const source = `const { createAsk } = await import('${module}');
      const ask = createAsk({ flags: { yes: false, input: true, json: false }, isTty: true, env: {} });
      await ask.hideTyping();
      console.log('looking');
      const typed = new Promise((resolve) => setTimeout(resolve, 300));
      await typed;
      const password = await ask.password({ message: 'Password:', flag: '' });
      console.log('it has ' + password.length);`;
    const { output, exitCode } = await shellInTerminal(
      `'${process.execPath}' --input-type=module -e "${source}"; stty -a | tr ' ;' '\\n\\n' | grep -x -e echo -e -echo`,
      {
        dir: await emptyFolder(),
        steps: [
          { wait: 'looking', type: 'hush' },
          { wait: 'Password:', type: '\r' },
          { wait: 'it has 4', type: '' },
        ],
      },
    );
    expect(exitCode).toBe(0);
    expect(output).not.toContain('hush');
    expect(output.trim().split(/\r?\n/).at(-1)).toBe('echo');
  });

  it.skipIf(process.platform !== 'linux')('for a password are asked again where nothing is typed', async () => {
    const module = new URL('../../dist/framework/ask.js', import.meta.url).href;
    const source = `const { createAsk } = await import('${module}');
      const ask = createAsk({ flags: { yes: false, input: true, json: false }, isTty: true, env: {} });
      console.log('it is ' + (await ask.password({ message: 'Password:', flag: '' })));`;
    const { exitCode } = await shellInTerminal(`'${process.execPath}' --input-type=module -e "${source}"`, {
      dir: await emptyFolder(),
      steps: [
        { wait: 'Password:', type: '\r' },
        { wait: 'Nothing was typed.', type: 'secret\r' },
        { wait: 'it is secret', type: '' },
      ],
    });
    expect(exitCode).toBe(0);
  });
});
