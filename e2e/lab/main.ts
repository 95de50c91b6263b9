import { writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { makeCertificates } from './machine/certificate.ts';
import { makeFolder, removeFolder } from './machine/folder.ts';
import { bringPackages } from './machine/packages.ts';
import { runApart } from './machine/run-apart.ts';
import { whyNotHere } from './machine/why-not-here.ts';
import { say } from './say.ts';

const inside = fileURLToPath(new URL('inside.js', import.meta.url));

/** For what came of it; `scripts/testing/run-lab.js` reads it. */
const [tally = ''] = process.argv.slice(2);

/** Aborted when this process is told to end, or has lost the one that started it. */
const toldToEnd = (): AbortSignal => {
  const told = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      process.exitCode = 128 + constants.signals[signal];
      told.abort();
    });
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) told.abort();
  }, 500).unref();
  return told.signal;
};

/** The whole lab, of which nothing is left at its end, whatever that is. @returns its exit code */
const run = async (signal: AbortSignal): Promise<number> => {
  await bringPackages();
  const folder = await makeFolder();
  try {
    const trusted = await makeCertificates(folder);
    const extra = process.env.NODE_EXTRA_CA_CERTS;
    signal.throwIfAborted();
    const apart = await runApart([inside, folder, tally], {
      ...process.env,
      NODE_EXTRA_CA_CERTS: trusted,
      ...(extra === undefined ? {} : { LAB_REGISTRY_CA: extra }),
    });
    signal.addEventListener('abort', () => apart.kill());
    if (signal.aborted) apart.kill();
    return (await apart.ended) ?? 1;
  } finally {
    if (process.env.LAB_KEEP !== '1') await removeFolder(folder);
  }
};

const why = whyNotHere();
if (why !== undefined) {
  say(`skipped: ${why}`);
  await writeFile(tally, JSON.stringify({ passed: 0, failed: [], skipped: [`the lab: ${why}`] }));
} else {
  const signal = toldToEnd();
  try {
    process.exitCode = await run(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (signal.aborted) say('ended before its time; nothing of it is left');
}
