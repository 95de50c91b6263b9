import { command } from '../../output/command-line.ts';
import { listenProblem, settingFix, type ListenProblem } from '../../project/listen.ts';
import { beforeStart, fail, ok, type Check, type Given } from '../check.ts';

/** Where the command line said what cannot be, it is the command line that is to be changed. */
const fixOf = (problem: ListenProblem, { detach, host, port }: Given): string => {
  const isHost = problem.setting === 'server.host';
  if ((isHost ? host : port) === undefined) return settingFix(problem);
  const [newHost, newPort] = isHost ? [problem.better, port] : [host, problem.better];
  return command(
    ...['up', ...(detach ? ['-d'] : [])],
    ...(newHost === undefined ? [] : ['--host', newHost]),
    ...(newPort === undefined ? [] : ['--port', String(newPort)]),
  );
};

export const listen: Check = {
  id: 'listen',
  title: 'Address and port',
  group: 'network',
  when: ['doctor', ...beforeStart],
  modes: ['embedded', 'external'],
  skip: ({ listen: where }) => (where ? undefined : 'messox.yaml cannot be read'),
  run: async ({ given, listen: where, running }) => {
    if (!where) return ok('nothing to listen on');
    const { host, port } = where;
    if (running?.port === port) return ok(`${host} port ${port} is in use by this server (pid ${running.pid})`);
    const problem = await listenProblem(host, port);
    return problem
      ? fail(problem.why, fixOf(problem, given))
      : ok(`${host} port ${port === 0 ? '(any)' : port} is free`);
  },
};
