import { add, scale } from '../../torch-layers/index.js';
import { family } from '../family.js';
import { classifyToken, encodeVit, vitConfig, vitOutputs } from './vit.js';

/** A ViT with a second token, which learned from a teacher. Touvron et al. 2020, arXiv:2012.12877. Source: transformers/models/deit/modeling_deit.py */
export const deit = family({
  type: 'deit',
  base: 'deit',
  config: vitConfig,
  classifier: { className: 'DeiTForImageClassification', layer: 'classifier' },
  classes: {
    DeiTModel: { build: vitOutputs },
    DeiTForImageClassification: {
      head: /^classifier\./,
      build: (net, config, base) => ({ logits: classifyToken(encodeVit(net, config, base), 0, 'classifier', config.labels) }),
    },
    DeiTForImageClassificationWithTeacher: {
      head: /^(cls|distillation)_classifier\./,
      build: (net, config, base) => {
        const last = encodeVit(net, config, base);
        const own = classifyToken(last, 0, 'cls_classifier', config.labels);
        const taught = classifyToken(last, 1, 'distillation_classifier', config.labels);
        return { logits: scale(add(own, taught), 0.5), cls_logits: own, distillation_logits: taught };
      },
    },
  },
});
