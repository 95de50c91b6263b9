import { expect, it, vi } from 'vitest';
import { fakeDocker } from '../testing/fake-docker/index.ts';
import type { FakeContainer } from '../testing/fake-docker/state.ts';
import { keepPrevious, removeSuperseded } from './previous-image.ts';

const id = (letter: string): string => `sha256:${letter.repeat(64)}`;
const [old, before, now, used] = [id('a'), id('b'), id('c'), id('d')];

it('keeps the image of before under a name of its own, and removes those before it that nothing uses', async () => {
  const { env, state } = await fakeDocker();
  vi.stubEnv('PATH', env.PATH);
  state.built = [id('e'), old, before, now, used];
  state.images = {
    'chat-server:0.1.0': old,
    'chat-server:0.1.5': used,
    'chat-server:0.2.0': before,
    'chat-server:0.3.0': now,
    'chat-server:previous': old,
    'nginx:1.29': id('f'),
  };
  state.containers = [{ imageId: used } as FakeContainer];
  await keepPrevious('chat', { name: 'chat-server:0.2.0', id: before });
  expect(state.images['chat-server:previous']).toBe(before);
  await removeSuperseded('chat', new Set([before, now]));
  expect(state.images).toEqual({
    'chat-server:0.1.5': used,
    'chat-server:0.2.0': before,
    'chat-server:0.3.0': now,
    'chat-server:previous': before,
    'nginx:1.29': id('f'),
  });
  // One that has lost its name goes, too.
  expect(state.built).toEqual([before, now, used]);

  await keepPrevious('chat', undefined);
  expect(state.images).not.toHaveProperty('chat-server:previous');
  await keepPrevious('chat', { name: 'chat-server:0.0.1', id: id('9') });
  expect(state.images).not.toHaveProperty('chat-server:previous');
  vi.unstubAllEnvs();
});

it('leaves what the admin has named, and what is of another project', async () => {
  const { env, state } = await fakeDocker();
  vi.stubEnv('PATH', env.PATH);
  state.built = [old];
  state.images = { 'chat-server:0.1.0': old, 'chat-server:mine': old, 'own/image:3': old };
  await removeSuperseded('chat', new Set([now]));
  expect(state.images).toEqual({ 'chat-server:mine': old, 'own/image:3': old });
  vi.unstubAllEnvs();
});
