import { paths, takingValues, valueFlags, type Flag, type Place, type Tree, type Values } from './tree.ts';

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const pattern = (list: readonly string[]): string => list.map(quote).join('|');
/** The same after any command. */
const anywhere = (names: readonly string[]): string => names.map((name) => `${name}|*' ${name}'`).join('|');
const fromSystem = (kind: string): string =>
  `compopt -o filenames; local IFS=$'\\n'; COMPREPLY+=($(compgen ${kind} -- "$cur"))`;

const reply = ({ words, folders, files }: Values): string =>
  [
    ...(words.length > 0 ? [`COMPREPLY+=($(compgen -W ${quote(words.join(' '))} -- "$cur"))`] : []),
    ...(folders ? [fromSystem('-d')] : []),
    ...(files ? [fromSystem('-f')] : []),
  ].join('; ') || ':';

const flagCases = ({ path, flags }: Place): string[] =>
  flags.flatMap(({ names, values }) =>
    values ? [`    ${pattern(names.map((name) => `${path} ${name}`))}) ${reply(values)}; return ;;`] : [],
  );

const globalCase = ({ names, values }: Flag): string[] =>
  values ? [`    ${anywhere(names)}) ${reply(values)}; return ;;`] : [];

const placeCase = ({ path, children, flags, values }: Place): string =>
  `    ${quote(path)})
      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W ${quote(flags.flatMap(({ names }) => names).join(' '))}" $globals" -- "$cur"))
      else ${reply({ ...values, words: [...children.map(({ word }) => word), ...values.words] })}; fi ;;`;

/** A script for bash 4.4 and later, which needs nothing but bash. */
export const bashScript = ({
  places,
  globals,
}: Tree): string => `# Completes messox in bash: eval "$(messox completion bash)"
_messox() {
  local cur=\${COMP_WORDS[COMP_CWORD]} path= word next i IFS=$' \\t\\n' globals=${quote(globals.flatMap(({ names }) => names).join(' '))}
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    next="\${path:+$path }$word"
    case $next in
      ${pattern(paths(places))}) path=$next ;;
      ${[anywhere(takingValues(globals)), pattern(valueFlags(places))].filter(Boolean).join('|')}) ((i + 1 < COMP_CWORD)) && i=$((i + 1)) ;;
    esac
  done
  case "\${path:+$path }\${COMP_WORDS[COMP_CWORD - 1]}" in
${[...globals.flatMap(globalCase), ...places.flatMap(flagCases)].join('\n')}
  esac
  case $path in
${places.map(placeCase).join('\n')}
  esac
}
complete -F _messox messox
`;
