import { paths, takingValues, valueFlags, type Flag, type Place, type Tree, type Values } from './tree.ts';

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const pattern = (list: readonly string[]): string => list.map(quote).join('|');
/** The same after any command. */
const anywhere = (names: readonly string[]): string => names.map((name) => `${name}|*' ${name}'`).join('|');
/** `name:text`, in which a colon of the name needs a backslash. */
const described = (name: string, about: string): string => quote(`${name.replaceAll(':', '\\:')}:${about}`);

const reply = ({ words, folders, files }: Values): string =>
  [
    ...(words.length > 0 ? [`compadd -- ${words.map(quote).join(' ')}`] : []),
    ...(folders ? ['_files -/'] : []),
    ...(files ? ['_files'] : []),
  ].join('; ') || ':';

const flagCases = ({ path, flags }: Place): string[] =>
  flags.flatMap(({ names, values }) =>
    values ? [`    ${pattern(names.map((name) => `${path} ${name}`))}) ${reply(values)}; return ;;`] : [],
  );

const globalCase = ({ names, values }: Flag): string[] =>
  values ? [`    ${anywhere(names)}) ${reply(values)}; return ;;`] : [];

const describe = (list: readonly { readonly name: string; readonly about: string }[], tag: string): string =>
  list.length === 0
    ? ':'
    : `list=(${list.map(({ name, about }) => described(name, about)).join(' ')}); _describe ${tag} list`;

const named = (flags: readonly Flag[]) => flags.flatMap(({ names, about }) => names.map((name) => ({ name, about })));

const placeCase = ({ path, children, flags, values }: Place): string => {
  return `    ${quote(path)})
      if [[ $words[CURRENT] == -* ]]; then ${describe(named(flags), 'option')}; _describe option globals
      else ${describe(
        children.map(({ word, about }) => ({ name: word, about })),
        'command',
      )}; ${reply(values)}; fi ;;`;
};

/** A script for zsh's own completion system. */
export const zshScript = ({ places, globals }: Tree): string => `#compdef messox
# Completes messox in zsh: save this as _messox in a folder of $fpath.
_messox() {
  local here= word next i
  local -a list globals=(${named(globals)
    .map(({ name, about }) => described(name, about))
    .join(' ')})
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    next="\${here:+$here }$word"
    case $next in
      ${pattern(paths(places))}) here=$next ;;
      ${[anywhere(takingValues(globals)), pattern(valueFlags(places))].filter(Boolean).join('|')}) ((i + 1 < CURRENT)) && ((i++)) ;;
    esac
  done
  case "\${here:+$here }$words[CURRENT-1]" in
${[...globals.flatMap(globalCase), ...places.flatMap(flagCases)].join('\n')}
  esac
  case $here in
${places.map(placeCase).join('\n')}
  esac
}
if [[ $funcstack[1] == _messox ]]; then _messox "$@"; else compdef _messox messox; fi
`;
