import type { IncomingHttpHeaders } from 'node:http';

/**
 * What somebody can do to whom the Hub does not give something. It answers 401 for private repositories and for those that do not exist alike.
 * Source: the Hub's headers `X-Error-Code` and `X-Error-Message` (huggingface_hub, utils/_http.py).
 */
export function accessAdvice(headers: IncomingHttpHeaders, page: string): string {
  if (headers['x-error-code'] === 'GatedRepo') {
    return `Accept its terms on ${page} with your account, and set HF_TOKEN to a token of that account; some owners look at each request before they grant it.`;
  }
  if (/^invalid credentials/i.test([headers['x-error-message'] ?? ''].flat().join())) {
    return 'The token in HF_TOKEN, or the one that was stored by signing in, is not valid (any more).';
  }
  return `Where there is no such repository, the Hub answers the same: check the spelling. For a private one, set HF_TOKEN to a token that may read ${page}.`;
}
