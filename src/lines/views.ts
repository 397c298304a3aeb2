import type { Answers } from '../answers/schema.ts';
import type { Host } from '../host/host.ts';
import { runLogs } from '../logs/command.ts';
import { runStatus } from '../status/command.ts';
import { runSupport } from '../support/command.ts';
import { handoverText } from '../wizard/handover.ts';
import { confirmed, type Say, type Talk } from './ask.ts';

interface Reading {
  readonly host: Host;
  readonly answers: Answers;
  readonly version: string;
}

/** What only shows something, for the numbered home; to follow the logs there is `otto-install logs --follow`. */
export const PLAIN_VIEWS: readonly {
  readonly title: string;
  readonly help: string;
  readonly show: (reading: Reading, talk: Talk) => Promise<unknown>;
}[] = [
  {
    title: 'Status',
    help: 'services, ports, versions, disk space, the last backup and run',
    show: ({ host, answers, version }, { say }) =>
      runStatus({ host, placing: answers, answers, version, json: false, width: 80, print: printing(say) }),
  },
  {
    title: 'Logs',
    help: 'the last 50 lines of all parts; live: otto-install logs --follow',
    show: ({ host, answers }, { say }) =>
      runLogs({
        request: {
          sources: [],
          follow: false,
          search: '',
          errorsOnly: false,
          since: undefined,
          lines: 50,
          json: false,
        },
        host,
        answers,
        colours: false,
        print: printing(say),
        warn: say,
        signal: new AbortController().signal,
      }),
  },
  {
    title: 'Support bundle',
    help: 'a file for whoever helps you, without secrets',
    show: ({ host, answers, version }, talk) =>
      runSupport({
        host,
        placing: answers,
        answers,
        version,
        to: undefined,
        yes: false,
        ask: (question) => confirmed(talk, question.trim()),
        print: printing(talk.say),
        warn: talk.say,
      }),
  },
  {
    title: 'Message for your client',
    help: 'address, signing in, first steps, adding people: ready to send',
    show: async ({ answers }, { say }) => say('', ...handoverText(answers).split('\n'), ''),
  },
];

/** Prints what brings its own line ends. */
export const printing = (say: Say) => (text: string) => say(text.replace(/\n$/, ''));
