import { z } from 'zod';
import { fail } from '../../../core/index.js';
import { canResolve, fetchJson, kaggleAuthorization, type ResolveOptions } from '../../hub/index.node.js';
import type { FoundModel } from '../facts.js';
import { licenceOf } from '../licences.js';
import { taskNames, taskOf } from '../tasks.js';
import type { HubQuery, SearchableHub } from './hub.js';

/**
 * Kaggle Models. KAGGLE_API_ENDPOINT names a mirror.
 * Source: Kaggle's API, `GET /api/v1/models/list` (kagglesdk, ApiListModelsRequest and ApiModel).
 */
export const kaggle: SearchableHub = { source: 'tfhub', lists: true, search };

const variationForm = z.object({ slug: z.string().regex(/^[\w.-]+$/), framework: z.string().regex(/^\w+$/), licenseName: z.string().nullish() });

const modelForm = z.object({
  ref: z.string().regex(/^\w[\w.-]*\/\w[\w.-]*$/),
  title: z.string(),
  subtitle: z.string().nullish(),
  instances: z.array(variationForm).nullish(),
  tags: z.array(z.object({ name: z.string() })).nullish(),
});

const answerForm = z.object({ models: z.array(z.unknown()) });

type KaggleModel = z.infer<typeof modelForm>;

/** Descriptions and instructions of every variation come along, which makes pages large. */
const LARGEST_PAGE = 20;

async function search({ text, limit }: HubQuery, options: ResolveOptions): Promise<readonly FoundModel[]> {
  const endpoint = (process.env['KAGGLE_API_ENDPOINT'] || 'https://www.kaggle.com').replace(/\/+$/, '');
  const parameters = new URLSearchParams({ search: text, sortBy: 'hotness', pageSize: String(Math.min(limit, LARGEST_PAGE)) });
  const url = `${endpoint}/api/v1/models/list?${parameters}`;
  const access = 'Give your credentials in KAGGLE_USERNAME and KAGGLE_KEY, or in ~/.kaggle/kaggle.json.';
  const request = { uri: 'Kaggle Models', url, authorization: await kaggleAuthorization(), access };
  const answer = answerForm.safeParse(await fetchJson(request, options));
  if (!answer.success) fail('HUB_HTTP', { uri: request.uri, host: new URL(url).host, reason: 'its answer is not a list of models' });
  return answer.data.models.flatMap((entry) => {
    const model = modelForm.safeParse(entry);
    return model.success ? describe(model.data) : [];
  });
}

/** Frameworks as addresses spell them; those that Regraft reads, the best first, then others. */
const readable = ['tensorFlow2', 'tfJs', 'keras', 'onnx', 'tensorFlow1'];
const others = [
  'tfLite',
  'pyTorch',
  'jax',
  'flax',
  'paxml',
  'transformers',
  'gemmaCpp',
  'litert',
  'scikitLearn',
  'coral',
  'pax',
  'maxText',
  'api',
  'other',
];

/** One row a model, which may have dozens of variations: the first of the framework that suits best. */
function describe({ ref, title, subtitle, instances, tags }: KaggleModel): FoundModel[] {
  const variations = (instances ?? []).map((variation) => ({ ...variation, framework: frameworkOf(variation.framework) }));
  const rankOf = (framework: string): number => (readable.indexOf(framework) + readable.length + 1) % (readable.length + 1);
  const [best] = variations.toSorted((a, b) => rankOf(a.framework) - rankOf(b.framework));
  if (best === undefined) return [];
  const task = (tags ?? []).map(({ name }) => taskOf(name)).find((name) => taskNames.includes(name));
  const more = variations.length > 1 ? `One of ${variations.length} variations.` : undefined;
  const notes = [subtitle ?? undefined, more].filter((text) => text !== undefined && text !== '').join(' ');
  return [
    {
      uri: `tfhub:${ref}/${best.framework}/${best.slug}`,
      source: 'tfhub',
      title,
      ...(task !== undefined && { task }),
      ...(best.licenseName && { licence: licenceOf(best.licenseName) }),
      format: best.framework,
      ...(notes !== '' && { notes }),
      facts: `https://www.kaggle.com/models/${ref}`,
      importable: canResolve('tfhub') && readable.includes(best.framework) ? 'untried' : 'not yet',
      measured: [],
    },
  ];
}

/** `TensorFlow2`, `MODEL_FRAMEWORK_TENSOR_FLOW_2` → `tensorFlow2` */
function frameworkOf(text: string): string {
  const bare = (name: string): string =>
    name
      .replace(/^MODEL_FRAMEWORK_/i, '')
      .replaceAll('_', '')
      .toLowerCase();
  return [...readable, ...others].find((name) => bare(name) === bare(text)) ?? text;
}
