import { createClient } from '../index.ts';

export const twoPeopleChat = async (url: string): Promise<string[]> => {
  const ana = createClient({ url });
  const bob = createClient({ url });
  const { id: anaId } = await ana.register({ username: 'ana', password: 'correct horse battery' });
  const { id: bobId } = await bob.register({ username: 'bob', password: 'staple, staple, staple' });
  const { id: channelId } = await ana.api.openDirect(bobId);

  const seen: string[] = [];
  bob.on('entry', (entry) => {
    if (entry.kind !== 'message' || entry.senderId !== anaId) return;
    seen.push(`ana: ${entry.text}`);
    bob.send({ channelId, text: 'Hello, Ana!' });
  });
  const answered = new Promise<void>((resolve) => {
    ana.on('entry', (entry) => {
      if (entry.kind !== 'message' || entry.senderId !== bobId) return;
      seen.push(`bob: ${entry.text}`);
      resolve();
    });
  });

  await Promise.all([ana.connect(), bob.connect()]);
  await ana.send({ channelId, text: 'Olá, Bob! 👋🏽' }).stored;
  await answered;
  await Promise.all([ana.close(), bob.close()]);
  return seen;
};
