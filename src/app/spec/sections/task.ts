import { z } from 'zod';
import { type TaskName, tasks } from '../../../learning/tasks/index.js';

export const taskSchema = z
  .enum(Object.keys(tasks) as [TaskName, ...TaskName[]])
  .describe('What the model shall do: decides head, loss and metrics.');
