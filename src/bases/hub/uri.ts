import { distance } from 'fastest-levenshtein';
import { fail } from '../../core/index.js';

/** A model (or data set) address, by scheme. See "Model URI" in the design. */
export type ModelUri =
  | { readonly kind: 'npm'; readonly uri: string; readonly name: string; readonly version: string | undefined; readonly path: string }
  | { readonly kind: 'hf'; readonly uri: string; readonly repo: string; readonly revision: string | undefined; readonly file: string | undefined }
  | { readonly kind: 'torch'; readonly uri: string; readonly entrypoint: string; readonly weights: string | undefined }
  | { readonly kind: 'keras'; readonly uri: string; readonly application: string }
  | {
      readonly kind: 'tfhub';
      readonly uri: string;
      readonly owner: string;
      readonly model: string;
      readonly framework: string;
      readonly variation: string;
      readonly version: string | undefined;
    }
  | {
      readonly kind: 'registry';
      readonly uri: string;
      readonly team: string;
      readonly model: string;
      readonly version: string | undefined;
      readonly alias: string | undefined;
    }
  | { readonly kind: 'https'; readonly uri: string; readonly url: string }
  | { readonly kind: 'path'; readonly uri: string; readonly path: string };

export type UriKind = ModelUri['kind'];

type SchemeParser = (rest: string, uri: string) => ModelUri | undefined;

interface Scheme {
  /** Shape shown in errors. */
  readonly form: string;
  readonly parse: SchemeParser;
}

const npmForm = /^(?<name>(?:@[a-z0-9~][\w.~-]*\/)?[a-z0-9~][\w.~-]*)(?:@(?<version>[\w.^~<>=*+-]+))?(?:\/(?<path>.*))?$/i;
/** Two parts before an `@` are OWNER/REPO; one is a repository from the time when they had no owner, whose files are named behind a revision. */
const hfForm = /^(?<repo>[\w.-]+(?:\/[\w.-]+)?)(?:@(?<revision>refs\/(?:pr|convert)\/[^/]+|[^/]+))?(?:\/(?<file>.+))?$/;
const torchForm = /^(?<entrypoint>[\w.\-/]+)(?::(?<weights>[\w.-]+))?$/;
const tfhubForm = /^(?<owner>[\w.-]+)\/(?<model>[\w.-]+)\/(?<framework>[\w.-]+)\/(?<variation>[\w.-]+)(?:\/(?<version>\d+))?$/;
const registryForm = /^(?<team>[\w.-]+)\/(?<model>[\w.-]+)(?:@(?<version>[\w.+-]+)|:(?<alias>[\w.-]+))?$/;

const schemes: Readonly<Record<Exclude<UriKind, 'path'> | 'http', Scheme>> = {
  npm: { form: 'npm:PACKAGE[@VERSION]/PATH', parse: parseNpm },
  hf: {
    form: 'hf:OWNER/REPO[@REVISION][/FILE]',
    parse: parseHf,
  },
  torch: {
    form: 'torch:ENTRYPOINT[:WEIGHTS]',
    parse: (rest, uri) => fields(torchForm, rest, (g) => ({ kind: 'torch', uri, entrypoint: g.entrypoint ?? '', weights: g.weights })),
  },
  keras: {
    form: 'keras:APPLICATION',
    parse: (rest, uri) => (/^\w+$/.test(rest) ? { kind: 'keras', uri, application: rest } : undefined),
  },
  tfhub: { form: 'tfhub:OWNER/MODEL/FRAMEWORK/VARIATION[/VERSION]', parse: parseTfhub },
  registry: { form: 'registry:TEAM/MODEL[@VERSION|:ALIAS]', parse: parseRegistry },
  https: { form: 'https://HOST/PATH', parse: parseHttps },
  // Only this machine is reached without encryption, which the resolver sees to.
  http: { form: 'https://HOST/PATH', parse: parseHttps },
};

/** Shapes of all addresses, for error messages and help texts. */
const URI_FORMS: readonly string[] = [...new Set(Object.values(schemes).map((scheme) => scheme.form)), 'a path'];

/**
 * Reads a model URI. What has no scheme is a path (`C:\…` too).
 * @throws HUB_SCHEME_UNKNOWN with the nearest known scheme; HUB_URI_INVALID with the shape the scheme takes.
 */
export function parseUri(uri: string): ModelUri {
  const text = uri.trim();
  if (text === '') fail('HUB_URI_INVALID', { uri, form: URI_FORMS.join(', ') });
  const scheme = /^([a-z][a-z0-9+-]+):(.*)$/is.exec(text);
  if (!scheme) return { kind: 'path', uri: text, path: text };
  const [, name = '', rest = ''] = scheme;
  const known = Object.hasOwn(schemes, name) ? schemes[name as keyof typeof schemes] : undefined;
  if (!known) fail('HUB_SCHEME_UNKNOWN', { uri: text, scheme: name, hint: didYouMean(name), forms: URI_FORMS.join(', ') });
  return known.parse(rest, text) ?? fail('HUB_URI_INVALID', { uri: text, form: known.form });
}

function parseNpm(rest: string, uri: string): ModelUri | undefined {
  return fields(npmForm, rest, (g) => {
    const path = normalizePath(g.path ?? '');
    return path === undefined ? undefined : { kind: 'npm', uri, name: g.name ?? '', version: g.version, path };
  });
}

function parseHttps(rest: string, uri: string): ModelUri | undefined {
  if (!/^\/\/[^/]+\/./.test(rest) || !URL.canParse(uri)) return undefined;
  // One spelling for one address: it is a key of the cache and of the lock file.
  const { href } = new URL(uri);
  return { kind: 'https', uri: href, url: href };
}

function parseHf(rest: string, uri: string): ModelUri | undefined {
  return fields(hfForm, rest, ({ repo = '', revision: written, file }) => {
    // A branch may have a slash in its name.
    const revision = written?.replace(/%2f/gi, '/');
    const inside = file === undefined ? undefined : normalizePath(file);
    // The Hub's rules for names; they and the revision become folders of the cache.
    const isName = repo.split('/').every((part) => /^\w(?:[\w.-]*\w)?$/.test(part)) && !/--|\.\./.test(repo);
    if (!isName || (file !== undefined && !inside) || (revision !== undefined && normalizePath(revision) !== revision)) return undefined;
    return { kind: 'hf', uri, repo, revision, file: inside };
  });
}

function parseTfhub(rest: string, uri: string): ModelUri | undefined {
  // The parts become folders of the cache.
  if (normalizePath(rest) !== rest) return undefined;
  return fields(tfhubForm, rest, (g) => ({
    kind: 'tfhub',
    uri,
    owner: g.owner ?? '',
    model: g.model ?? '',
    framework: g.framework ?? '',
    variation: g.variation ?? '',
    version: g.version,
  }));
}

function parseRegistry(rest: string, uri: string): ModelUri | undefined {
  return fields(registryForm, rest, (g) => ({
    kind: 'registry',
    uri,
    team: g.team ?? '',
    model: g.model ?? '',
    version: g.version,
    alias: g.alias,
  }));
}

type Groups = Readonly<Record<string, string | undefined>>;

function fields(form: RegExp, text: string, build: (groups: Groups) => ModelUri | undefined): ModelUri | undefined {
  const match = form.exec(text);
  return match?.groups ? build(match.groups) : undefined;
}

/** A relative path without `.` and empty parts; `undefined` when it leaves its folder. */
export function normalizePath(path: string): string | undefined {
  const parts = path.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? undefined : parts.join('/');
}

function didYouMean(name: string): string {
  const nearest = Object.keys(schemes).sort((a, b) => distance(name, a) - distance(name, b))[0] ?? '';
  return distance(name.toLowerCase(), nearest) <= 2 ? ` Did you mean "${nearest}:"?` : '';
}
