import { variables } from './variables.js';

const code = (text: string): string => `\`${text}\``;
/** A bar would end the cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|');

/** Every variable as a Markdown table, for the README. */
export function configurationTable(): string {
  const rows = Object.values(variables).map(({ name, fallback, description }) =>
    [code(name), fallback ? code(fallback) : '', description].map(cell),
  );
  return [['Variable', 'Default', 'What it does'], ['---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
