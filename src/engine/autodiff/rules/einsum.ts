import { fromNumbers } from '../../../core/index.js';
import { type GraphBuilder, parseEinsum, type Value } from '../../graph/index.js';
import type { GradientRule, RuleContext, Rules } from '../rule.js';

/** A tensor with a letter for each of its axes. */
interface Term {
  readonly letters: string;
  readonly value: Value;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Operands and result with letters in place of the ellipsis; broadcast axes align at the right. */
function termsOf({ node, x, dy }: RuleContext): { readonly operands: readonly Term[]; readonly result: Term } {
  const { operands, result } = parseEinsum(node);
  const free = [...ALPHABET].filter((letter) => !operands.join('').includes(letter));
  const hidden = operands.map((term, i) => (term.includes('.') ? x(i).dims.length - term.length + 1 : 0));
  const ellipsis = free.slice(0, Math.max(0, ...hidden)).join('');
  const spell = (term: string, count: number): string => term.replace('.', count === 0 ? '' : ellipsis.slice(-count));
  return {
    operands: operands.map((term, i) => ({ letters: spell(term, hidden[i] as number), value: x(i) })),
    result: { letters: spell(result, ellipsis.length), value: dy(0) },
  };
}

/** dx: the Einsum of the other operands and dy that leaves x's letters. */
const einsum: GradientRule = (c) => {
  const { operands, result } = termsOf(c);
  return operands.map((operand, i) => (c.needs(i) ? gradientOf(c.b, operand, [result, ...operands.toSpliced(i, 1)]) : undefined));
};

function gradientOf(b: GraphBuilder, operand: Term, others: readonly Term[]): Value {
  const letters = [...new Set(operand.letters)];
  const found = letters.filter((letter) => others.some((other) => other.letters.includes(letter)));
  const product = contracted(b, others, found.join(''));
  const sizes = letters.map((letter) => operand.value.dims[operand.letters.indexOf(letter)] as number);
  // A letter in no other term was summed over; one of size 1 elsewhere was broadcast; one of size 1 here is summed by the driver.
  const dims = letters.map((letter, i) => {
    const own = product.dims[found.indexOf(letter)] ?? 1;
    return own === 1 ? (sizes[i] as number) : own;
  });
  const kept = letters.map((letter) => product.dims[found.indexOf(letter)] ?? 1);
  return onDiagonal(b, b.reduceTo(b.expand(b.reshape(product, kept), dims), sizes), letters.join(''), operand);
}

/** Einsum, without the cases ONNX Runtime has no use or no equation for. */
function contracted(b: GraphBuilder, terms: readonly Term[], result: string): Value {
  const scalars = terms.filter((term) => term.letters === '').map((term) => term.value);
  const tensors = terms.filter((term) => term.letters !== '');
  const [first] = tensors;
  const factors = [...scalars];
  if (first !== undefined) {
    const same = tensors.length === 1 && first.letters === result;
    const equation = `${tensors.map((term) => term.letters).join(',')}->${result}`;
    factors.unshift(
      same
        ? first.value
        : b.op(
            'Einsum',
            tensors.map((term) => term.value),
            { equation },
          ),
    );
  }
  return factors.reduce((product, factor) => b.mul(product, factor));
}

/** Spreads a gradient over repeated letters: it belongs to the diagonal, the rest is 0. */
function onDiagonal(b: GraphBuilder, gradient: Value, letters: string, { letters: wanted, value }: Term): Value {
  if (letters === wanted) return gradient;
  const first = [...wanted].map((letter, axis) => wanted.indexOf(letter) === axis);
  const lead = b.reshape(
    gradient,
    value.dims.map((dim, axis) => (first[axis] ? dim : 1)),
  );
  return first.reduce((product, isFirst, axis) => {
    if (isFirst) return product;
    const earlier = wanted.indexOf(wanted[axis] as string);
    const size = value.dims[axis] as number;
    const dims = value.dims.map((_, i) => (i === axis || i === earlier ? size : 1));
    const eye = Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
    return b.mul(product, b.constant(fromNumbers(value.type, dims, eye)));
  }, lead);
}

export const einsumRules = { Einsum: einsum } satisfies Rules;
