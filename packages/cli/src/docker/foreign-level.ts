import type { Level } from '../server-log/record.ts';

/** What nginx, PostgreSQL and RabbitMQ call them, in small letters. */
const levelNames: Readonly<Record<string, Level>> = {
  debug: 'debug',
  info: 'info',
  notice: 'info',
  log: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  crit: 'error',
  critical: 'error',
  alert: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
  fatal: 'fatal',
  panic: 'fatal',
};

/** Where each writes it: `2026/11/28 23:52:09 [warn] 1#1: …`, `… UTC [27] LOG:  …` and `… [info] <0.213.0> …`. */
const shapes: Readonly<Record<string, RegExp>> = {
  nginx: /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[(\w+)\] /,
  postgres: /(?:^|\s)(DEBUG|INFO|NOTICE|LOG|WARNING|ERROR|FATAL|PANIC)\d?: {2}/,
  rabbitmq: /^\d{4}-\d\d-\d\d \S+ \[(\w+)\] /,
};

/** With which each begins a line: Docker's own time of it is shown. */
const ownTimes: Readonly<Record<string, RegExp>> = {
  nginx: /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /,
  postgres: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \S+ (?=\[)/,
  rabbitmq: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)? /,
};

const serviceOf = (container: string): string => container.replace(/-\d+$/, '');

/** Whether the container runs a program of others, whose lines are no records of ours. */
export const isForeign = (container: string): boolean => Object.hasOwn(shapes, serviceOf(container));

/** How serious a line of such a program is; undefined where it does not say. */
export const foreignLevel = (container: string, text: string): Level | undefined => {
  const name = shapes[serviceOf(container)]?.exec(text)?.[1]?.toLowerCase();
  return name === undefined ? undefined : levelNames[name];
};

/** Of the answer that nginx tells of in its access log. */
export const accessLevel = (status: unknown): Level => (Number(status) >= 500 ? 'error' : 'info');

/** A line of such a program without the time that it begins with. */
export const withoutOwnTime = (container: string, text: string): string => {
  const shape = ownTimes[serviceOf(container)];
  return shape ? text.replace(shape, '') : text;
};
