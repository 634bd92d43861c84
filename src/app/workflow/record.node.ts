import { hashDataset } from '../../learning/data/index.js';
import type { RunRecord } from './run-folder.node.js';
import type { Session } from './session.node.js';
import { machine, versions } from './versions.node.js';

/** What is known of a session before it trains: specification, versions, machine, hashes of base and data. */
export async function recordOfSession({ spec, reasons, base, data }: Session): Promise<RunRecord> {
  return {
    format: 1,
    spec,
    ...(reasons.length > 0 && { reasons }),
    versions: await versions(),
    machine: machine(),
    base: { uri: base.uri, sha256: base.sha256, licence: base.licence },
    data: { sha256: await hashDataset(data.train), samples: data.train.size, names: data.names },
    started: new Date().toISOString(),
  };
}
