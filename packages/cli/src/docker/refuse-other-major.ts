import { CliError } from '../errors/cli-error.ts';

/** The oldest one that messox works with. */
const oldest = 15;

/** The version of PostgreSQL in the name of an image: 18 in `postgres:18.1-alpine`; undefined where its tag is none. */
export const majorOf = (image: string): number | undefined => {
  const major = /:(\d+)(?:[.-].*)?(?:@.*)?$/.exec(image)?.[1];
  return major === undefined || Number(major) < oldest ? undefined : Number(major);
};

/**
 * The files of one version of PostgreSQL are not those of another, and no command changes that by the way.
 *
 * @param image that is to open the data
 * @param major of the data; undefined while nobody can tell
 * @throws CliError postgres_other_major
 */
export const refuseOtherMajor = (image: string, major: number | undefined): void => {
  const next = majorOf(image);
  if (next === undefined || major === undefined || next === major) return;
  throw new CliError(
    'postgres_other_major',
    `The data is of PostgreSQL ${major}, and the image of PostgreSQL ${next}`,
    {
      detail: 'It would not start on that data. A backup can be restored into any version.',
      fixes: [
        `\`messox config set deploy.images.postgres postgres:${major}\` (stays with PostgreSQL ${major})`,
        '`messox backup`, `messox uninstall --delete-data`, and `messox restore FILE` (moves to the new one)',
      ],
    },
  );
};
