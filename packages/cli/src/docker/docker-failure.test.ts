import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { dockerFailure } from './docker-failure.ts';

const failure = (stderr: string, more: { code?: string; stdout?: string } = {}) =>
  dockerFailure({ words: ['compose', 'up'], doing: 'start it', stdout: '', stderr, ...more });

describe('a call of docker that failed', () => {
  it.each([
    [
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      'docker_not_running',
    ],
    [
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/version": dial unix /var/run/docker.sock: connect: permission denied',
      'docker_no_permission',
    ],
    ["docker: 'compose' is not a docker command.\nSee 'docker --help'", 'compose_missing'],
    ["unknown shorthand flag: 'p' in -p", 'compose_missing'],
    ['Error response from daemon: manifest for nginx:9 not found: manifest unknown: manifest unknown', 'image_missing'],
    [
      'Error response from daemon: pull access denied for nobody/none, repository does not exist or may require docker login',
      'image_missing',
    ],
    [
      'Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
      'registry_unreachable',
    ],
    ['failed to register layer: write /usr/lib/x: no space left on device', 'disk_full'],
    [
      'Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error setting rlimits for ready process: error setting rlimit type 7: operation not permitted: unknown',
      'open_files_limited',
    ],
    ['crun: setrlimit `RLIMIT_NOFILE`: Operation not permitted: OCI permission denied', 'open_files_limited'],
    ['error setting rlimit type 8: operation not permitted', 'docker_failed'],
    ['services.api: something else', 'docker_failed'],
  ])('that says %j is %s', (stderr, code) => {
    const error = failure(stderr);
    expect(error.code).toBe(code);
    expect(error.fixes.length).toBeGreaterThan(0);
  });

  it('that could not be started means that there is no Docker', () =>
    expect(failure('', { code: 'ENOENT' }).code).toBe('docker_missing'));

  it('for a port names the port and who has it', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    try {
      const error = failure(
        `Error response from daemon: driver failed programming external connectivity on endpoint chat-nginx-1: failed to bind host port for 127.0.0.1:${port}:172.18.0.2:443/tcp: address already in use`,
      );
      expect(error.code).toBe('port_in_use');
      expect(error.message).toContain(String(port));
      expect(error.detail).toContain(`pid ${process.pid}`);
    } finally {
      server.close();
    }
  });

  it('shows the last lines of what it said, and of stdout where stderr is empty', () => {
    const many = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n');
    expect(failure(many).detail?.split('\n')).toHaveLength(15);
    expect(failure(many).detail).toContain('line 39');
    expect(failure('', { stdout: 'all of it' }).detail).toBe('all of it');
  });
});
