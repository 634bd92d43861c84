import type { Block, InspectResult, Layer, RecipePlan, Tap, ValueSummary } from '../../workflow/index.node.js';
import { bytesText, percent, short, table } from '../table.js';

/** Ops that only move data; a layer is not named after them. */
const MOVES = /^(Cast|Concat|Expand|Flatten|Gather|Identity|Pad|Reshape|Shape|Slice|Split|Squeeze|Transpose|Unsqueeze)$/;
/** Ops of a layer that are listed before the rest is counted. */
const LISTED = 4;

/** A model's description as a terminal shows it. */
export function inspectText(result: InspectResult): string {
  return [
    head(result),
    section('Inputs', result.inputs.map(valueLine)),
    section('Outputs', [...result.outputs.map(valueLine), ...labels(result.labels)]),
    section(
      'Preprocessing',
      (result.preprocessing ?? []).map(({ name, ...options }) => `  ${name} ${settings(options)}`.trimEnd()),
    ),
    section(`Layers, for ${assumed(result)}`, layerTable(result.blocks, scopeOf(result.blocks))),
    section('Blocks, for freeze: { until: NAME }', blockTable(result)),
    section('Taps: values that can feed a head', tapTable(result)),
    section(`Recipes, with a linear head for ${result.classes} classes`, recipeTable(result.recipes)),
    section('Values', result.values.map(valueLine)),
    section(
      'Notes',
      result.notes.map((note) => `  ${note}`),
    ),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

function head({ uri, licence, producer, opset, sha256, tensors, parameters, bytes, multiplyAdds, flops }: InspectResult): string {
  const cost = flops > 0 ? `, ${short(multiplyAdds)} multiply-adds (${short(flops)} FLOPs)` : '';
  const origin = [
    `licence ${licence ?? 'not stated'}`,
    `opset ${opset}`,
    producer && producer !== 'regraft' ? `from ${producer}` : '',
    sha256 && `sha256 ${sha256.slice(0, 12)}…`,
  ];
  return [
    uri,
    `  ${parameters.toLocaleString('en')} parameters in ${tensors} tensors (${bytesText(bytes)})${cost}`,
    `  ${origin.filter((part) => part !== '').join(', ')}`,
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}\n${lines.join('\n')}`;
}

function valueLine({ name, type, dims }: ValueSummary): string {
  return `  ${name}  ${type}${dims === undefined ? '' : ` ${shape(dims)}`}`;
}

function shape(dims: readonly (number | string | null)[] | undefined): string {
  return dims === undefined ? '?' : `[${dims.map((dim) => dim ?? '?').join(', ')}]`;
}

function labels(names: readonly string[] | undefined): string[] {
  if (names === undefined) return [];
  const rest = names.length > 8 ? `, … (${names.length} in all)` : '';
  return [`  classes: ${names.slice(0, 8).join(', ')}${rest}`];
}

function settings(options: object): string {
  return Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} ${Array.isArray(value) ? shape(value) : String(value)}`)
    .join(', ');
}

function assumed({ assumed: inputs }: InspectResult): string {
  return Object.entries(inputs)
    .map(([name, dims]) => `${name} ${shape(dims)}`)
    .join(', ');
}

function layerTable(blocks: readonly Block[], scope: string): string[] {
  const rows = blocks.flatMap(({ layers }) =>
    layers.map(({ name, ops, dims, parameters, multiplyAdds }) => {
      const within = name.startsWith(scope) ? name.slice(scope.length) : name;
      return [within, opsText(ops), shape(dims), parameters, short(multiplyAdds)] as const;
    }),
  );
  return [...(scope === '' ? [] : [`  (names begin with ${scope})`]), ...table(['layer', 'ops', 'output', 'parameters', 'multiply-adds'], rows)];
}

/** What most names of layers begin with, up to a slash: TensorFlow puts the functions a model was saved through in front of all. */
function scopeOf(blocks: readonly Block[]): string {
  const names = blocks.flatMap(({ layers }) => layers.map(({ name }) => name));
  let scope = '';
  for (;;) {
    const longer = names
      .map((name) => name.slice(0, name.indexOf('/', scope.length) + 1))
      .filter((name) => name.length > scope.length && name.startsWith(scope));
    const counts = new Map<string, number>();
    for (const name of longer) counts.set(name, (counts.get(name) ?? 0) + 1);
    const [most, count = 0] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
    if (most === undefined || count < names.length * 0.8) return scope;
    scope = most;
  }
}

/** `Conv, Relu`; what only moves data is left out where there is something else. */
function opsText(ops: readonly Layer['ops'][number][]): string {
  const working = ops.filter((op) => !MOVES.test(op));
  const names = [...new Set(working.length > 0 ? working : ops)];
  return names.length > LISTED ? `${names.slice(0, LISTED).join(', ')}, +${names.length - LISTED}` : names.join(', ');
}

function blockTable({ blocks, parameters }: InspectResult): string[] {
  const rows = blocks
    .filter(({ frozen }) => frozen !== undefined)
    .map(({ name, frozen, ...block }) => [
      name,
      block.tensors,
      block.parameters,
      `${(frozen?.parameters ?? 0).toLocaleString('en')} (${percent((frozen?.parameters ?? 0) / parameters)})`,
    ]);
  return rows.length === 0 ? [] : table(['block', 'tensors', 'parameters', 'frozen up to here'], rows);
}

function tapTable({ features, taps }: InspectResult): string[] {
  if (features === undefined) return [];
  const row = ({ name, dims, width }: Tap, note: string): (string | number)[] => [name, shape(dims), width, note];
  const others = taps.filter(({ name }) => name !== features.name);
  return table(['value', 'shape', 'width', ''], [...others.map((tap) => row(tap, '')), row(features, 'the layer before the head')]);
}

function recipeTable(recipes: readonly RecipePlan[]): string[] {
  const rows = recipes.flatMap(({ recipe, phases }) =>
    phases.map(({ phase, tensors, parameters, share }, index) => [index === 0 ? recipe : '', phase, tensors, parameters, percent(share)]),
  );
  return rows.length === 0 ? [] : table(['recipe', 'phase', 'tensors', 'parameters', 'share'], rows);
}
