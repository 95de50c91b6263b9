import type { Stack } from './stack.ts';

/** What each container may take at most, in MB. */
export interface MemoryBudget {
  readonly nginx: number;
  readonly postgres: number;
  readonly rabbitmq: number;
  /** Of one process of the server. */
  readonly server: number;
  /** Whether all of them together may want more than there is. */
  readonly isTight: boolean;
}

/** A process of the server that does little needs about so much, in MB. */
const processMb = 128;

const between = (least: number, value: number, most: number): number =>
  Math.floor(Math.min(Math.max(value, least), most));

export const processesOf = ({ settings }: Stack): number => {
  const { api, gateway, worker } = settings.deploy.replicas;
  return api + gateway + worker;
};

/**
 * Shares the memory of the machine out: a part to the system, whose cache PostgreSQL reads from, the others by what they
 * are known to need. The least is what each works with at all, so a small machine gives out more than it has: `isTight`.
 */
export const memoryBudget = (stack: Stack): MemoryBudget => {
  const { settings, facts } = stack;
  const totalMb = settings.deploy.memoryMb ?? facts.machineMb;
  const availableMb = totalMb - between(160, totalMb * 0.15, 2_048);
  const ownData = settings.mode === 'compose' ? 1 : 0;
  const nginx = between(64, availableMb * 0.05, 512);
  const postgres = ownData * between(224, availableMb * 0.3, 65_536);
  const rabbitmq = ownData * between(256, availableMb * 0.15, 2_048);
  const shareMb = (availableMb - nginx - postgres - rabbitmq) / processesOf(stack);
  return { nginx, postgres, rabbitmq, server: between(192, shareMb, 2_048), isTight: shareMb < processMb };
};
