import { z } from 'zod';
import { fail } from '../../../core/index.js';
import { canResolve, fetchJson, huggingFaceAuthorization, huggingFaceEndpoint, type ResolveOptions } from '../../hub/index.node.js';
import type { FoundModel } from '../facts.js';
import { licenceOf, licences } from '../licences.js';
import { huggingFaceTask, taskOf } from '../tasks.js';
import type { HubQuery, SearchableHub } from './hub.js';

/**
 * Hugging Face. HF_ENDPOINT names a mirror, HF_TOKEN finds what only its owner may see.
 * Source: the Hub's API, `GET /api/models`, with `expand` for what it leaves out by itself.
 */
export const huggingFace: SearchableHub = { source: 'hf', lists: true, search };

const fields = ['pipeline_tag', 'library_name', 'tags', 'safetensors', 'gated'];

const modelForm = z.object({
  id: z.string().regex(/^\w[\w.-]*\/\w[\w.-]*$/),
  pipeline_tag: z.string().nullish(),
  library_name: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  safetensors: z.object({ total: z.number().int().positive() }).nullish(),
  gated: z.union([z.boolean(), z.string()]).nullish(),
});

async function search(query: HubQuery, options: ResolveOptions): Promise<readonly FoundModel[]> {
  const endpoint = huggingFaceEndpoint();
  const url = `${endpoint}/api/models?${new URLSearchParams(parameters(query))}`;
  const request = { uri: 'Hugging Face', url, authorization: await huggingFaceAuthorization(), access: 'Check HF_TOKEN.' };
  const answer = z.array(z.unknown()).safeParse(await fetchJson(request, options));
  if (!answer.success) fail('HUB_HTTP', { uri: request.uri, host: new URL(url).host, reason: 'its answer is not a list of models' });
  return answer.data.flatMap((entry) => {
    const model = modelForm.safeParse(entry);
    return model.success ? [describe(model.data, endpoint)] : [];
  });
}

function parameters({ text, wanted, limit }: HubQuery): [string, string][] {
  const task = wanted.tasks && huggingFaceTask(wanted.tasks);
  const licence = licences.map((known) => known.toLowerCase()).find((known) => known === wanted.licence);
  return [
    ...(text === '' ? [] : [['search', text] satisfies [string, string]]),
    ...(task === undefined ? [] : [['pipeline_tag', task] satisfies [string, string]]),
    ...(licence === undefined ? [] : [['filter', `license:${licence}`] satisfies [string, string]]),
    ['sort', 'downloads'],
    ['direction', '-1'],
    ['limit', String(limit)],
    ...fields.map((field): [string, string] => ['expand[]', field]),
  ];
}

function describe(model: z.infer<typeof modelForm>, endpoint: string): FoundModel {
  const { id, pipeline_tag: task, library_name: format, tags, safetensors, gated } = model;
  const [licence] = tagged(tags, 'license');
  const data = tagged(tags, 'dataset').join(', ');
  return {
    uri: `hf:${id}`,
    source: 'hf',
    title: id.split('/').at(-1) ?? id,
    ...(task && { task: taskOf(task) }),
    ...(safetensors && { parameters: safetensors.total }),
    ...(data && { data }),
    ...(licence !== undefined && licence !== 'unknown' && { licence: licenceOf(licence) }),
    ...(format && { format }),
    ...(gated && { notes: 'Its terms have to be accepted on its page.' }),
    facts: `${endpoint}/${id}`,
    importable: canResolve('hf') ? 'untried' : 'not yet',
    measured: [],
  };
}

function tagged(tags: readonly string[] | null | undefined, kind: string): readonly string[] {
  return (tags ?? []).filter((tag) => tag.startsWith(`${kind}:`)).map((tag) => tag.slice(kind.length + 1));
}
