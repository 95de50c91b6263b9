import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'completion',
  group: 'Help',
  summary: 'Print what makes a shell complete messox',
  about:
    'bash: put eval "$(messox completion bash)" into ~/.bashrc. zsh: save it as _messox in a folder of $fpath. fish: save it as ~/.config/fish/completions/messox.fish.',
  arguments: [{ name: 'shell', about: 'bash, zsh or fish', choices: ['bash', 'zsh', 'fish'] }],
  examples: [['completion bash', 'Prints the script for bash']],
});
