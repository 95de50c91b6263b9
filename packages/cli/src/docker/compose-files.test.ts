import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { emptyFolder } from '../testing/messox.ts';
import { composeFiles } from './compose-files.ts';

// As compose-go has it: the names and their order in cli/options.go, and what .env may say of them.
it.each<[string, readonly string[], string, readonly string[]]>([
  ['nothing', [], '', []],
  ['an override alone', ['compose.override.yaml'], '', []],
  ['what messox makes', ['compose.override.yaml', 'compose.yaml'], '', ['compose.yaml', 'compose.override.yaml']],
  [
    'every name that there is',
    ['docker-compose.yaml', 'docker-compose.yml', 'compose.yml', 'compose.yaml'],
    '',
    ['compose.yaml'],
  ],
  ['the other ending', ['docker-compose.yml', 'compose.yml'], '', ['compose.yml']],
  ['names of before', ['docker-compose.yaml', 'docker-compose.yml'], '', ['docker-compose.yml']],
  ['the last of those', ['docker-compose.yaml'], '', ['docker-compose.yaml']],
  [
    'two overrides',
    ['compose.yaml', 'compose.override.yaml', 'compose.override.yml'],
    '',
    ['compose.yaml', 'compose.override.yml'],
  ],
  [
    'overrides of before',
    ['compose.yaml', 'docker-compose.override.yaml', 'docker-compose.override.yml'],
    '',
    ['compose.yaml', 'docker-compose.override.yml'],
  ],
  ['files by name', ['compose.yaml'], 'COMPOSE_FILE=b.yaml:sub/a.yaml', ['b.yaml', 'sub/a.yaml']],
  ['one elsewhere', [], 'COMPOSE_FILE=../other.yaml', ['../other.yaml']],
  ['names that are empty', ['compose.yaml'], 'COMPOSE_FILE=', ['compose.yaml']],
  ['a separator', [], 'COMPOSE_PATH_SEPARATOR=;\nCOMPOSE_FILE=a:b.yaml;c.yaml', ['a:b.yaml', 'c.yaml']],
  ['a separator that is empty', [], 'COMPOSE_PATH_SEPARATOR=\nCOMPOSE_FILE=a.yaml:c.yaml', ['a.yaml', 'c.yaml']],
])('compose reads with %s in the folder what it names', async (_, files, env, read) => {
  const dir = await emptyFolder();
  for (const name of files) writeFileSync(join(dir, name), 'services: {}\n');
  writeFileSync(join(dir, '.env'), `${env}\n`);
  expect(composeFiles(dir).map((path) => relative(dir, path))).toEqual(read);
});
