import { type Changes, changesFor, changesText, changeText, timeText } from '../../changes/changes.ts';
import type { Event } from '../../engine/contracts/event.ts';
import { GROUPS, groupOf } from '../../otto/groups.ts';
import { chainLines, chainOf } from '../../run/chain.ts';
import { findingBlock } from '../../run/finding-parts.ts';
import { outcomeText } from '../../run/plain.ts';
import { NOT_STARTED, type RunModel, reduce, type TaskModel, taskOf } from '../../run/view-model.ts';
import { count, duration, MARKS } from '../../run/wording.ts';
import { homeFindings, homeMark, homeWaiting } from '../../wizard/home.ts';

type Finding = TaskModel['findings'][number];

/**
 * A look as lines of text: what is broken as soon as it is found, then the risks, what waits for what, the way of a
 * question, what is healthy by groups, and how long it took.
 */
export class CheckReport {
  #model: RunModel = NOT_STARTED;
  /** What has changed since everything was healthy; set as soon as it is known. */
  changes: Changes | undefined;

  /** What is known of the look so far. */
  get model(): RunModel {
    return this.#model;
  }

  /** The lines for the next event. */
  take(event: Event): readonly string[] {
    this.#model = reduce(this.#model, event);
    switch (event.type) {
      case 'run-started':
        return startLines(event);
      case 'findings': {
        const task = taskOf(this.#model, event.task);
        const urgent = event.findings.filter((finding) => homeMark(finding) !== 'risk');
        return task === undefined ? [] : urgent.flatMap((finding) => this.#block(task, finding));
      }
      case 'run-ended':
        return this.#endLines(event);
      default:
        return [];
    }
  }

  #block(task: TaskModel, finding: Finding): readonly string[] {
    return ['', ...findingLines(task, finding, this.changes, this.#model.startedAt)];
  }

  #endLines(event: Extract<Event, { type: 'run-ended' }>): readonly string[] {
    const model = this.#model;
    const risks = homeFindings(model).filter(({ mark }) => mark === 'risk');
    const reason = event.reason === undefined ? '' : `: ${event.reason}`;
    const end = `${outcomeText('check', event.outcome)}${reason} (${[...counts(model), duration(event.ms)].join(', ')})`;
    const looked = model.tasks.some(({ state }) => state !== 'waiting');
    return [
      ...risks.flatMap(({ task, finding }) => this.#block(task, finding)),
      ...gap(waitingLines(model)),
      ...gap(event.outcome === 'healthy' ? [] : changeLines(this.changes, event.at)),
      ...gap(looked ? chainLines(chainOf(model)) : []),
      ...gap(healthyLines(model)),
      '',
      end,
      ...(event.outcome === 'healthy' || model.log === undefined ? [] : [`Log: ${model.log}`]),
    ];
  }
}

/** With an empty line before them, where there are any. */
const gap = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ['', ...lines]);

function startLines(event: Extract<Event, { type: 'run-started' }>): readonly string[] {
  const rehearsal = event.host === 'rehearsal' ? ['REHEARSAL: nothing on this machine is touched.'] : [];
  return [`otto-install ${event.version} on ${event.host}: looking, changing nothing`, ...rehearsal];
}

/** A finding: where, what was seen, why it matters, what can be done, and how. */
function findingLines(
  task: TaskModel,
  finding: Finding,
  changes: Changes | undefined,
  now: number,
): readonly string[] {
  const { title } = groupOf(task.view.id);
  const caused = changesFor(changes, task.view.id);
  return findingBlock(finding, {
    mark: homeMark(finding),
    place: title === task.view.title ? title : `${title} · ${task.view.title}`,
    changed:
      caused.length === 0 || changes === undefined ? undefined : changesText(caused, changes.since, now),
    name: finding.fixes.length === 0 ? finding.code : `otto-install fix ${finding.code}`,
  });
}

function waitingLines(model: RunModel): readonly string[] {
  return homeWaiting(model).map(({ titles, causes }) => {
    return `${MARKS.waiting} ${titles.join(', ')}: not checked until ${causes.join(' and ')} ${causes.length === 1 ? 'is' : 'are'} healthy`;
  });
}

/** Everything that has changed, including what is already shown beside a finding. */
function changeLines(changes: Changes | undefined, now: number): readonly string[] {
  if (changes === undefined) return [];
  const when = timeText(changes.since, now);
  if (changes.changed.length === 0)
    return [`Everything was healthy ${when}; no watched version, setting or file has changed since.`];
  return [
    `Changed since everything was healthy (${when}):`,
    ...changes.changed.map((change) => `  ${changeText(change, now)}`),
  ];
}

function healthyLines(model: RunModel): readonly string[] {
  return GROUPS.flatMap((group) => {
    const tasks = model.tasks.filter(({ view }) => groupOf(view.id) === group);
    const healthy = tasks.filter(({ state }) => state === 'healthy');
    if (healthy.length === 0) return [];
    const names = healthy.map(({ view }) => view.title).join(', ');
    return [`${MARKS.healthy} ${group.title.padEnd(11)} ${names}`];
  });
}

function counts(model: RunModel): readonly string[] {
  const found = homeFindings(model);
  const risks = found.filter(({ mark }) => mark === 'risk').length;
  const others = found.length - risks;
  return [
    ...(others === 0 ? [] : [count(others, 'finding')]),
    ...(risks === 0 ? [] : [count(risks, 'risk')]),
  ];
}
