import { int64 } from '../../../../core/index.js';
import { type AttributeValue, attribute } from '../../attributes.js';
import { type Window, windowOf } from '../../shapes/window.js';
import { any, op } from '../pattern.js';
import type { Match, RewriteRule } from '../rule.js';

const [x, kernel] = [any('x'), any('kernel')];

/**
 * A convolution without the outer taps that read nothing but padding at every position, as atrous ones with a rate as large as the image
 * have (Chen et al., "Rethinking atrous convolution for semantic image segmentation", arXiv 1706.05587, section 3.3): 24 and 36 on
 * 14×14, where a ninth of the multiplications is left.
 */
export const unreadTaps: RewriteRule = {
  name: 'unread-taps',
  patterns: [op('Conv', [x, kernel, any('bias')], 'convolution'), op('Conv', [x, kernel], 'convolution')],
  check(match) {
    const window = windowOfMatch(match);
    const ranges = rangesOf(match, window);
    if (ranges.every(({ first, last }, axis) => first === 0 && last === (window.kernel[axis] as number) - 1)) return 'every tap reads the image';
    return padsWithout(window, ranges).every((pad) => pad >= 0) ? undefined : 'what is left does not begin in the image';
  },
  replace(match, make) {
    const window = windowOfMatch(match);
    const ranges = rangesOf(match, window);
    const ints = (values: readonly number[]): string => make.constant(int64([values.length], values));
    const [starts, ends, axes] = [ranges.map(({ first }) => first), ranges.map(({ last }) => last + 1), ranges.map((_, axis) => axis + 2)];
    const read = make.op('Slice', [match.value('kernel'), ints(starts), ints(ends), ints(axes)]);
    const bias = match.has('bias') ? [match.value('bias')] : [];
    const values: Record<string, AttributeValue> = {
      group: attribute.int(match.node('convolution'), 'group', 1),
      strides: window.strides,
      dilations: window.dilations,
      pads: padsWithout(window, ranges),
    };
    return make.op('Conv', [match.value('x'), read, ...bias], values);
  },
};

/** The taps of an axis that read the image somewhere. */
interface Range {
  readonly first: number;
  readonly last: number;
}

function windowOfMatch(match: Match): Window {
  return windowOf(match.node('convolution'), match.type(match.value('x')).dims.slice(2), match.type(match.value('kernel')).dims.slice(2));
}

/** All taps of an axis where none reads anything. */
function rangesOf(match: Match, { kernel, strides, dilations, padsBegin, output }: Window): Range[] {
  const image = match.type(match.value('x')).dims.slice(2);
  return kernel.map((taps, axis) => {
    const reads = (tap: number): boolean =>
      Array.from({ length: output[axis] as number }).some((_, position) => {
        const at = position * (strides[axis] as number) + tap * (dilations[axis] as number) - (padsBegin[axis] as number);
        return at >= 0 && at < (image[axis] as number);
      });
    const reading = Array.from({ length: taps }, (_, tap) => tap).filter(reads);
    return { first: reading[0] ?? 0, last: reading.at(-1) ?? taps - 1 };
  });
}

function padsWithout({ kernel, dilations, padsBegin, padsEnd }: Window, ranges: readonly Range[]): number[] {
  const pads = (given: readonly number[], dropped: (range: Range, axis: number) => number): number[] =>
    ranges.map((range, axis) => (given[axis] as number) - dropped(range, axis) * (dilations[axis] as number));
  return [...pads(padsBegin, ({ first }) => first), ...pads(padsEnd, ({ last }, axis) => (kernel[axis] as number) - 1 - last)];
}
