import type { AnyOttoOperation } from './otto-operation.ts';
import { resetPassword } from './reset-password.ts';

/** All that an operator can ask for, in the order of the help. */
export const operations: readonly AnyOttoOperation[] = [resetPassword];
