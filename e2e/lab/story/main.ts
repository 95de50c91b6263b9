import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkHistory } from '@messox/client/checker';
import { makeWorld } from '../../faults/clients/people.ts';
import { Workload } from '../../faults/clients/workload.ts';
import { converge } from '../../faults/converge.ts';
import { Dice } from '../../faults/dice.ts';
import { readFinals } from '../../faults/history/read-finals.ts';
import { Recorder } from '../../faults/history/recorder.ts';
import { say } from '../say.ts';
import { check } from './check.ts';
import { allHealthy, crashEach } from './crash-each.ts';
import { engineState, runningContainers } from './docker.ts';
import { Messox } from './messox.ts';
import { makeProject } from './project.ts';
import { RequestWatch } from './request-watch.ts';
import { stackCluster } from './stack-cluster.ts';
import { readEverything } from './timelines.ts';

const [folder = ''] = process.argv.slice(2);
const messox = new Messox(folder);
const seed = Number(process.env.LAB_SEED ?? Date.now() % 1_000_000);
const patienceMs = 120_000;

say(`init (seed ${seed})`);
const before = await engineState();
const { dir, url } = await makeProject(messox, folder);
const ownFiles = await readdir(dir);

say('up');
const up = await messox.json(dir, ['up', '-d', '--yes', '--wait-timeout', '300']);
const project = String(up.project);
check((await fetch(`${url}/api/docs`)).ok, 'The documentation does not answer through nginx');
const password = randomBytes(12).toString('hex');
await messox.run(dir, ['user', 'create', 'root', '--admin', '--password-stdin'], password);
check((await messox.run(dir, ['user', 'list'])).includes('admin'), 'The administrator is not listed');
check((await messox.json(dir, ['status'])).healthy === true, 'The status is not healthy');
check((await messox.json(dir, ['doctor', '--hold', '1'])).ok === true, 'The doctor finds what fails');

say('people register and chat over wss');
const dice = new Dice(seed);
const recorder = new Recorder();
const cluster = stackCluster(url);
const world = await makeWorld({ cluster, recorder, dice: dice.of('world'), people: 4, devicesEach: 2 });
const workload = new Workload({ world, dice: dice.of('workload'), paceMs: [50, 600] });
workload.start();

say('scale gateway=3');
await messox.run(dir, ['scale', 'gateway=3']);
const gateways = (await runningContainers(project)).filter(({ service }) => service === 'gateway');
check(gateways.length === 3, `There are ${gateways.length} gateways`);

const crashed = await crashEach(project);

say('rolling restart');
await workload.stop();
check((await converge(world, patienceMs)) !== undefined, 'Not everybody has everything after the crashes');
const watch = new RequestWatch(url);
await watch.start();
const connections = world.devices.map(({ counts }) => counts.connections);
await messox.run(dir, ['restart', '--wait-timeout', '300']);
await watch.stop();
check(watch.failures.length === 0, `Requests failed: ${watch.failures.join('; ')}`);
const moves = world.devices.map(({ counts }, index) => counts.connections - (connections[index] ?? 0));
check(
  moves.every((count) => count <= 1),
  `Sessions moved more than once: ${moves.join(', ')}`,
);
await allHealthy(project, crashed);

say('holding what everybody saw against what the server promises');
check((await converge(world, patienceMs)) !== undefined, 'Not everybody has everything after the restart');
recorder.close();
await Promise.all(world.devices.map((device) => device.disconnect()));
await readFinals(await cluster.openReader(), world, recorder);
const violations = checkHistory(recorder.records);
check(violations.length === 0, `Broken: ${JSON.stringify(violations.slice(0, 3)).slice(0, 2_000)}`);
const accounts = [...new Set(world.devices.map(({ options }) => options.account))];
const written = await readEverything(url, accounts);
say(`${recorder.records.length} records, ${written.size} timelines, ${watch.answered} requests answered; all kept`);

say('backup, down');
const archive = join(folder, 'backup.tar.gz');
await messox.run(dir, ['backup', archive]);
await messox.run(dir, ['down']);

say('restore into a server of one process');
const other = join(folder, 'embedded');
await mkdir(other);
await messox.run(other, ['init', '--yes', '--port', '0']);
await messox.run(other, ['restore', archive, '--yes']);
const moved = await messox.json(other, ['up', '-d']);
try {
  const restored = await readEverything(String(moved.url), accounts);
  check(restored.size === written.size, `${restored.size} timelines instead of ${written.size}`);
  for (const [name, messages] of written) check(restored.get(name) === messages, `${name} is not the same`);
} finally {
  await messox.run(other, ['down']);
}

say('uninstall');
await messox.run(dir, ['uninstall', '--delete-data', '--confirm', project, '--yes']);
const left = (await engineState()).filter((line) => !before.includes(line));
check(left.length === 0, `Left in Docker: ${left.join(', ')}`);
const files = (await readdir(dir)).filter((name) => !ownFiles.includes(name) && name !== '.messox');
check(files.length === 0, `Left in the folder: ${files.join(', ')}`);

const transcript = await readFile(messox.transcript, 'utf8');
check(!transcript.includes(password), 'A password was printed');
say('the whole story went well');
