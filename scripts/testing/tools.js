import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { run } from '../setup/run.js';

/** Programs that tests need beside Node and npm, with the Debian package that holds each. */
const tools = [
  { command: 'git', debianPackage: 'git', neededFor: 'the test of the repository itself' },
  { command: 'zsh', debianPackage: 'zsh', neededFor: 'the test of completion in zsh' },
  { command: 'fish', debianPackage: 'fish', neededFor: 'the test of completion in fish' },
  { command: 'script', debianPackage: 'bsdutils', neededFor: 'the test of questions in a terminal' },
  {
    // Debian's command of that name, in /usr/sbin, is for one user only.
    command: '/usr/lib/rabbitmq/bin/rabbitmq-server',
    debianPackage: 'rabbitmq-server',
    neededFor: 'the tests of several processes',
  },
  { command: '/usr/sbin/nginx', debianPackage: 'nginx-light', neededFor: 'the tests of the edge' },
  { command: 'systemd-analyze', debianPackage: 'systemd', neededFor: 'the test of the unit for systemd' },
  { command: 'openssl', debianPackage: 'openssl', neededFor: 'the tests of the edge' },
  { command: 'faketime', debianPackage: 'faketime', neededFor: 'the test with a clock that jumps' },
];

/** Installs the tools that are missing where this may do so, and says what to do where it may not. */
export async function bringTools() {
  const missing = tools.filter(({ command }) => !isHere(command));
  if (missing.length === 0) return;
  const packages = missing.map(({ debianPackage }) => debianPackage);
  const mayInstall = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
  if (mayInstall) {
    console.log(`Installing ${packages.join(', ')} …`);
    // Tests start their own RabbitMQ; none is to run on the machine for them, nor an nginx.
    const env = { DEBIAN_FRONTEND: 'noninteractive', SYSTEMD_OFFLINE: '1' };
    await run('apt-get', ['update'], { quiet: true, env });
    const { ok, output } = await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], {
      quiet: true,
      env,
    });
    if (ok) return;
    console.log(output);
  }
  for (const { command, neededFor } of missing) console.log(`There is no ${command} here, which ${neededFor} needs.`);
  console.log(`On Debian or Ubuntu this brings what is missing: sudo apt-get install ${packages.join(' ')}`);
}

/** @param {string} command */
const isHere = (command) => (command.includes('/') ? existsSync(command) : !spawnSync(command, ['--version']).error);
