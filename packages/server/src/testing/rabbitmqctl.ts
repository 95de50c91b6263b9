import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** Where `rabbitmqctl` waits for words, and for which broker; it can be sent to another process. */
export interface RabbitmqctlAddress {
  readonly node: string;
  readonly socket: string;
}

/**
 * What the program `rabbitmqctl` evaluates before it would read its own words. It starts an Erlang and loads hundreds of modules at
 * each call, which takes more than a second of the processor; here it does so once, and then does what it is told through a socket:
 * a message of words, parted by NUL, is answered by one of the exit code and what was written. It ends with its first connection.
 * The archive of RabbitMQ 3.10 holds the modules themselves, that of 4.3 a folder for each application; and the `main` of 4.3
 * would end Erlang after its first words, which its `main1` leaves to the caller as `main` did before.
 */
const console = `
[Program | _] = init:get_plain_arguments().
{ok, Parts} = escript:extract(Program, []).
{archive, Archive} = lists:keyfind(archive, 1, Parts).
{ok, _} = zip:unzip(Archive, [{cwd, "ctl"}]).
Applications = filelib:wildcard("ctl/*/ebin").
ok = code:add_pathsz([filename:absname(Folder) || Folder <- ["ctl" | Applications]]).
{ok, _} = application:ensure_all_started(rabbitmqctl).
{module, Module} = code:ensure_loaded('Elixir.RabbitMQCtl').
Main = case erlang:function_exported(Module, main1, 1) of true -> main1; false -> main end.
Errors = whereis(standard_error).
Run = fun(Words) ->
  {ok, Output} = 'Elixir.StringIO':open(<<>>),
  unregister(standard_error),
  register(standard_error, Output),
  {Pid, Monitor} = spawn_monitor(fun() ->
    group_leader(Output, self()),
    Module:Main(Words)
  end),
  Code = receive
    {'DOWN', Monitor, process, Pid, {shutdown, Status}} -> Status;
    {'DOWN', Monitor, process, Pid, normal} -> 0;
    {'DOWN', Monitor, process, Pid, Reason} -> io:format(Output, "~p", [Reason]), 70
  end,
  unregister(standard_error),
  register(standard_error, Errors),
  {ok, {_, Written}} = 'Elixir.StringIO':close(Output),
  [Code, Written]
end.
{ok, Listening} = gen_tcp:listen(0, [{ifaddr, {local, "ctl.sock"}}, binary, {packet, 4}, {active, false}]).
{ok, Owner} = gen_tcp:accept(Listening, 60000).
spawn(fun() -> gen_tcp:recv(Owner, 0), halt(0, [{flush, false}]) end).
Serve = fun Next() ->
  {ok, Client} = gen_tcp:accept(Listening),
  case gen_tcp:recv(Client, 0) of
    {ok, Words} -> gen_tcp:send(Client, Run(binary:split(Words, <<0>>, [global])));
    _ -> ok
  end,
  gen_tcp:close(Client),
  Next()
end.
Serve().
`;

/**
 * Erlang reads these before its command line, so that the console runs before the program. RABBITMQ_CTL_ERL_ARGS comes after it
 * in RabbitMQ 4.3, whose script replaces ERL_FLAGS as well. An atom names the file: quotes do not survive.
 */
const consoleFirst = { ERL_FLAGS: '', ERL_AFLAGS: '-start_epmd false -eval file:eval(console)' };

const startMs = 60_000;

/** Starts it in this folder, which only its owner may read, and with the environment of the broker. */
export async function startRabbitmqctl(
  program: string,
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ socket: string; stop(): Promise<void> }> {
  await writeFile(join(folder, 'console'), console);
  const log = await open(join(folder, 'ctl.log'), 'w+');
  const child = spawn(program, ['help'], {
    cwd: folder,
    // A Ctrl-C in the terminal is for the tests, which end it in their turn.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { ...process.env, ...environment, ...consoleFirst },
  });
  const ended = once(child, 'exit');
  const socket = join(folder, 'ctl.sock');
  const patience = performance.now() + startMs;
  let owner = await connected(socket);
  while (owner === undefined && child.exitCode === null && performance.now() < patience) {
    await delay(20);
    owner = await connected(socket);
  }
  if (owner === undefined) {
    child.kill('SIGKILL');
    await ended;
    const { buffer: written, bytesRead } = await log.read(Buffer.alloc(4_000), 0, 4_000, 0);
    await log.close();
    throw new Error(`rabbitmqctl did not start:\n${written.toString('utf8', 0, bytesRead)}`);
  }
  await log.close();
  const line = owner.on('error', () => undefined).unref();
  return {
    socket,
    stop: async () => {
      line.destroy();
      await ended;
    },
  };
}

/** Runs `rabbitmqctl` with these words, after others that were given to it before. @throws Error with what it said when it fails */
export async function rabbitmqctl({ node, socket }: RabbitmqctlAddress, args: readonly string[]): Promise<string> {
  const words = Buffer.from(['--quiet', '--node', node, ...args].join('\0'));
  const client = connect(socket);
  client.write(Buffer.concat([lengthOf(words), words]));
  const answer = (await buffer(client)).subarray(lengthOf(words).length);
  const written = answer.subarray(1).toString();
  if (answer[0] === 0) return written;
  throw new Error(`rabbitmqctl ${args.join(' ')} ended with ${answer[0] ?? 'nothing'}: ${written}`);
}

const lengthOf = (words: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(words.length);
  return length;
};

/** Undefined while nothing listens there. */
const connected = async (path: string): Promise<Socket | undefined> => {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    return undefined;
  }
};
