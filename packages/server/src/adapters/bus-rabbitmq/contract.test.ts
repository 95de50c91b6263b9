import { busContract } from '../../ports/bus.contract.ts';
import { brokerProxy, testBus, useVhost } from './test-bus.test.fixture.ts';

const vhost = useVhost();

busContract('rabbitmq', async () => {
  const proxy = await brokerProxy(vhost());
  return {
    connect: () => testBus(proxy.url),
    reachesOtherProcesses: true,
    interrupt: async () => {
      await proxy.cut();
      return () => proxy.restore();
    },
    stop: () => proxy.close(),
  };
});
