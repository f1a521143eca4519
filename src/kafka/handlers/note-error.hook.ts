import type { PreRequestHook } from '@nestjs/common';
import { catchError, throwError } from 'rxjs';
import { TransportContext } from '../transport-context.js';

/**
 * Notes the original error of an attempt on its context, before any exception filter of the application can turn it into
 * an answer that would count as done. Stands around guards, interceptors, pipes and the handler.
 */
export const noteError: PreRequestHook = (host, next) =>
  next().pipe(
    catchError((error: unknown) => {
      const context = host.switchToRpc().getContext<unknown>();
      if (context instanceof TransportContext) context.noteError(error);
      return throwError(() => error);
    }),
  );
