import type { Dice } from '../dice.ts';

const words = [
  'Bom dia!',
  'Chego às nove.',
  'Beijinhos 😘',
  '👩‍👩‍👧‍👦 👋🏽 🇧🇷',
  '田中さん、おはよう',
  'שלום עולם',
  'مرحبا',
  'Zalgo t̴̰͌e̵̢̛x̸̡̛t',
  'e\u0301 is not é',
  "'; drop table messages; --",
  '{"event":"ready"}',
  '\u2028\u2029\u200b\ufeff',
  '\\u0000 and \\',
  'line\nline\ttab',
];

/** What people write: every text is another, so that one that is lost or doubled can be told from the rest. */
export const makeText = (dice: Dice, mark: string): string => {
  const text = `${mark} ${dice.pick(words)}`;
  return dice.chance(0.05) ? `${text} ${'long and longer… '.repeat(dice.between(50, 400))}` : text;
};

export const emojis = ['👍', '❤️', '🎉', '👋🏽'];
