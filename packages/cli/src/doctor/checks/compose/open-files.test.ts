import { describe, expect, it } from 'vitest';
import type { EngineProcess } from '../../../docker/open-files.ts';
import { judgeOpenFiles, wantedOpenFiles } from './open-files.ts';

const engine = (hard: number, mayRaise = false): EngineProcess => ({
  name: 'dockerd',
  pid: 812,
  uid: 0,
  hard,
  mayRaise,
});
const most = 1_048_576;

describe('open files of containers', () => {
  it.each([
    ['an engine with as many', { wanted: 65_536, engines: [engine(65_536)], most }, 'ok'],
    ['an engine with less that may raise its limit', { wanted: 65_536, engines: [engine(20_000, true)], most }, 'ok'],
    ['an engine with less', { wanted: 65_536, engines: [engine(20_000)], most }, 'fail'],
    ['another one with as many', { wanted: 65_536, engines: [engine(20_000), engine(Infinity)], most }, 'ok'],
    ['containers that ask for less', { wanted: 20_000, engines: [engine(20_000)], most }, 'ok'],
    ['a kernel that lets nobody', { wanted: 65_536, engines: [engine(20_000, true)], most: 20_000 }, 'fail'],
  ])('with %s', (_, facts, status) => expect(judgeOpenFiles(facts).status).toBe(status));

  it('that the engine cannot give: it is named, with both ways out', () => {
    const { fix, why } = judgeOpenFiles({ wanted: 65_536, engines: [engine(20_000)], most });
    expect(why).toContain('dockerd (pid 812) may give 20000 at most');
    expect(fix).toContain('LimitNOFILE=1048576');
    expect(fix).toContain('systemctl restart containerd docker (raises the limit, and restarts all containers');
    expect(fix).toContain('  gateway: { ulimits: { nofile: 20000 } }');
  });

  it('that a rootless engine cannot give: the limit of its user is raised', () => {
    const { fix } = judgeOpenFiles({ wanted: 65_536, engines: [{ ...engine(20_000), uid: 1000 }], most });
    expect(fix).toContain('/etc/systemd/system/user@.service.d/open-files.conf');
    expect(fix).toContain('systemctl restart user@1000 (');
    expect(fix).not.toContain('restart containerd docker');
  });

  it('are as many as the files of compose say', () => {
    const services = (nofile: number | { hard: number }) => ({ services: { nginx: { ulimits: { nofile } }, api: {} } });
    expect(wantedOpenFiles(undefined)).toBe(65_536);
    expect(wantedOpenFiles(services({ hard: 30_000 }))).toBe(30_000);
    expect(wantedOpenFiles(services(20_000))).toBe(20_000);
    expect(wantedOpenFiles(services(-1))).toBe(Infinity);
    expect(wantedOpenFiles({ services: { api: {} } })).toBe(0);
  });
});
