/** The images that stand in for the official ones, by the setting that names them. */
export const imageNames = {
  nginx: 'messox-lab/nginx:1',
  postgres: 'messox-lab/postgres:1',
  rabbitmq: 'messox-lab/rabbitmq:1',
  node: 'messox-lab/node:1',
} as const;
