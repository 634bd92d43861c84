const EXACT = /^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/;

/** Whether `version` names one version, not a range or a tag. */
export function isExact(version: string | undefined): version is string {
  return version !== undefined && EXACT.test(version);
}

/** The newest of some versions; a pre-release comes before its release. */
export function newest(versions: readonly string[]): string | undefined {
  return versions.filter(isExact).sort(compareVersions).at(-1);
}

function compareVersions(a: string, b: string): number {
  const [aNumbers, bNumbers] = [numbersOf(a), numbersOf(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (aNumbers[i] ?? 0) - (bNumbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(b.includes('-')) - Number(a.includes('-')) || a.localeCompare(b, 'en', { numeric: true });
}

function numbersOf(version: string): number[] {
  return (version.split(/[-+]/)[0] ?? '').split('.').map(Number);
}
