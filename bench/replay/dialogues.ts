export interface Turn {
  readonly speaker: string;
  readonly text: string;
}

export interface Dialogue {
  readonly name: string;
  readonly language: string;
  readonly turns: readonly Turn[];
}

const columns = ['dialogue', 'language', 'turn', 'speaker', 'text'];

/** A file of dialogues: a line of headings, then a line a turn, tab-separated. @throws Error naming the line */
export const parseDialogues = (file: string): Dialogue[] => {
  const [heading = '', ...lines] = file.split('\n');
  if (heading !== columns.join('\t'))
    throw new Error(`Line 1 is not the headings ${columns.join(', ')}, separated by tabs`);
  const dialogues = new Map<string, { name: string; language: string; turns: Turn[] }>();
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const [name, language, turn, speaker, text, ...more] = line.split('\t');
    if (!name || language === undefined || !turn || !speaker || !text || more.length > 0)
      throw new Error(`Line ${index + 2} does not have the five columns ${columns.join(', ')}`);
    const dialogue = dialogues.get(name) ?? { name, language, turns: [] };
    dialogue.turns.push({ speaker, text });
    dialogues.set(name, dialogue);
  }
  for (const { name, turns } of dialogues.values())
    if (new Set(turns.map(({ speaker }) => speaker)).size > 2)
      throw new Error(`The dialogue ${name} has more than two speakers`);
  return [...dialogues.values()];
};

/** Long dialogues in parts of at most `turns` turns, so that being away is a matter of scenes and not of thousands of lines. */
export const scenesOf = (dialogues: readonly Dialogue[], turns: number): Dialogue[] =>
  dialogues.flatMap((dialogue) =>
    Array.from({ length: Math.ceil(dialogue.turns.length / turns) }, (_, part) => ({
      ...dialogue,
      turns: dialogue.turns.slice(part * turns, (part + 1) * turns),
    })),
  );
