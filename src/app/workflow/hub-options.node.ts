import type { HubEvents, ResolveOptions } from '../../bases/hub/index.node.js';
import { Events } from '../../core/index.js';
import type { WorkflowContext } from './context.js';

/** How the hub works for a workflow: offline if asked, stopped with it, its events as those of the workflow. */
export function hubOptions({ events: listeners, signal, offline }: WorkflowContext): ResolveOptions {
  const events = new Events<HubEvents>();
  events.on('progress', ({ uri, bytes, total }) => {
    const known = total === undefined ? {} : { total };
    listeners?.emit('progress', { stage: `fetching ${shortName(uri)}`, done: bytes, ...known, detail: `${megabytes(bytes)} MB` });
  });
  events.on('retry', ({ uri, reason, delay }) => {
    listeners?.emit('note', { text: `${uri}: ${reason}; trying again${delay < 1000 ? '' : ` in ${Math.round(delay / 1000)} s`}.` });
  });
  events.on('wait', ({ uri }) => listeners?.emit('note', { text: `${uri}: another process is fetching it; waiting for that.` }));
  events.on('mend', ({ uri, file }) => listeners?.emit('note', { text: `${uri}: "${file}" is damaged in the cache.` }));
  return { events, ...(signal && { signal }), ...(offline && { offline }) };
}

function shortName(uri: string): string {
  return uri.split(/[/:]/).findLast((part) => part !== '') ?? uri;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
