import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'config set',
  group: 'Config',
  summary: 'Change a setting',
  about:
    'Checks the whole of messox.yaml before it is written. A list takes its items as words of their own, or [] for none. A setting that has no effect with the mode, or with another setting, is written all the same, and told with what has.',
  arguments: [
    { name: 'key', about: 'The setting, as in server.port', completes: 'setting' },
    { name: 'value', about: 'Its value, or the items of a list', variadic: true },
  ],
  examples: [
    ['config set server.port 9000', 'Changes the port'],
    ['config set server.allowedOrigins https://chat.example.org', 'Lets pages of that site in'],
  ],
});
