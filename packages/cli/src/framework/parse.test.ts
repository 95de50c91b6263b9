import { describe, expect, it } from 'vitest';
import { CliError } from '../errors/cli-error.ts';
import { parse } from './parse.ts';
import { defineCommand, type Command } from './spec.ts';

const load = () => Promise.reject(new Error('not run here'));
const play = defineCommand({
  name: 'play',
  group: 'Help',
  summary: 'Play',
  arguments: [
    { name: 'side', about: 'Which', choices: ['left', 'right'] },
    { name: 'files', about: 'What', optional: true, variadic: true },
  ],
  options: {
    times: { type: 'integer', value: 'count', short: 't', min: 1, max: 9, default: 2, about: 'How often' },
    loud: { type: 'flag', about: 'How' },
    mixTape: { type: 'text', value: 'name', env: 'MESSOX_MIX_TAPE', about: 'On what' },
    speed: { type: 'choice', value: 'speed', choices: ['slow', 'fast'], about: 'How fast' },
    skip: { type: 'list', value: 'title', env: 'MESSOX_SKIP', about: 'What not' },
  },
  examples: [],
});
const commands: Command[] = [
  { spec: play, load },
  { spec: { name: 'box', group: 'Help', summary: 'Box', examples: [] } },
  { spec: { name: 'box open', group: 'Help', summary: 'Open', examples: [] }, load },
];

const request = (argv: string[], env: NodeJS.ProcessEnv = {}) => parse(commands, argv, env);
const ran = (argv: string[], env: NodeJS.ProcessEnv = {}) => {
  const found = request(argv, env);
  if (found.kind !== 'run') throw new Error(found.kind);
  return found;
};
const refused = (argv: string[], env: NodeJS.ProcessEnv = {}): CliError => {
  try {
    parse(commands, argv, env);
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error('It was taken.');
};

describe('parse', () => {
  it('reads arguments and options of every type', () => {
    const { args, options } = ran([
      'play',
      'left',
      'x',
      'y',
      '-t',
      '3',
      '--loud',
      '--mix-tape=m',
      '--speed',
      'slow',
      '--skip',
      'p',
      '--skip',
      'q',
    ]);
    expect(args).toEqual({ side: 'left', files: ['x', 'y'] });
    expect(options).toEqual({ times: 3, loud: true, mixTape: 'm', speed: 'slow', skip: ['p', 'q'] });
  });

  it('has defaults', () => {
    const { args, options } = ran(['play', 'right']);
    expect(args).toEqual({ side: 'right', files: [] });
    expect(options).toEqual({ times: 2, loud: false, mixTape: undefined, speed: undefined, skip: [] });
  });

  it('takes the environment where the command line is silent', () => {
    const env = { MESSOX_MIX_TAPE: 'from env', MESSOX_SKIP: 'a, b' };
    expect(ran(['play', 'left'], env).options).toMatchObject({ mixTape: 'from env', skip: ['a', 'b'] });
    expect(ran(['play', 'left', '--mix-tape', 'x', '--skip', 'y'], env).options).toMatchObject({
      mixTape: 'x',
      skip: ['y'],
    });
  });

  it('knows global options before and after the command', () => {
    expect(ran(['--json', 'play', 'left', '--dir', '/srv']).globals).toMatchObject({ json: true, dir: '/srv' });
  });

  it('takes what follows -- as it is', () =>
    expect(ran(['play', 'left', '--', '--loud']).args.files).toEqual(['--loud']));

  it('finds commands below commands', () => expect(ran(['box', 'open']).command.spec.name).toBe('box open'));

  it.each([
    [[], []],
    [['--help'], []],
    [['play', '--help'], ['play']],
    [['box', '-h'], ['box']],
    [
      ['box', 'open', '--help'],
      ['box', 'open'],
    ],
  ])('%j asks for the help of %j', (argv, words) => expect(request(argv)).toMatchObject({ kind: 'help', words }));

  it.each([[['--version']], [['play', '--version', 'left']]])('%j asks for the version', (argv) =>
    expect(request(argv).kind).toBe('version'),
  );

  it.each([
    [['paly'], 'unknown_command', '`messox play`'],
    [['paly', 'left', '--loud'], 'unknown_command', '`messox play left --loud`'],
    [['bxo', 'opne'], 'unknown_command', '`messox box open`'],
    [['paly', '--help'], 'unknown_command', '`messox play --help`'],
    [['box', 'opne'], 'unknown_command', '`messox box open`'],
    [['box'], 'invalid_usage', '`messox box open`'],
    [['play', 'left', '--lod'], 'unknown_option', 'Did you mean --loud?'],
    [['--jsn'], 'unknown_option', 'Did you mean --json?'],
    [['play'], 'invalid_usage', '`messox play --help`'],
    [['play', 'middle'], 'invalid_usage', undefined],
    [['box', 'open', 'more'], 'invalid_usage', '`messox box open --help`'],
    [['play', 'left', '--times'], 'invalid_usage', '`messox play --help`'],
    [['play', 'left', '--times', 'x'], 'invalid_usage', undefined],
    [['play', 'left', '--times', '10'], 'invalid_usage', undefined],
    [['play', 'left', '--times', '1.5'], 'invalid_usage', undefined],
    [['play', 'left', '--speed', 'fats'], 'invalid_usage', 'Did you mean fast?'],
  ])('refuses %j as %s', (argv, code, fix) => {
    const error = refused(argv);
    expect(error.code).toBe(code);
    expect(error.fixes[0]).toBe(fix);
    expect(error.exit).toBe(2);
  });
});
