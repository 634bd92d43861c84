import { type BundleForm, copyBundle, openBundleFiles } from '../../reuse/bundle/index.node.js';

export interface ExportRequest {
  /** A finished run, or a bundle: its folder or a `.zip` of it. */
  readonly target: string;
  readonly out: string;
  /** A folder, one `.zip`, or the bare model; default: what the name of `out` says. */
  readonly form?: BundleForm;
}

export interface ExportResult {
  readonly from: string;
  readonly out: string;
  readonly form: BundleForm;
}

/**
 * Writes a trained model somewhere else, checked against the hashes it was written with.
 * @throws BUNDLE_NOT_FOUND, BUNDLE_BROKEN, BUNDLE_PATH_TAKEN, BUNDLE_WRITE_FAILED
 */
export async function exportBundle({ target, out, form = formOf(out) }: ExportRequest): Promise<ExportResult> {
  const files = await openBundleFiles(target);
  await copyBundle(files, out, form);
  return { from: files.path, out, form };
}

function formOf(path: string): BundleForm {
  const extension = path.toLowerCase().split('.').at(-1);
  return extension === 'onnx' || extension === 'zip' ? extension : 'bundle';
}
