import {
  type Difference,
  type DiffKind,
  differences,
  type Facts,
  type MetricDifference,
  metricDifferences,
  specDifferences,
} from './diff/compare.js';
import { readFacts } from './diff/facts.node.js';

/** What differs between two specs, runs or bundles. Equal things are not listed. */
export interface DiffResult {
  readonly a: { readonly path: string; readonly kind: DiffKind };
  readonly b: { readonly path: string; readonly kind: DiffKind };
  /** Nothing differs in what both record. */
  readonly same: boolean;
  /** Of the resolved specs. */
  readonly spec: readonly Difference[];
  /** Of base and training data: where they came from, and their hashes. */
  readonly sources: readonly Difference[];
  readonly versions: readonly Difference[];
  readonly machine: readonly Difference[];
  readonly metrics: readonly MetricDifference[];
  /** From the start of each run to its end, in seconds; not part of `same`. */
  readonly seconds?: { readonly a: number; readonly b: number };
  /** What a reader has to know. */
  readonly notes: readonly string[];
}

/**
 * Compares two specs, runs or bundles, of the same kind or of different kinds, by what both of them record.
 * @throws DIFF_TARGET, SPEC_, RUN_ and BUNDLE_ errors
 */
export async function diff(pathA: string, pathB: string): Promise<DiffResult> {
  const [a, b] = await Promise.all([readFacts(pathA), readFacts(pathB)]);
  const spec = specDifferences(a, b);
  const parts = {
    spec,
    // Where a base came from is said once.
    sources: both(a, b, 'sources').filter(({ key }) => key !== 'base.uri' || spec.every((row) => row.key !== key)),
    versions: both(a, b, 'versions'),
    machine: both(a, b, 'machine'),
    metrics: a.metrics && b.metrics ? metricDifferences(a.metrics, b.metrics) : [],
  };
  return {
    a: { path: a.path, kind: a.kind },
    b: { path: b.path, kind: b.kind },
    same: Object.values(parts).every((part) => part.length === 0),
    ...parts,
    ...(a.seconds !== undefined && b.seconds !== undefined && { seconds: { a: a.seconds, b: b.seconds } }),
    notes: [...missing(a, b), ...readingOf(parts)],
  };
}

function both(a: Facts, b: Facts, part: 'sources' | 'versions' | 'machine'): Difference[] {
  return a[part] && b[part] ? differences(a[part], b[part]) : [];
}

/** What one side does not record and the other may. */
function missing(a: Facts, b: Facts): string[] {
  const kinds = [a.kind, b.kind];
  return [
    ...(kinds.includes('spec') && kinds.some((kind) => kind !== 'spec')
      ? ['A spec has no hashes, versions and metrics: these were not compared.']
      : []),
    ...(kinds.includes('bundle') && kinds.some((kind) => kind !== 'bundle') ? ['Of the spec, a bundle records task and recipe alone.'] : []),
    ...[a, b].filter(({ kind, metrics }) => kind === 'run' && !metrics).map(({ path }) => `${path} has not reached its end: it has no metrics yet.`),
  ];
}

/** How the differences of the metrics are to be read. */
function readingOf({ spec, sources, metrics }: Pick<DiffResult, 'spec' | 'sources' | 'metrics'>): string[] {
  if (!metrics.some(({ overlap }) => overlap !== undefined)) return [];
  const isOtherData = sources.some(({ key }) => key.startsWith('data.')) || spec.some(({ key }) => key === 'seed' || key.startsWith('data.'));
  return [
    'Whether 95% intervals overlap is not a paired test: intervals that overlap do not show that there is no difference.',
    ...(isOtherData ? ['Data or seed differ: the metrics may have been measured on different samples.'] : []),
  ];
}
