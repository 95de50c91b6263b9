import { paths, takingValues, valueFlags, type Flag, type Place, type Tree, type Values } from './tree.ts';

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const at = (path: string): string => `-n ${quote(`__messox_at ${path}`.trim())}`;

const valueWords = ({ words, folders, files }: Values): string => {
  if (folders) return `-a ${quote('(__fish_complete_directories)')}`;
  if (files) return '-F';
  return words.length > 0 ? `-a ${quote(words.join(' '))}` : '';
};

const flagLine = (where: string, { names, about, values }: Flag): string => {
  const options = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  // Files are what -x keeps out.
  const value = values ? ` ${values.files ? '-r' : '-x'} ${valueWords(values)}`.trimEnd() : '';
  return `complete -c messox${where} ${options.join(' ')}${value} -d ${quote(about)}`;
};

const placeLines = ({ path, children, flags, values }: Place): string[] => [
  ...children.map(({ word, about }) => `complete -c messox ${at(path)} -a ${quote(word)} -d ${quote(about)}`),
  ...(valueWords(values) === '' ? [] : [`complete -c messox ${at(path)} ${valueWords(values)}`]),
  ...flags.map((flag) => flagLine(` ${at(path)}`, flag)),
];

/** A script for fish 3 and later. */
export const fishScript = ({
  places,
  globals,
}: Tree): string => `# Completes messox in fish: save this as ~/.config/fish/completions/messox.fish
set -g __messox_commands ${paths(places).map(quote).join(' ')}
set -g __messox_global_value_flags ${takingValues(globals).map(quote).join(' ')}
set -g __messox_value_flags ${valueFlags(places).map(quote).join(' ')}

function __messox_at
    set -l path
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        set -l next (string join -- ' ' $path $word)
        if test $skip = 1
            set skip 0
        else if contains -- $next $__messox_value_flags; or contains -- $word $__messox_global_value_flags
            set skip 1
        else if contains -- $next $__messox_commands
            set path $path $word
        end
    end
    test "$path" = "$argv"
end

complete -c messox -f
${[...globals.map((flag) => flagLine('', flag)), ...places.flatMap(placeLines)].join('\n')}
`;
