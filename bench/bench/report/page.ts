import type { Curve, Figure } from '../scenario.ts';
import { plotCurves, plotRatios } from './plots.ts';
import { shown, shownGoal } from './table.ts';

export interface Report {
  readonly at: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly scenarios: readonly {
    readonly name: string;
    readonly about: string;
    readonly figures: readonly Figure[];
    readonly curves?: readonly Curve[];
  }[];
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const style = `
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; font-size: 14px }
th, td { text-align: right; padding: .2rem .6rem; border-bottom: 1px solid #8884 }
th:first-child, td:first-child, th:last-child, td:last-child { text-align: left }
svg { width: 100%; height: auto; margin: .5rem 0 1.5rem } svg text { font: 12px system-ui, sans-serif; fill: currentColor }`;

const rowOf = (figure: Figure): string => {
  const { limit, limitName = '', name, unit, value } = figure;
  const cells = [
    name,
    `${shown(value)} ${unit}`,
    limit === undefined ? '' : shown(limit),
    limit === undefined ? '' : (value / limit).toFixed(2),
    shownGoal(figure),
    limitName,
  ];
  return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`;
};

/** A page that needs nothing but itself: tables, and plots as SVG. */
export const reportPage = ({ at, machine, scenarios }: Report): string => {
  const head = ['figure', 'here', 'limit', 'ratio', 'goal', 'the limit is'].map((name) => `<th>${name}</th>`).join('');
  const sections = scenarios.map(
    ({ about, curves = [], figures, name }) =>
      `<h2>${escaped(name)}</h2><p>${escaped(about)}</p><table><tr>${head}</tr>${figures.map(rowOf).join('')}</table>` +
      plotRatios(figures) +
      plotCurves(curves),
  );
  const facts = Object.entries(machine).map(([name, value]) => `${name}: ${value}`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>messox bench, ${escaped(at)}</title><style>${style}</style>
<h1>messox bench</h1><p>${escaped([at, ...facts].join(' · '))}</p>
<p>Each figure stands beside the limit that was measured in the same run, on the same machine. The load runs on the same cores.</p>
${sections.join('\n')}</html>\n`;
};
