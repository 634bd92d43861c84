/** Where the ImageNet weights of a Keras application, with its classifier, are published. */
export interface KerasApplication {
  /** Below the storage that {@link KERAS_STORAGE} names. */
  readonly path: string;
  /** Its name among Keras' own downloads, where that is not the last part of `path`. */
  readonly file?: string;
  /** MD5 or SHA-256 in hexadecimal, as the source states it. */
  readonly hash?: string;
  /** SPDX identifier, as Keras' documentation of applications states it of the weights; it does not for all. */
  readonly licence?: string;
}

export const KERAS_STORAGE = 'https://storage.googleapis.com/';

/** One row an application. Addresses and hashes: Keras 3, keras/src/applications. */
export const applications: Readonly<Record<string, KerasApplication>> = {
  ConvNeXtBase: {
    path: 'tensorflow/keras-applications/convnext/convnext_base.h5',
    hash: '52cbb006d3dadd03f6e095a8ca1aca47aecdd75acb4bc74bce1f5c695d0086e6',
  },
  ConvNeXtLarge: {
    path: 'tensorflow/keras-applications/convnext/convnext_large.h5',
    hash: '070c5ed9ed289581e477741d3b34beffa920db8cf590899d6d2c67fba2a198a6',
  },
  ConvNeXtSmall: {
    path: 'tensorflow/keras-applications/convnext/convnext_small.h5',
    hash: 'ce1277d8f1ee5a0ef0e171469089c18f5233860ceaf9b168049cb9263fd7483c',
  },
  ConvNeXtTiny: {
    path: 'tensorflow/keras-applications/convnext/convnext_tiny.h5',
    hash: '8ae6e78ce2933352b1ef4008e6dd2f17bc40771563877d156bc6426c7cf503ff',
  },
  ConvNeXtXLarge: {
    path: 'tensorflow/keras-applications/convnext/convnext_xlarge.h5',
    hash: 'c1f5ccab661354fc3a79a10fa99af82f0fbf10ec65cb894a3ae0815f17a889ee',
  },
  DenseNet121: {
    path: 'tensorflow/keras-applications/densenet/densenet121_weights_tf_dim_ordering_tf_kernels.h5',
    hash: '9d60b8095a5708f2dcce2bca79d332c7',
    licence: 'BSD-3-Clause',
  },
  DenseNet169: {
    path: 'tensorflow/keras-applications/densenet/densenet169_weights_tf_dim_ordering_tf_kernels.h5',
    hash: 'd699b8f76981ab1b30698df4c175e90b',
    licence: 'BSD-3-Clause',
  },
  DenseNet201: {
    path: 'tensorflow/keras-applications/densenet/densenet201_weights_tf_dim_ordering_tf_kernels.h5',
    hash: '1ceb130c1ea1b78c3bf6114dbdfd8807',
    licence: 'BSD-3-Clause',
  },
  EfficientNetB0: { path: 'keras-applications/efficientnetb0.h5', hash: '902e53a9f72be733fc0bcb005b3ebbac' },
  EfficientNetB1: { path: 'keras-applications/efficientnetb1.h5', hash: '1d254153d4ab51201f1646940f018540' },
  EfficientNetB2: { path: 'keras-applications/efficientnetb2.h5', hash: 'b15cce36ff4dcbd00b6dd88e7857a6ad' },
  EfficientNetB3: { path: 'keras-applications/efficientnetb3.h5', hash: 'ffd1fdc53d0ce67064dc6a9c7960ede0' },
  EfficientNetB4: { path: 'keras-applications/efficientnetb4.h5', hash: '18c95ad55216b8f92d7e70b3a046e2fc' },
  EfficientNetB5: { path: 'keras-applications/efficientnetb5.h5', hash: 'ace28f2a6363774853a83a0b21b9421a' },
  EfficientNetB6: { path: 'keras-applications/efficientnetb6.h5', hash: '165f6e37dce68623721b423839de8be5' },
  EfficientNetB7: { path: 'keras-applications/efficientnetb7.h5', hash: '8c03f828fec3ef71311cd463b6759d99' },
  EfficientNetV2B0: { path: 'tensorflow/keras-applications/efficientnet_v2/efficientnetv2-b0.h5', hash: '21ecbf6da12460d5c40bb2f29ceb2188' },
  EfficientNetV2B1: { path: 'tensorflow/keras-applications/efficientnet_v2/efficientnetv2-b1.h5', hash: '069f0534ff22adf035c89e2d9547a9dc' },
  EfficientNetV2B2: { path: 'tensorflow/keras-applications/efficientnet_v2/efficientnetv2-b2.h5', hash: '424e49f28180edbde1e94797771950a7' },
  EfficientNetV2B3: { path: 'tensorflow/keras-applications/efficientnet_v2/efficientnetv2-b3.h5', hash: '1f1fc43bd98a6e4fd8fdfd551e02c7a0' },
  EfficientNetV2L: { path: 'tensorflow/keras-applications/efficientnet_v2/efficientnetv2-l.h5', hash: '27e6d408b53c7ebc868fefa357689935' },
  EfficientNetV2M: { path: 'tensorflow/keras-applications/efficientnet_v2/efficientnetv2-m.h5', hash: 'a3bf6aa3276309f4fc6a34aa114c95cd' },
  EfficientNetV2S: { path: 'tensorflow/keras-applications/efficientnet_v2/efficientnetv2-s.h5', hash: 'e1d88a8495beba45748fedd0cecbe016' },
  InceptionResNetV2: {
    path: 'tensorflow/keras-applications/inception_resnet_v2/inception_resnet_v2_weights_tf_dim_ordering_tf_kernels.h5',
    hash: 'e693bd0210a403b3192acc6073ad2e96',
    licence: 'Apache-2.0',
  },
  InceptionV3: {
    path: 'tensorflow/keras-applications/inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels.h5',
    hash: '9a0d58056eeedaa3f26cb7ebd46da564',
    licence: 'Apache-2.0',
  },
  MobileNet: { path: 'tensorflow/keras-applications/mobilenet/mobilenet_1_0_224_tf.h5', licence: 'Apache-2.0' },
  MobileNetV2: {
    path: 'tensorflow/keras-applications/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5',
    licence: 'Apache-2.0',
  },
  MobileNetV3Large: {
    path: 'tensorflow/keras-applications/mobilenet_v3/weights_mobilenet_v3_large_224_1.0_float.h5',
    hash: '59e551e166be033d707958cf9e29a6a7',
  },
  MobileNetV3Small: {
    path: 'tensorflow/keras-applications/mobilenet_v3/weights_mobilenet_v3_small_224_1.0_float.h5',
    hash: '8768d4c2e7dee89b9d02b2d03d65d862',
  },
  NASNetLarge: {
    path: 'tensorflow/keras-applications/nasnet/NASNet-large.h5',
    file: 'nasnet_large.h5',
    hash: '11577c9a518f0070763c2b964a382f17',
    licence: 'Apache-2.0',
  },
  NASNetMobile: {
    path: 'tensorflow/keras-applications/nasnet/NASNet-mobile.h5',
    file: 'nasnet_mobile.h5',
    hash: '020fb642bf7360b370c678b08e0adf61',
    licence: 'Apache-2.0',
  },
  ResNet101: {
    path: 'tensorflow/keras-applications/resnet/resnet101_weights_tf_dim_ordering_tf_kernels.h5',
    hash: 'f1aeb4b969a6efcfb50fad2f0c20cfc5',
  },
  ResNet101V2: {
    path: 'tensorflow/keras-applications/resnet/resnet101v2_weights_tf_dim_ordering_tf_kernels.h5',
    hash: '6343647c601c52e1368623803854d971',
  },
  ResNet152: {
    path: 'tensorflow/keras-applications/resnet/resnet152_weights_tf_dim_ordering_tf_kernels.h5',
    hash: '100835be76be38e30d865e96f2aaae62',
  },
  ResNet152V2: {
    path: 'tensorflow/keras-applications/resnet/resnet152v2_weights_tf_dim_ordering_tf_kernels.h5',
    hash: 'a49b44d1979771252814e80f8ec446f9',
  },
  ResNet50: {
    path: 'tensorflow/keras-applications/resnet/resnet50_weights_tf_dim_ordering_tf_kernels.h5',
    hash: '2cb95161c43110f7111970584f804107',
    licence: 'MIT',
  },
  ResNet50V2: {
    path: 'tensorflow/keras-applications/resnet/resnet50v2_weights_tf_dim_ordering_tf_kernels.h5',
    hash: '3ef43a0b657b3be2300d5770ece849e0',
  },
  VGG16: {
    path: 'tensorflow/keras-applications/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5',
    hash: '64373286793e3c8b2b4e3219cbf3544b',
    licence: 'CC-BY-4.0',
  },
  VGG19: {
    path: 'tensorflow/keras-applications/vgg19/vgg19_weights_tf_dim_ordering_tf_kernels.h5',
    hash: 'cbe5617147190e668d6c5d5026f83318',
    licence: 'CC-BY-4.0',
  },
  Xception: {
    path: 'tensorflow/keras-applications/xception/xception_weights_tf_dim_ordering_tf_kernels.h5',
    hash: '0a58e3b7378bc2990ea3b43d5981f1f6',
    licence: 'MIT',
  },
};
