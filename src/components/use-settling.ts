import { useEffect, useState } from 'react';

/** A key that was on its way when a question was replaced arrives within this time. */
const SETTLE_MS = 250;

/**
 * Whether keys are to be ignored for a moment: a question took the place of another one that nobody has answered. That
 * one went away by itself, and an Enter that was meant for it would decide something else. `place` names what is shown,
 * `answered` has the ids of the questions that were answered.
 */
export function useSettling(place: string, answered: readonly string[]): boolean {
  const [state, setState] = useState({ place, deaf: false });
  if (state.place !== place) {
    const replaced = isQuestion(state.place) && isQuestion(place) && !answered.includes(state.place);
    setState({ place, deaf: replaced });
  }
  useEffect(() => {
    if (!state.deaf) return;
    const timer = setTimeout(() => setState({ place: state.place, deaf: false }), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [state]);
  return state.deaf;
}

/** Ids of the engine's questions: 'q1', 'q2', … */
function isQuestion(place: string): boolean {
  return /^q\d+$/.test(place);
}
