export { fitLinearBaseline, fitTextBaseline, type LabelledRows, type LinearBaseline } from './baselines/index.js';
export { bootstrapIntervals, differenceInterval, type Interval, meanInterval, wilsonInterval } from './interval.js';
export { confusionMatrix, type Measured, measure } from './measure.js';
