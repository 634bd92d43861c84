import { z } from 'zod';

export const taskSchema = z
  .enum(['image-classification', 'tensor-classification', 'tensor-regression'])
  .describe('What the model shall do: decides head, loss and metrics.');
