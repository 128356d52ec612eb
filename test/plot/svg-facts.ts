import { expect } from 'vitest';
import { type Anchor, type Box, overlap, textBox } from '../../src/plot/boxes.js';

/** One element of a picture. */
interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Text directly inside. */
  readonly text: string;
}

/** Elements of a document in their order. Throws where it is not well-formed XML. */
export function elementsOf(svg: string): readonly Element[] {
  const elements: { name: string; attributes: Record<string, string>; text: string }[] = [];
  const open: (typeof elements)[number][] = [];
  const token = /<(\/?)([a-z]+)((?:\s+[A-Za-z][\w:-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  let end = 0;
  for (const match of svg.trimEnd().matchAll(token)) {
    end = match.index + match[0].length;
    const [, closing, name = '', attributes = '', empty, text] = match;
    if (text !== undefined) {
      if (/&(?!(?:amp|lt|gt|quot);)/.test(text)) throw new Error(`a bare & in ${text}`);
      const inner = open.at(-1);
      if (inner === undefined) throw new Error(`text outside of the root: ${text}`);
      inner.text += text;
    } else if (closing) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes nothing`);
    } else {
      if (open.length === 0 && elements.length > 0) throw new Error(`<${name}> is a second root`);
      const pairs = [...attributes.matchAll(/([A-Za-z][\w:-]*)="([^"]*)"/g)].map(([, key = '', value = '']) => [
        key,
        value,
      ]);
      if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new Error(`<${name}> has an attribute twice`);
      const element = { name, attributes: Object.fromEntries(pairs), text: '' };
      elements.push(element);
      if (!empty) open.push(element);
    }
  }
  if (end !== svg.trimEnd().length) throw new Error(`not XML: ${svg.slice(end, end + 60)}`);
  if (open.length > 0) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  return elements;
}

/** Places that an element draws at, without those of texts. */
function placesOf({ name, attributes }: Element): readonly (readonly [number, number])[] {
  const at = (key: string): number => Number(attributes[key] ?? 0);
  switch (name) {
    case 'line':
      return [
        [at('x1'), at('y1')],
        [at('x2'), at('y2')],
      ];
    case 'rect':
      return [
        [at('x'), at('y')],
        [at('x') + at('width'), at('y') + at('height')],
      ];
    case 'circle':
      return [
        [at('cx') - at('r'), at('cy') - at('r')],
        [at('cx') + at('r'), at('cy') + at('r')],
      ];
    case 'polyline':
    case 'polygon':
      return (attributes.points ?? '')
        .split(' ')
        .filter(Boolean)
        .map((pair) => pair.split(',').map(Number) as [number, number]);
    case 'path':
      return [...(attributes.d ?? '').matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
    default:
      return [];
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

/** Text of an element as it is read. */
export function readable({ text }: Element): string {
  return text.replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity);
}

/** Texts with the boxes that they cover; one that is turned has a chain of them. */
export function textsOf(svg: string): readonly { readonly text: string; readonly boxes: readonly Box[] }[] {
  return elementsOf(svg)
    .filter(({ name }) => name === 'text')
    .map((element) => {
      const { x, y, class: look = '', transform, 'text-anchor': anchor = 'start' } = element.attributes;
      const text = readable(element);
      const size = look.includes('head') ? 14 : 12;
      const box = textBox(text, Number(x), Number(y), anchor as Anchor, size);
      const [, angle, cx, cy] = /rotate\(([-\d.]+) ([-\d.]+) ([-\d.]+)\)/.exec(transform ?? '') ?? [];
      return { text, boxes: angle === undefined ? [box] : turned(box, Number(angle), Number(cx), Number(cy)) };
    });
}

/** Small boxes along the middle of one that is turned around a point. */
function turned({ left, right, top, bottom }: Box, angle: number, cx: number, cy: number): Box[] {
  const radians = (angle * Math.PI) / 180;
  const middle = (top + bottom) / 2 - cy;
  const half = (bottom - top) / 2 - 1.5;
  const pieces = Math.ceil((right - left) / 6);
  return Array.from({ length: pieces + 1 }, (_, index) => {
    const along = left - cx + ((right - left) * index) / pieces;
    const x = cx + along * Math.cos(radians) - middle * Math.sin(radians);
    const y = cy + along * Math.sin(radians) + middle * Math.cos(radians);
    return { left: x - half, right: x + half, top: y - half, bottom: y + half };
  });
}

/** Asserts what every picture keeps to: well-formed, described, in both lights, inside its box, no text over another. */
export function checkPicture(svg: string): void {
  expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
  const elements = elementsOf(svg);
  const [root, title, description] = elements;
  expect(root).toMatchObject({ name: 'svg', attributes: { role: 'img', 'aria-labelledby': 'title description' } });
  expect(title).toMatchObject({ name: 'title', text: expect.stringMatching(/\S/) });
  expect(description).toMatchObject({ name: 'desc', text: expect.stringMatching(/\S/) });
  expect(svg).toContain('@media (prefers-color-scheme:dark)');
  const [, , width = 0, height = 0] = (root?.attributes.viewBox ?? '').split(' ').map(Number);
  for (const element of elements) {
    for (const [x, y] of placesOf(element)) {
      expect(x, element.name).toBeGreaterThanOrEqual(0);
      expect(x, element.name).toBeLessThanOrEqual(width);
      expect(y, element.name).toBeGreaterThanOrEqual(0);
      expect(y, element.name).toBeLessThanOrEqual(height);
    }
  }
  const texts = textsOf(svg);
  for (const [index, { text, boxes }] of texts.entries()) {
    for (const box of boxes) {
      const isInside = box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height;
      expect(isInside, `"${text}" inside the picture`).toBe(true);
    }
    for (const other of texts.slice(index + 1)) {
      const touches = boxes.some((box) => other.boxes.some((second) => overlap(box, second)));
      expect(touches, `"${text}" over "${other.text}"`).toBe(false);
    }
  }
}
