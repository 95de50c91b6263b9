import { listenProblem } from '../../project/listen.ts';
import { fail, ok, type Check } from '../check.ts';

export const listen: Check = {
  id: 'listen',
  title: 'Address and port',
  group: 'network',
  when: ['doctor', 'up'],
  skip: ({ listen: where }) => (where ? undefined : 'messox.yaml cannot be read'),
  run: async ({ listen: where, running }) => {
    if (!where) return ok('nothing to listen on');
    const { host, port } = where;
    if (running?.port === port) return ok(`${host} port ${port} is in use by this server (pid ${running.pid})`);
    const problem = await listenProblem(host, port);
    return problem ? fail(problem.why, problem.fix) : ok(`${host} port ${port === 0 ? '(any)' : port} is free`);
  },
};
