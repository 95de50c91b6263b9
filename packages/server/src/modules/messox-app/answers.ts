/** The charset is named because Dart's `http` would take JSON without one for Latin-1. */
const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' };

export const answerJson = (status: number, body: object): Response =>
  new Response(JSON.stringify(body), { status, headers });

export type Field = 'name' | 'password';

/** What is wrong with a name or a password, or with the body that should hold them. */
export interface Refusal {
  readonly status: 400 | 409 | 413;
  readonly field?: Field;
  readonly message: string;
}

export const answerRefusal = ({ status, ...body }: Refusal): Response => answerJson(status, body);
