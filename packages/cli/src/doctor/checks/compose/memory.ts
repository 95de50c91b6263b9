import { readFileSync } from 'node:fs';
import { stackOf } from '../../../generated/render-project.ts';
import { memoryBudget, processesOf } from '../../../stack/memory-budget.ts';
import { beforeStart, type Finding, ok, warn } from '../../check.ts';
import { MiB, sizeText } from '../../size.ts';
import { needsEngine, stackCheck } from './stack-check.ts';

/** Of the machine, in bytes (proc_meminfo); 0 where that cannot be read. */
const swapSpace = (): number => {
  try {
    const [, kib = '0'] = /^SwapTotal:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
    return Number(kib) * 1024;
  } catch {
    return 0;
  }
};

/** All in bytes; `wanted` is what the containers may take together. */
export const judgeStackMemory = (wanted: number, memory: number, swap: number): Finding => {
  const facts = `${sizeText(wanted)} for all containers, of ${sizeText(memory)} and ${sizeText(swap)} of swap`;
  if (wanted <= memory) return ok(facts);
  if (wanted <= memory + swap) return ok(`${facts}, which they need when all of them are busy`);
  return warn(
    `${facts}: when all of them are busy, the kernel ends some`,
    'Add swap: sudo fallocate -l 2G /swapfile && sudo chmod 600 /swapfile && sudo mkswap /swapfile && sudo swapon /swapfile\nOr fewer processes: `messox config set deploy.replicas.api 1`, and so for gateway',
  );
};

export const stackMemory = stackCheck({
  id: 'memory',
  title: 'Memory',
  group: 'host',
  when: ['doctor', 'init', ...beforeStart],
  skip: needsEngine,
  run: async ({ info, stack: { dir, settings } }) => {
    const stack = stackOf(dir, settings);
    const { nginx, postgres, rabbitmq, server } = memoryBudget(stack);
    const wantedMb = nginx + postgres + rabbitmq + server * processesOf(stack);
    return judgeStackMemory(wantedMb * MiB, (await info()).memory, swapSpace());
  },
});
