/** Attributes of an element; numbers are written with two decimals at most. */
export type Attributes = Readonly<Record<string, string | number>>;

/** One element as text, with its children inside. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? coordinate(value) : escaped(value)}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

/** A piece of text. */
export function label(text: string, attributes: Attributes): string {
  return element('text', attributes, escaped(text));
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** What the picture shows, for those who cannot see it. */
  readonly title: string;
  readonly description: string;
  /** Rules beyond those that every picture has. */
  readonly style?: string;
}

/** A whole picture. Its colours follow the reader's light or dark page. */
export function picture(
  { width, height, title, description, style = '' }: Picture,
  ...children: readonly string[]
): string {
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': 'title description',
    },
    element('title', { id: 'title' }, escaped(title)),
    element('desc', { id: 'description' }, escaped(description)),
    element('style', {}, STYLE + style),
    element('rect', { class: 'page', width, height }),
    ...children,
  )}\n`;
}

/** Colours by hue that colour-blind readers can tell apart (Okabe and Ito), lighter on a dark page. */
const SERIES = [
  ['#0072b2', '#56b4e9'],
  ['#d55e00', '#f0915a'],
  ['#009e73', '#4fd1a8'],
  ['#aa4499', '#dd88cc'],
  ['#8a6d00', '#f0e442'],
  ['#555555', '#bbbbbb'],
] as const;

/** Distinct looks of series; more share them. */
export const LOOKS = SERIES.length;

const light = SERIES.map(([colour], index) => `.s${index}{fill:${colour};stroke:${colour}}`).join('');
const dark = SERIES.map(([, colour], index) => `.s${index}{fill:${colour};stroke:${colour}}`).join('');

const STYLE =
  'text{font:12px system-ui,sans-serif;fill:#222}.head{font-size:14px;font-weight:600}.page{fill:#fff}' +
  '.axis{stroke:#888;fill:none}.grid{stroke:#ddd}.line{stroke:#444;fill:none}.band{fill:#888;fill-opacity:.14}' +
  `.dot{fill-opacity:.5;stroke-opacity:.8;stroke-width:.6}${light}` +
  '@media (prefers-color-scheme:dark){text{fill:#ddd}.page{fill:#16181c}.axis{stroke:#888}.grid{stroke:#333}' +
  `.line{stroke:#bbb}.band{fill:#aaa}${dark}}`;

/** A place in the picture as it is written. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
