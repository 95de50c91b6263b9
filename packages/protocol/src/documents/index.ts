export type { AsyncApiDocument } from './async-api-document.ts';
export { asyncApiDocument } from './async-api.ts';
export { opFaults, routeFaults, upgradeFaults } from './common-faults.ts';
export { type Problem, problem, type ReplyError, replyError } from './frames.ts';
export type { DocumentInfo } from './info.ts';
export type { OpenApiDocument } from './open-api-document.ts';
export { openApiDocument } from './open-api.ts';
export { documentationPage } from './page/documentation-page.ts';
