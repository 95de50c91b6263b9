import { jsonExample } from './json-example.ts';
import { Markup, markup } from './markup.ts';
import { inline, prose } from './prose.ts';
import type { Site } from '../site.ts';

const step = (title: string, about: string, example: Markup | undefined, site: Site): Markup =>
  markup`<li><b>${title}</b> ${inline(about, site)}${example}</li>`;

/** The way from nothing to a message, in examples of the documents; what this server lacks is left out. */
const firstSteps = (site: Site): Markup => {
  const call = (name: string) => site.calls.find(({ operationId }) => operationId === name);
  const op = (name: string) => site.ops.find((it) => it.name === name)?.request?.examples?.[0]?.payload;
  const callExample = (name: string) => {
    const found = call(name);
    return (
      found && jsonExample(`${found.method} ${found.path}`, found.requestBody?.content['application/json']?.example)
    );
  };
  const opExample = (name: string) => {
    const payload = op(name);
    return payload === undefined
      ? undefined
      : jsonExample(`WebSocket ${site.asyncApi.channels.socket.address}`, payload);
  };
  return markup`<ol class="steps">
${step('Log in.', 'With `auth.login`, or `auth.register` for a new account. Keep both tokens.', callExample('auth.login'), site)}
${step('Connect.', 'Open the WebSocket and say `hello`; leave out `cursors` to get only what is new.', opExample('hello'), site)}
${step('Send.', 'The reply to `message.send` means that the message is stored for good.', opExample('message.send'), site)}
</ol>`;
};

const columns = (site: Site): Markup => {
  const calls = site.openApi.info.description.split('\n\n');
  const socket = site.asyncApi.info.description.split('\n\n');
  const only = (those: readonly string[], others: readonly string[]) =>
    prose(those.filter((text) => !others.includes(text)).join('\n\n'), site);
  const both = prose(calls.filter((text) => socket.includes(text)).join('\n\n'), site);
  return markup`<div class="columns">
<div><h2>Calls</h2>${only(calls, socket)}<h2>Both</h2>${both}</div>
<div><h2>Socket</h2>${only(socket, calls)}${prose(site.asyncApi.channels.socket.description, site)}</div></div>`;
};

export const startSection = (site: Site): Markup => {
  const { openApi } = site;
  const [server] = openApi.servers;
  return markup`<section id="start"><h1>${openApi.info.title}</h1>
<p class="lead">The API of this server, version ${openApi.info.version}${
    server && server.url !== '/' ? markup`, at <code>${server.url}</code>` : undefined
  }.
For programs: <a href="openapi.json">OpenAPI</a> and <a href="asyncapi.json">AsyncAPI</a>.</p>
<h2>First steps</h2>${firstSteps(site)}
${columns(site)}</section>`;
};
