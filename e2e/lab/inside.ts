import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { setUpEngine } from './machine/set-up.ts';
import { tellStory } from './story/main.ts';

/** What asks the machine's own DNS, whatever network that is in: slirp4netns has it at this address. */
const useItsDns = async (folder: string): Promise<void> => {
  const file = join(folder, 'resolv.conf');
  await writeFile(file, 'nameserver 10.0.2.3\n');
  await execa('mount', ['--bind', file, realpathSync('/etc/resolv.conf')]);
};

/** The part of the lab that is apart from the machine. All its files are in the folder. */
const [folder = '', tally = ''] = process.argv.slice(2);
// There is a way out of here now.
await once(process.stdin, 'data');
process.stdin.destroy();
await useItsDns(folder);
// PostgreSQL, which does not run as root, has its folder below.
await chmod(folder, 0o711);
process.env.TMPDIR = join(folder, 'tmp');
await mkdir(process.env.TMPDIR, { mode: 0o1777 });
const engine = await setUpEngine(folder);
Object.assign(process.env, engine.env);
const told = await tellStory(engine, folder);
await writeFile(tally, JSON.stringify(told));
// What it has started ends with it.
process.exit(told.failed.length === 0 && told.skipped.length === 0 ? 0 : 1);
