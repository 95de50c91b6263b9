import { describe, expect, it } from 'vitest';
import { CliError } from '../errors/cli-error.ts';
import { createOutput } from './output.ts';
import { jsonSink, textSink } from './sinks.ts';
import { plainStyle } from './style.ts';

const open = (sink: typeof textSink, flags: { verbose?: boolean; quiet?: boolean; width?: number } = {}) => {
  const written = { out: '', err: '' };
  const output = createOutput(
    sink({
      out: { write: (text: string) => (written.out += text) },
      err: { write: (text: string) => (written.err += text) },
      outStyle: plainStyle,
      errStyle: { ...plainStyle, width: flags.width ?? Infinity },
      verbose: flags.verbose ?? false,
      quiet: flags.quiet ?? false,
      place: { env: { MESSOX_COMMAND: 'npx messox' }, dir: '/srv/chat' },
    }),
  );
  return { output, written };
};
const error = new CliError('locked', 'Somebody is at work', {
  detail: 'It is Ana.\nShe is quick.',
  fixes: ['Wait.', 'Ask her.'],
});

describe('the text sink', () => {
  it('has the result on stdout and all else on stderr', () => {
    const { output, written } = open(textSink);
    output.say('on the way');
    output.ok('done');
    output.warn('careful');
    output.detail('hidden');
    output.result({ a: 1 }, () => ['one', 'two']);
    expect(written).toEqual({ out: 'one\ntwo\n', err: 'on the way\n+ done\n! careful\n' });
  });

  it('has no line of progress where a question is asked', () => {
    const { output, written } = open(textSink, { width: 20 });
    output.progress({}, 'half way there, and a little more');
    output.question();
    output.question();
    expect(written.err).toBe('\r\u001b[Khalf way there, and\r\u001b[K');
  });

  it('tells more with -v, and only warnings with -q', () => {
    const verbose = open(textSink, { verbose: true });
    verbose.output.detail('shown');
    expect(verbose.written.err).toBe('shown\n');
    const quiet = open(textSink, { quiet: true });
    quiet.output.say('on the way');
    quiet.output.ok('done');
    quiet.output.warn('careful');
    quiet.output.result({}, () => 'the result');
    expect(quiet.written).toEqual({ out: 'the result\n', err: '! careful\n' });
  });

  it('prints an error with why, what mends it and where it is explained', () => {
    const { output, written } = open(textSink);
    output.error(error);
    expect(written.out).toBe('');
    expect(written.err).toBe(
      [
        'x Somebody is at work [locked]',
        '  It is Ana.',
        '  She is quick.',
        '  fix   Wait.',
        '   or   Ask her.',
        '  more  npx messox help locked --dir /srv/chat',
        '',
      ].join('\n'),
    );
  });

  it('prints commands as they are typed here, and breaks lines at words, under what they begin with', () => {
    const { output, written } = open(textSink, { width: 40 });
    output.warn('The server runs with the old settings: `messox restart` makes the new ones hold');
    output.error(new CliError('locked', 'A message of so many words that it takes lines', { fixes: ['`messox up`'] }));
    expect(written.err.split('\n')).toEqual([
      '! The server runs with the old settings:',
      '  npx messox restart --dir /srv/chat',
      '  makes the new ones hold',
      'x A message of so many words that it',
      '  takes lines [locked]',
      '  fix   npx messox up --dir /srv/chat',
      '  more  npx messox help locked --dir /srv/chat',
      '',
    ]);
  });

  it('prints the stacks of an error and its causes with -v only', () => {
    const cause = new Error('the reason');
    const told = new CliError('bug', 'A bug', { cause });
    const [plain, verbose] = [open(textSink), open(textSink, { verbose: true })];
    plain.output.error(told);
    verbose.output.error(told);
    expect(plain.written.err).not.toContain('the reason');
    expect(verbose.written.err).toContain('Error: the reason\n    at ');
  });
});

describe('the JSON sink', () => {
  it('has one object on stdout', () => {
    const { output, written } = open(jsonSink);
    output.say('on the way');
    output.result({ a: 'ü\n' }, () => 'never');
    expect(written).toEqual({ out: '{"a":"ü\\n"}\n', err: 'on the way\n' });
    expect(() => output.result({}, () => '')).toThrow('one result');
  });

  it('has the error there when there is no result', () => {
    const { output, written } = open(jsonSink);
    output.error(error);
    expect(JSON.parse(written.out)).toEqual({
      error: {
        code: 'locked',
        message: 'Somebody is at work',
        detail: 'It is Ana.\nShe is quick.',
        suggestion: 'Wait.',
        fixes: ['Wait.', 'Ask her.'],
        docs: 'npx messox help locked --dir /srv/chat',
      },
    });
    expect(written.err).toContain('Somebody is at work');
  });

  it('tells an error that follows the result on stderr alone', () => {
    const { output, written } = open(jsonSink);
    output.result({ a: 1 }, () => '');
    output.error(error);
    expect(written.out).toBe('{"a":1}\n');
  });

  it('has an object a line for a command that streams', () => {
    const { output, written } = open(jsonSink);
    output.entry({ a: 1 }, () => '');
    output.entry({ a: 2 }, () => '');
    expect(written.out).toBe('{"a":1}\n{"a":2}\n');
  });
});
