/** The schema of `messox.yaml`, from the server that reads it. */
export { settingsSchema, type Settings } from '@messox/server/project';
