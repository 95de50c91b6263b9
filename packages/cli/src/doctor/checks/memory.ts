import { freemem, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';
import { beforeStart, ok, warn, type Check, type Finding } from '../check.ts';
import { MiB, sizeText } from '../size.ts';

/** Node.js, PostgreSQL and room for sessions. */
const comfortable = 512 * MiB;

/** What Linux would give out without swapping (proc_meminfo); elsewhere what is free. */
const availableMemory = (): number => {
  try {
    const [, kib] = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
    return kib === undefined ? freemem() : Number(kib) * 1024;
  } catch {
    return freemem();
  }
};

export const judgeMemory = (available: number, limit: number): Finding => {
  const facts = `${sizeText(Math.min(available, limit))} available of ${sizeText(limit)}`;
  return Math.min(available, limit) >= comfortable
    ? ok(facts)
    : warn(`${facts}; the server and its database want ${sizeText(comfortable)}`, 'Add swap, or end other programs.');
};

export const memory: Check = {
  id: 'memory',
  title: 'Memory',
  group: 'host',
  when: ['doctor', ...beforeStart],
  modes: ['embedded'],
  run: () => {
    // The limit of the container, where there is one; Node tells 0, or more than there is, for none.
    const constrained = process.constrainedMemory();
    const limit = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
    return judgeMemory(availableMemory(), limit);
  },
};
