import { z } from 'zod';
import { taskNames } from '../../../learning/tasks/index.js';

export const taskSchema = z.enum(taskNames).describe('What the model shall do: decides head, loss and metrics.');
