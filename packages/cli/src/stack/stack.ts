import type { Settings } from '../project/schema.ts';

/** What the generated files depend on besides the settings. */
export interface StackFacts {
  /** Of the compose project: networks, volumes and containers are named after it. */
  readonly project: string;
  /** Of this messox, whose server the image holds. */
  readonly version: string;
  /** Memory of the machine, in MB; the setting `deploy.memoryMb` goes before it. */
  readonly machineMb: number;
  /** Names of the tarballs in `packages/` that the server is installed from; none: from npm. */
  readonly tarballs: readonly string[];
  /** Whether the folder has modules of the admin's own. */
  readonly hasModules: boolean;
  /** Whether the folder has an `.npmrc`, which the build of the image needs to reach its registry. */
  readonly hasNpmrc: boolean;
}

export interface Stack {
  readonly settings: Settings;
  readonly facts: StackFacts;
}

/** Whether PostgreSQL and RabbitMQ are part of the stack. */
export const ownsData = ({ settings }: Stack): boolean => settings.mode === 'compose';

/** The user that the server runs as in its container. */
export const serverUid = 10_001;
/** The user of PostgreSQL and of RabbitMQ in their official images that are built on Debian. */
export const dataUid = 999;

/** The port of every process of the server, inside its container. */
export const serverPort = 8080;

/** What stands above a generated file; `where` is where changes belong. */
export const madeBy = (where: string): string =>
  `# Made by messox from messox.yaml. ${where}\n# An edit of this file is kept, but has to be brought together with what is generated later.\n`;
