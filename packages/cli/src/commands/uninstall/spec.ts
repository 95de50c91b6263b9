import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'uninstall',
  group: 'Lifecycle',
  summary: 'Remove what messox made for a server with Docker',
  about:
    'Lists all that it made, and removes it when the name of the project is typed: containers, networks, the image of the server and generated files. messox.yaml, secrets, your own files and the data stay, unless --delete-data takes the data and the secrets, too. What you edited in a generated file stays as well, and so does what others may use: images that were fetched, and the build cache of Docker.',
  options: {
    deleteData: { type: 'flag', about: 'Delete the messages and everything else of the database, and the secrets' },
    confirm: {
      type: 'text',
      value: 'project',
      about: 'The name of the project, where there is no terminal to type it',
    },
  },
  examples: [
    ['uninstall', 'Keeps the data for a later up'],
    ['uninstall --delete-data', 'Leaves nothing but messox.yaml and your own files'],
  ],
});
