import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tally } from '../../../scripts/testing/tally.js';
import { makeWorld } from '../../faults/clients/people.ts';
import { Workload } from '../../faults/clients/workload.ts';
import { Dice } from '../../faults/dice.ts';
import { Recorder } from '../../faults/history/recorder.ts';
import type { Engine } from '../machine/engine.ts';
import { say } from '../say.ts';
import { Chapters } from './chapters.ts';
import { check } from './check.ts';
import { allHealthy, crashEach } from './crash-each.ts';
import { judge } from './judge.ts';
import { changesSince, machineState } from './machine-state.ts';
import { runningContainers } from './docker.ts';
import { Messox } from './messox.ts';
import { changeMigrations, copyModule, hasEntry, isLoggedIn, logIn, sign } from './own-module.ts';
import { makeProject } from './project.ts';
import { renewCertificate } from './renew-certificate.ts';
import { restartRolling } from './rolling-restart.ts';
import { Secrets } from './secrets.ts';
import { stackCluster } from './stack-cluster.ts';
import { readEverything, sameTimelines } from './timelines.ts';
import { upgrade } from './upgrade.ts';
import { Witness } from './witness.ts';

const chapters = [
  'init',
  'up',
  "a module of one's own",
  'people register and chat over wss',
  'scale gateway=3',
  'kill -9 of each container',
  'the machine loses power',
  'rolling restart',
  'an upgrade that goes wrong, one that goes well, and back',
  'what everybody saw is what the server promises',
  'backup',
  'down',
  'restore into a server of one process',
  'restore into the stack',
  'uninstall',
  'nobody saw a secret',
] as const;

/** What stands in the table of the module. */
const greeting = 'Written in the lab.';

const tell = async (
  { engine, folder, witness }: { engine: Engine; folder: string; witness: Witness },
  story: Chapters<(typeof chapters)[number]>,
): Promise<void> => {
  const messox = new Messox(folder);
  const seed = Number(process.env.LAB_SEED ?? Date.now() % 1_000_000);
  say(`seed ${seed}`);
  const before = await machineState();
  const secrets = new Secrets();
  secrets.watchTokens();
  const password = randomBytes(12).toString('hex');
  secrets.add(password);

  const { added, dir, url } = await story.tell('init', async () => {
    const project = await makeProject(messox, folder);
    await secrets.addProject(project.dir);
    return project;
  });

  const project = await story.tell('up', async () => {
    const up = await messox.json(dir, ['up', '-d', '--yes', '--wait-timeout', '300']);
    await secrets.addProject(dir);
    check((await fetch(`${url}/api/docs`)).ok, 'The documentation does not answer through nginx');
    await messox.run(dir, ['user', 'create', 'root', '--admin', '--password-stdin'], password);
    check((await messox.run(dir, ['user', 'list'])).includes('admin'), 'The administrator is not listed');
    check((await messox.json(dir, ['status'])).healthy === true, 'The status is not healthy');
    check((await messox.json(dir, ['doctor', '--hold', '1'])).ok === true, 'The doctor finds what fails');
    return String(up.project);
  });

  await story.tell("a module of one's own", async () => {
    await sign(url, await logIn(url, 'root', password), greeting);
    await changeMigrations(messox, dir);
  });

  const dice = new Dice(seed);
  const recorder = new Recorder();
  const cluster = stackCluster(url);
  const { accounts, workload, world } = await story.tell('people register and chat over wss', async () => {
    const made = await makeWorld({ cluster, recorder, dice: dice.of('world'), people: 4, devicesEach: 2 });
    const people = [...new Set(made.devices.map(({ options }) => options.account))];
    secrets.add(...people.map((person) => person.password));
    const load = new Workload({ world: made, dice: dice.of('workload'), paceMs: [50, 600] });
    load.start();
    return { accounts: people, workload: load, world: made };
  });

  await story.tell('scale gateway=3', async () => {
    await messox.run(dir, ['scale', 'gateway=3']);
    const gateways = (await runningContainers(project)).filter(({ service }) => service === 'gateway');
    check(gateways.length === 3, `There are ${gateways.length} gateways`);
  });

  const count = await story.tell('kill -9 of each container', () => crashEach(project));

  await story.tell('the machine loses power', async () => {
    await engine.cutPower();
    await allHealthy(project, count);
    check((await messox.json(dir, ['status'])).healthy === true, 'The status is not healthy');
  });

  await story.tell('rolling restart', async () => {
    await workload.stop();
    await restartRolling({ messox, dir, url, project, world });
    await allHealthy(project, count);
  });

  await story.tell('an upgrade that goes wrong, one that goes well, and back', async () => {
    const isTaken = await renewCertificate(url, folder);
    await upgrade({ messox, dir, project });
    check(await isTaken(), 'nginx shows the certificate that was renewed before');
    await allHealthy(project, count);
  });

  const written = await story.tell('what everybody saw is what the server promises', async () => {
    await judge(await cluster.openReader(), world, recorder);
    return readEverything(url, accounts);
  });
  say(`${recorder.records.length} records, ${written.size} timelines; all kept`);

  const archive = join(folder, 'backup.tar.gz');
  const token = await story.tell('backup', async () => {
    const session = await logIn(url, 'root', password);
    check(await hasEntry(url, greeting), 'The entry of the module is gone');
    await messox.run(dir, ['backup', archive, '--with-secrets']);
    return session;
  });

  await story.tell('down', async () => {
    await messox.run(dir, ['down']);
    const left = await runningContainers(project);
    check(left.length === 0, `Still there: ${left.map(({ name }) => name).join(', ')}`);
  });

  await story.tell('restore into a server of one process', async () => {
    const other = join(folder, 'embedded');
    await mkdir(other);
    await messox.run(other, ['init', '--yes', '--port', '0']);
    await secrets.addProject(other);
    const lacking = await messox.try(other, ['restore', archive, '--yes']);
    check(lacking.exitCode !== 0 && lacking.stderr.includes('guestbook'), `It needs no module: ${lacking.stderr}`);
    await copyModule(dir, other);
    await messox.run(other, ['restore', archive, '--yes']);
    const moved = await messox.json(other, ['up', '-d']);
    try {
      sameTimelines(written, await readEverything(String(moved.url), accounts));
      check(await hasEntry(String(moved.url), greeting), 'The entry of the module was not restored');
    } finally {
      await messox.run(other, ['down']);
    }
  });

  await story.tell('restore into the stack', async () => {
    const key = join(dir, 'secrets', 'token-key');
    const lost = await readFile(key, 'utf8');
    await rm(key);
    await messox.run(dir, ['restore', archive, '--replace', '--yes']);
    check((await readFile(key, 'utf8')) === lost, 'The token key is not back');
    await messox.json(dir, ['up', '-d', '--yes', '--wait-timeout', '300']);
    check(await isLoggedIn(url, token), 'A session of before the restore is not there any more');
    sameTimelines(written, await readEverything(url, accounts));
    check(await hasEntry(url, greeting), 'The entry of the module was not restored');
    await messox.run(dir, ['down']);
  });

  await story.tell('uninstall', async () => {
    await messox.run(dir, ['uninstall', '--delete-data', '--confirm', project, '--yes']);
    const changes = await changesSince(before);
    check(changes.length === 0, `The machine is not as it was:\n${changes.join('\n')}`);
    const stays = ['messox.yaml', '.env', '.gitignore', 'backups', 'compose.override.yaml', ...added];
    const files = (await readdir(dir)).filter((name) => !stays.includes(name));
    check(files.length === 0, `Left in the folder: ${files.join(', ')}`);
  });

  await story.tell('nobody saw a secret', async () => {
    await witness.stop();
    const printed = { where: 'what messox printed', text: await readFile(messox.transcript, 'utf8') };
    const places = [printed, ...witness.seen];
    for (const { text, where } of places) {
      // What is run once, such as the test of nginx's files, may have nothing to say.
      check(text !== '' || /^docker logs .*-run-/.test(where), `Nothing was seen of ${where}`);
      const found = secrets.foundIn(text);
      check(found.length === 0, `In ${where} there is ${found.join(', ')}`);
    }
    say(`${secrets.size} secrets, and none of them in ${places.length} places`);
  });
};

/** Tells the whole story, and why it ended before its end if it did. */
export const tellStory = async (engine: Engine, folder: string): Promise<Tally> => {
  const story = new Chapters(chapters);
  const witness = new Witness(engine.socket);
  try {
    await tell({ engine, folder, witness }, story);
    say('the whole story went well');
  } catch (error) {
    const lines = (await readFile(engine.log, 'utf8')).trimEnd().split('\n').slice(-20);
    await witness.writeDown(join(folder, 'logs'));
    say(`nginx said of requests without an answer:\n${witness.unanswered().slice(-20).join('\n')}`);
    for (const text of [...witness.lastLines(20), `The engine:\n${lines.join('\n')}`]) say(`the last lines of ${text}`);
    say(`failed: ${String(error instanceof Error ? error.stack : error)}`);
  }
  await witness.stop();
  return story.tally;
};
