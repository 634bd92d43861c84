import { isObject } from '../../json.js';
import { LayerConfig } from '../config.js';
import type { LayerScope } from '../scope.js';
import { typeOf } from '../topology.js';

/** The configuration of the layer that a wrapper holds. @throws IMPORT_LAYER_OPTION */
export function innerConfig(wrapper: LayerConfig, key: 'layer' | 'backward_layer' = 'layer'): LayerConfig {
  const layer = wrapper.raw(key);
  if (!isObject(layer) || !isObject(layer.config)) return wrapper.refuse(key);
  const { name } = layer.config;
  return new LayerConfig(typeof name === 'string' ? name : wrapper.refuse(key), typeOf(layer) ?? wrapper.refuse(key), layer.config);
}

/** The two layers of a Bidirectional. Keras 3 writes both, under the names they have; Keras 2 one, from whose name it makes two. */
export function directionsOf(wrapper: LayerConfig): readonly [forward: LayerConfig, backward: LayerConfig] {
  const forward = innerConfig(wrapper);
  const backward = wrapper.raw('backward_layer') === undefined ? forward : innerConfig(wrapper, 'backward_layer');
  return [withPrefix(forward, 'forward_'), withPrefix(backward, 'backward_')];
}

function withPrefix(config: LayerConfig, prefix: string): LayerConfig {
  return config.layer.startsWith(prefix) ? config : new LayerConfig(prefix + config.layer, config.type, config.values);
}

/** The scope of a layer that the scope's layer holds. */
export function innerScope(scope: LayerScope, config: LayerConfig): LayerScope {
  return { ...scope, config, parents: [...scope.parents, scope.config.layer] };
}
