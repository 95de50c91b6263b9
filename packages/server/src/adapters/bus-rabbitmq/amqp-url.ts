/** What is wrong with an AMQP URL. The URL itself, which holds a password, is not in the message. */
export class AmqpUrlError extends Error {
  override readonly name = 'AmqpUrlError';
}

const example = 'amqp://user:password@host:5672/vhost (or amqps://… with TLS)';
/** How often each side says that it lives, unless the URL says otherwise. Two beats that are missed end a connection. */
const heartbeatSeconds = '5';

/** The URL as amqplib takes it. @throws AmqpUrlError */
export const checkedAmqpUrl = (text: string): string => {
  if (!URL.canParse(text)) throw new AmqpUrlError(`It is no URL. It looks like this: ${example}.`);
  const url = new URL(text);
  const { hostname, pathname, protocol, searchParams } = url;
  if (protocol !== 'amqp:' && protocol !== 'amqps:')
    throw new AmqpUrlError(`It begins with neither amqp:// nor amqps://. It looks like this: ${example}.`);
  if (hostname === '') throw new AmqpUrlError(`It names no host. It looks like this: ${example}.`);
  if (pathname.slice(1).includes('/'))
    throw new AmqpUrlError('The name of its vhost contains a slash, which is written %2F in a URL.');
  if (!searchParams.has('heartbeat')) searchParams.set('heartbeat', heartbeatSeconds);
  return url.href;
};
