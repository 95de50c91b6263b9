import { describe, expect, it } from 'vitest';
import { parseDialogues, scenesOf } from './dialogues.ts';
import { compare } from './verify.ts';

const said = [
  { senderId: 1, text: 'um' },
  { senderId: 2, text: 'dois' },
  { senderId: 1, text: 'três' },
];
const held = said.map((message, index) => ({ ...message, seq: index + 3 }));

describe('compare', () => {
  it('finds nothing wrong where nothing is', () => {
    expect(compare(held, said)).toBeUndefined();
  });
  it.each([
    ['a lost message', held.filter((_, index) => index !== 1)],
    ['a lost last message', held.slice(0, 2)],
    ['a doubled message', [...held.slice(0, 2), ...held.slice(1)]],
    ['one message too many', [...held, { senderId: 2, text: 'quatro', seq: 9 }]],
    ['two that changed places', [held[1], held[0], held[2]].map((it) => ({ senderId: 0, text: '', seq: 0, ...it }))],
    ['a changed byte', held.map((it, index) => (index === 2 ? { ...it, text: 'tre\u0302s' } : it))],
    ['another sender', held.map((it) => ({ ...it, senderId: 1 }))],
    ['a seq that goes back', held.map((it, index) => ({ ...it, seq: 9 - index }))],
  ])('goes red for %s', (_, wrong) => {
    expect(compare(wrong, said)).toBeTypeOf('string');
  });
});

describe('parseDialogues', () => {
  const heading = 'dialogue\tlanguage\tturn\tspeaker\ttext\n';
  it('keeps every byte of a text', () => {
    const [dialogue] = parseDialogues(`${heading}a\tpt\t1\tana\t  olá \r\n`);
    expect(dialogue?.turns).toEqual([{ speaker: 'ana', text: '  olá \r' }]);
  });
  it.each(['', 'dialogue\n', `${heading}a\tpt\t1\tana\n`, `${heading}a\tpt\t1\tana\tx\ty\n`])('refuses %j', (file) => {
    expect(() => parseDialogues(file)).toThrow(/Line \d/);
  });
  it('refuses three speakers in one dialogue', () => {
    expect(() => parseDialogues(`${heading}a\tpt\t1\tx\t1\na\tpt\t2\ty\t2\na\tpt\t3\tz\t3\n`)).toThrow(/more than two/);
  });
  it('cuts long dialogues into scenes without losing a turn', () => {
    const turns = Array.from({ length: 95 }, (_, index) => ({ speaker: 'ana', text: `${index}` }));
    const scenes = scenesOf([{ name: 'a', language: 'pt', turns }], 40);
    expect(scenes.map((scene) => scene.turns.length)).toEqual([40, 40, 15]);
    expect(scenes.flatMap((scene) => scene.turns)).toEqual(turns);
  });
});
