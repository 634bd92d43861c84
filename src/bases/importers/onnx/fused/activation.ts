import { attribute, type ConvertContext, type Node } from '../../../../engine/graph/index.js';
import { become, number } from './write.js';

/** Numbers of an activation fused into another operator. */
type Parameters = readonly (number | undefined)[];

/** What a fused activation's parameters are called as attributes of its own operator. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  Relu: [],
  Tanh: [],
  Sigmoid: [],
  HardSigmoid: ['alpha', 'beta'],
  LeakyRelu: ['alpha'],
  Elu: ['alpha'],
  Softplus: [],
  Softsign: [],
  ThresholdedRelu: ['alpha'],
};

/** The activation of `x` as what makes the fused node's output; the last node without one is `Identity`. */
function activated(node: Node, c: ConvertContext, x: string, parameters: Parameters): Node {
  const activation = attribute.string(node, 'activation', '');
  if (activation === '') return become(node, 'Identity', [x]);
  if (activation === 'Clip') {
    const [low, high] = parameters.map((bound) => (bound === undefined ? '' : number(c, bound, x)));
    return become(node, 'Clip', [x, low ?? '', high ?? '']);
  }
  const names = NAMES[activation];
  if (!names) return c.refuse(node, `the activation "${activation}" is not known`);
  const given = Object.fromEntries(names.map((name, index) => [name, parameters[index]]));
  return become(node, activation as 'Relu', [x], given);
}

/** FusedConv and the like: `activation_params` is a list. */
export function activatedByList(node: Node, c: ConvertContext, x: string): Node {
  return activated(node, c, x, attribute.floats(node, 'activation_params') ?? []);
}

/** FusedGemm and the like: an attribute a parameter. */
export function activatedByName(node: Node, c: ConvertContext, x: string): Node {
  const parameters = ['activation_alpha', 'activation_beta'].map((name) => (node.attributes[name] ? attribute.float(node, name, 0) : undefined));
  return activated(node, c, x, parameters);
}
