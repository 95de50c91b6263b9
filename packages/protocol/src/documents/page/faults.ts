import { commonFaults } from '../common-faults.ts';
import { anchor } from '../anchors.ts';
import { Markup, markup } from './markup.ts';

/**
 * The errors of one call or op, each with a link to the table; those that all have stand back.
 * @param statusOf the HTTP status, where one is sent
 */
export const faultList = (codes: readonly string[], statusOf?: (code: string) => number | undefined): Markup => {
  const chip = (code: string): Markup => {
    const status = statusOf?.(code);
    const shown = status === undefined ? undefined : markup`<b>${status}</b> `;
    const kind = commonFaults.has(code) ? 'common' : 'own';
    return markup`<li class="${kind}"><a href="#${anchor.error(code)}">${shown}${code}</a></li>`;
  };
  return markup`<h4>Errors</h4><ul class="faults">${codes.map(chip)}</ul>`;
};
