import { copyFile, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { setUpEngine } from './machine/set-up.ts';
import { whyNotHere } from './machine/why-not-here.ts';
import { say } from './say.ts';
import { makeCertificate } from './story/project.ts';

const story = fileURLToPath(new URL('story/main.js', import.meta.url));

/** Tells the story in a process of its own, which trusts the lab's certificate besides what this machine trusts. */
const tell = async (env: Readonly<Record<string, string>>): Promise<boolean> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mx-story-')));
  try {
    Object.assign(process.env, env);
    const certificate = await makeCertificate(folder);
    const trusted = join(folder, 'trusted.pem');
    const extra = process.env.NODE_EXTRA_CA_CERTS;
    await copyFile(certificate, trusted);
    if (extra !== undefined) await writeFile(trusted, await readFile(extra), { flag: 'a' });
    const { exitCode } = await execa(process.execPath, [story, folder], {
      env: { NODE_EXTRA_CA_CERTS: trusted, ...(extra === undefined ? {} : { LAB_REGISTRY_CA: extra }) },
      stdio: ['ignore', 'inherit', 'inherit'],
      reject: false,
    });
    return exitCode === 0;
  } finally {
    if (process.env.LAB_KEEP !== '1') await rm(folder, { recursive: true, force: true });
  }
};

const why = whyNotHere();
if (why !== undefined) {
  say(`skipped: ${why}`);
  // Where nothing may be left out, this is a failure.
  process.exitCode = process.env.MESSOX_NO_SKIP === '1' || process.env.CI === 'true' ? 1 : 0;
} else {
  const engine = await setUpEngine();
  try {
    process.exitCode = (await tell(engine.env)) ? 0 : 1;
  } finally {
    await engine.stop();
  }
}
