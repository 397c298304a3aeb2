import { createContext, type ReactNode, use, useRef } from 'react';
import { aboutText, forecast, type Planned } from '../run/forecast.ts';
import type { RunModel } from '../run/view-model.ts';
import { useNow } from './terminal.tsx';

/** How far the whole of a run is, for every screen that is shown while it is at work. */
export interface Progress {
  /** From 0 to 1. */
  readonly share: number;
  /** 'about 4 minutes left'; empty while nobody can tell. */
  readonly left: string;
}

export const ProgressContext = createContext<Progress | undefined>(undefined);

interface ProgressOfProps {
  /** Undefined: nothing is at work whose length is known. */
  readonly run: RunModel | undefined;
  readonly planned: Planned;
  readonly children: ReactNode;
}

/** One bar for the whole, also while a question is open or the stop screen lies over it. It never goes back. */
export function ProgressOf({ run, planned, children }: ProgressOfProps) {
  const isAtWork = run !== undefined && run.ended === undefined;
  const now = useNow(isAtWork);
  const furthest = useRef({ run: '', share: 0 });
  if (!isAtWork) return <ProgressContext value={undefined}>{children}</ProgressContext>;
  const { share, leftMs } = forecast(run, planned, now);
  if (furthest.current.run !== run.run) furthest.current = { run: run.run, share: 0 };
  furthest.current.share = Math.max(furthest.current.share, share);
  const left = run.startedAt === undefined || leftMs === undefined ? '' : `${aboutText(leftMs)} left`;
  return <ProgressContext value={{ share: furthest.current.share, left }}>{children}</ProgressContext>;
}

/** How far the whole is. */
export function useProgress(): Progress | undefined {
  return use(ProgressContext);
}
