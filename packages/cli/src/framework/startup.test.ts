import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { bin, cleanEnv, emptyFolder, projectFolder } from '../testing/messox.ts';

/** The bound of the project for `--help`, in ms of CPU time, on a machine on which bare Node starts in `bareCpuMs`. */
const helpCpuMs = 200;
const bareCpuMs = 60;
const tries = 12;

/** Runs a command with something that is imported first, whose last line on stderr is the answer. */
const probe = async (words: readonly string[], source: string, project?: string): Promise<string> => {
  const dir = await emptyFolder();
  const file = join(dir, 'probe.mjs');
  await writeFile(file, source);
  const args = ['--import', pathToFileURL(file).href, bin, ...words];
  const { stderr } = await execa(process.execPath, args, {
    cwd: project ?? dir,
    env: cleanEnv(),
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  return stderr.split('\n').at(-1) ?? '';
};

const cpuProbe = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write('\\n' + (userCPUTime + systemCPUTime) / 1000);
});`;

/** CPU time of Node that has nothing to do, in ms. */
const bareStart = async (): Promise<number> => {
  const { stderr } = await execa(process.execPath, ['-e', cpuProbe], { env: cleanEnv(), extendEnv: false });
  return Number(stderr);
};

const moduleProbe = `import { register } from 'node:module';
import { MessageChannel } from 'node:worker_threads';
const { port1, port2 } = new MessageChannel();
const seen = [];
port1.on('message', (url) => seen.push(url)).unref();
register('data:text/javascript,' + encodeURIComponent(\`
  let port;
  export const initialize = (data) => { port = data; };
  export const resolve = async (name, context, next) => {
    const found = await next(name, context);
    port.postMessage(found.url);
    return found;
  };\`), { data: port2, transferList: [port2] });
process.on('beforeExit', () => setImmediate(() => {
  process.stderr.write('\\n' + JSON.stringify(seen));
  process.exit();
}));`;

describe('--help', () => {
  // Every spec is imported for any help, so a few commands stand for all.
  it.each(['up', 'config set', 'user create', 'chat'])(
    'of %s imports nothing that only running it needs',
    async (name) => {
      const urls = JSON.parse(await probe([...name.split(' '), '--help'], moduleProbe)) as string[];
      expect(urls.some((url) => url.endsWith('/framework/help.js'))).toBe(true);
      const packages = new Set(
        urls.flatMap((url) => /node_modules\/(?!\.pnpm)((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []),
      );
      expect([...packages]).toEqual(['commander']);
      expect(
        urls.filter(
          (url) => /\/(?:server|client|protocol)\/dist\/|\/run\.js$/.test(url) && !url.endsWith('/framework/run.js'),
        ),
      ).toEqual([]);
    },
  );

  it(`takes less than ${helpCpuMs} ms of CPU time where Node itself takes ${bareCpuMs}`, async () => {
    // Other work on the machine makes a single figure larger and never smaller; a slow machine makes both larger.
    let [least, bare] = [Infinity, Infinity];
    for (let i = 0; i < tries && !(least / bare < helpCpuMs / bareCpuMs); i += 1) {
      least = Math.min(least, Number(await probe(['config', '--help'], cpuProbe)));
      bare = Math.min(bare, await bareStart());
    }
    expect(least / bare).toBeLessThan(helpCpuMs / bareCpuMs);
  });
});

it.each(['config get server.port', 'status', 'logs', 'down', 'module new guestbook', 'chat --as ana'])(
  '%s loads nothing of the server but what is known of its folder',
  async (words) => {
    const urls = JSON.parse(await probe(words.split(' '), moduleProbe, await projectFolder())) as string[];
    const server = urls.flatMap((url) => /\/server\/dist\/(.+)$/.exec(url)?.[1] ?? []);
    expect(server).toContain('project.js');
    expect(server).not.toContain('index.js');
    expect(server.filter((file) => /^modules\/.+\/(?!settings)|^adapters\//.test(file))).toEqual([]);
  },
);
