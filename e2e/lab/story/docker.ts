import { execa } from 'execa';

/** What the lab's own engine has; the engine is named by the environment. */
export const docker = async (...words: string[]): Promise<string> =>
  (await execa('docker', words, { stdin: 'ignore' })).stdout;

export interface RunningContainer {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** On this machine. */
  readonly pid: number;
}

const format =
  '{{.Id}} {{.Name}} {{index .Config.Labels "com.docker.compose.service"}} {{.State.Pid}} {{if .State.Health}}{{.State.Health.Status}}{{end}}';

/** The containers of the project that run, those without a service of theirs aside. */
export const runningContainers = async (
  project: string,
): Promise<(RunningContainer & { readonly health: string })[]> => {
  const filter = `label=com.docker.compose.project=${project}`;
  const ids = (await docker('ps', '--quiet', '--filter', filter)).split('\n').filter(Boolean);
  if (ids.length === 0) return [];
  return (await docker('inspect', '--format', format, ...ids)).split('\n').map((line) => {
    const [id = '', name = '', service = '', pid = '0', health = ''] = line.split(' ');
    return { id, name: name.slice(1), service, pid: Number(pid), health };
  });
};
