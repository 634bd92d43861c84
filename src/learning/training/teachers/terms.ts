import type { GraphBuilder, Value } from '../../../engine/graph/index.js';
import { meanOver } from '../../tasks/index.js';
import { compareWith } from './comparisons.js';
import type { Teacher } from './teacher.js';

/** Name under which the n-th value of a teacher is fed with each batch. */
export function lessonName({ name }: Pick<Teacher, 'name'>, index: number): string {
  return `regraft.${name}.${index}`;
}

/** The loss of the task and the mean distance from each teacher, over the real samples. @param mask `[N]` */
export function withLessons(b: GraphBuilder, task: Value, teachers: readonly Teacher[], mask: Value): Value {
  const taskWeight = teachers.reduce((product, teacher) => product * teacher.taskWeight, 1);
  return teachers.reduce((loss, teacher) => b.add(loss, distanceOf(b, teacher, mask)), taskWeight === 1 ? task : b.mul(task, taskWeight));
}

function distanceOf(b: GraphBuilder, teacher: Teacher, mask: Value): Value {
  const compare = compareWith(teacher.comparison);
  const distances = teacher.values.map((name, index) => {
    const student = b.value(name);
    const lesson = b.input(lessonName(teacher, index), student.type, student.dims);
    return meanOver(b, compare(b, student, lesson), mask);
  });
  return b.mul(
    distances.reduce((sum, distance) => b.add(sum, distance)),
    teacher.weight / distances.length,
  );
}
