import { Secret } from '../secret/secret.ts';
import type { Draft, Question, TextQuestion } from './question.ts';
import { asciiEmailProblem, nameProblem } from './rules.ts';
import {
  type AnswerKey,
  AnswersSchema,
  apiKeyProblem,
  domainProblem,
  emailProblem,
  passwordProblem,
  userProblem,
} from './schema.ts';

/** How many questions there are, as the operator counts them. */
export const QUESTIONS = 6;

/**
 * The questions for what has been answered so far, in the order in which they are asked. An answer can add a field (a
 * key to be pasted), never one before the question that it answers.
 */
export function questionsFor(draft: Draft): readonly Question[] {
  return [
    domain(draft),
    user(draft),
    apiKeyChoice(draft),
    ...(draft.ownApiKey === true ? [apiKey()] : []),
    email(draft),
    adminName(draft),
    adminEmail(draft),
    adminPasswordChoice(draft),
    ...(draft.ownPassword === true ? [adminPassword(), adminPasswordAgain(draft)] : []),
    claude(draft),
    ...(draft.claude === 'api-key' ? [anthropicApiKey()] : []),
  ];
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function field(
  key: AnswerKey,
  about: Omit<TextQuestion, 'kind' | 'key' | 'id' | 'accept' | 'masked' | 'oneWord'>,
) {
  return {
    kind: 'text',
    id: key,
    key,
    masked: false,
    oneWord: true,
    accept: (draft, value) => ({ ...draft, [key]: value.trim() }),
    ...about,
  } satisfies TextQuestion;
}

function secretField(
  key: AnswerKey,
  about: Omit<TextQuestion, 'kind' | 'key' | 'id' | 'accept' | 'masked' | 'oneWord' | 'initial'>,
) {
  return {
    kind: 'text',
    id: key,
    key,
    masked: true,
    oneWord: true,
    initial: '',
    accept: (draft, value) => ({ ...draft, [key]: new Secret(value) }),
    ...about,
  } satisfies TextQuestion;
}

function domain(draft: Draft): Question {
  return field('domain', {
    number: 1,
    title: 'Domain',
    question: 'Under which name will people reach this Otto?',
    placeholder: 'otto.example.com',
    initial: textOf(draft.domain),
    problem: (value) => domainProblem(value.trim()),
    why: [
      'Otto is a web page. Browsers want a certificate for it, and a certificate is issued for a name that leads to this server, never for a bare address.',
      'The name needs an A record at your DNS provider with the address of this server. While you type, DNS is asked what the name leads to; you can go on before it is right, and the installation waits for it where it needs it.',
    ],
  });
}

function user(draft: Draft): Question {
  return field('user', {
    number: 2,
    title: 'Deploy user',
    question: 'As which user shall Otto run?',
    placeholder: 'cleo',
    initial: textOf(draft.user) || 'cleo',
    problem: userProblem,
    why: [
      'Everybody who may chat with Otto can let it use a terminal as this user. So it is a user of its own, with no password, no sudo and no way into Docker, and never root.',
      'It is created when it does not exist. Its files are in /home and in /opt under its name.',
    ],
  });
}

function apiKeyChoice(draft: Draft): Question {
  return {
    kind: 'choice',
    id: 'apiKeyChoice',
    number: 3,
    title: 'API key',
    question: 'Which key shall Open WebUI use to talk to Hermes?',
    initial: draft.ownApiKey === true ? 1 : 0,
    choices: [
      {
        label: 'Generate one',
        aside: 'recommended',
        meaning: 'Nobody has to know it. A key that this machine already has is kept.',
        accept: ({ apiKey: _, ...rest }) => ({ ...rest, ownApiKey: false }),
      },
      {
        label: 'Paste one',
        meaning: 'At least 16 characters: letters, digits, - _ and dots.',
        accept: (before) => ({ ...before, ownApiKey: true }),
      },
    ],
    why: [
      'Hermes listens on all addresses of this machine, because Open WebUI runs in Docker and comes in over the bridge docker0. The key is what keeps everybody else out.',
      'It is kept in two files that only root and the deploy user can read. You never have to type it.',
    ],
  };
}

function apiKey(): Question {
  return secretField('apiKey', {
    number: 3,
    title: 'API key',
    question: 'Which key is it?',
    placeholder: 'paste it here, it is not shown',
    problem: apiKeyProblem,
    why: ['The key is not shown while you type or paste it; the number behind the field is its length.'],
  });
}

function email(draft: Draft): Question {
  return field('email', {
    number: 4,
    title: 'Certificate',
    question: 'Which e-mail address shall the certificate authority have?',
    placeholder: 'you@example.com',
    initial: textOf(draft.email),
    problem: asciiEmailProblem,
    why: [
      "The certificate comes from Let's Encrypt, free of charge, and renews itself. The address belongs to the account there: they may write to it about a security incident. They send no reminders before a certificate ends; otto-install check looks whether the renewal works.",
      "With it you agree to Let's Encrypt's terms of service: https://letsencrypt.org/repository/",
    ],
  });
}

const ADMIN_WHY = [
  'The first account of Open WebUI administers it: it adds people, and it can change everything. Whoever opens a new Open WebUI first gets it. So this account is made before the page can be reached from outside, and sign-up is closed.',
];

function adminName(draft: Draft): Question {
  return {
    ...field('adminName', {
      number: 5,
      title: 'First account',
      question: 'What is the name of the first account?',
      placeholder: 'Admin',
      initial: textOf(draft.adminName) || 'Admin',
      problem: (value) => nameProblem(value.trim()),
      why: ADMIN_WHY,
    }),
    oneWord: false,
  };
}

function adminEmail(draft: Draft): Question {
  return field('adminEmail', {
    number: 5,
    title: 'First account',
    question: 'With which e-mail address does it sign in?',
    placeholder: 'you@example.com',
    initial: textOf(draft.adminEmail) || textOf(draft.email),
    problem: emailProblem,
    why: ADMIN_WHY,
  });
}

function adminPasswordChoice(draft: Draft): Question {
  return {
    kind: 'choice',
    id: 'adminPasswordChoice',
    number: 5,
    title: 'First account',
    question: 'Which password shall it have?',
    initial: draft.ownPassword === true ? 1 : 0,
    choices: [
      {
        label: 'Generate one',
        aside: 'recommended',
        meaning:
          'Shown once when Otto is ready, and kept in /root/otto-admin-password.txt until you delete it. An account that exists keeps its password.',
        accept: ({ adminPassword: _, ...rest }) => ({ ...rest, ownPassword: false }),
      },
      {
        label: 'Type one',
        meaning: 'Twice, and it is not shown. From 8 characters to 72 bytes.',
        accept: (before) => ({ ...before, ownPassword: true }),
      },
    ],
    why: ADMIN_WHY,
  };
}

function adminPassword(): Question {
  return {
    ...secretField('adminPassword', {
      number: 5,
      title: 'First account',
      question: 'Which password?',
      placeholder: 'it is not shown',
      problem: passwordProblem,
      why: ADMIN_WHY,
    }),
    oneWord: false,
  };
}

function adminPasswordAgain(draft: Draft): Question {
  return {
    ...secretField('adminPassword', {
      number: 5,
      title: 'First account',
      question: 'The same password once more?',
      placeholder: 'it is not shown',
      problem: (value) => {
        const { adminPassword: first } = draft;
        return first instanceof Secret && first.equals(new Secret(value))
          ? undefined
          : 'That is not the same. Type it again, or go back with Esc.';
      },
      why: ADMIN_WHY,
    }),
    id: 'adminPasswordAgain',
    oneWord: false,
  };
}

function claude(draft: Draft): Question {
  return {
    kind: 'choice',
    id: 'claude',
    number: 6,
    title: 'Claude',
    question: 'How shall Otto pay for Claude?',
    initial: draft.claude === 'api-key' ? 1 : 0,
    choices: [
      {
        label: 'Sign in with a Claude account',
        meaning:
          'Works only with a Claude Max plan that has extra usage credits; Pro cannot be used, and the allowance of Max itself is not touched. You sign in during the installation, in a browser of yours.',
        accept: ({ anthropicApiKey: _, ...rest }) => ({ ...rest, claude: 'login' }),
      },
      {
        label: 'Use a key of the Anthropic API',
        meaning:
          'Billed by use; there is no sign-in that can end. From console.anthropic.com, under API keys.',
        accept: (before) => ({ ...before, claude: 'api-key' }),
      },
    ],
    why: [
      "With a Claude account: the documentation of Hermes says that this way works only on a Claude Max plan with purchased extra usage credits. The plan's own allowance is never used, and Claude Pro cannot be used at all. Claude answers 'You're out of extra usage' when there are no credits.",
      "Users report that Anthropic's terms allow the sign-in of consumer plans only in Claude Code and on claude.ai (enforced since April 2026). Whether your plan may be used here is between you and Anthropic. The sign-in can also end, and is then renewed by hand.",
      'With an API key: billed by use, and no sign-in to be renewed. You can change from one to the other later.',
      'Either way the installation ends with a real question to Claude, so that you know whether it works.',
    ],
  };
}

function anthropicApiKey(): Question {
  return secretField('anthropicApiKey', {
    number: 6,
    title: 'Claude',
    question: 'Which key is it?',
    placeholder: 'sk-ant-…, it is not shown',
    problem: (value) => AnswersSchema.shape.anthropicApiKey.safeParse(value).error?.issues[0]?.message,
    why: [
      'Keys are made at console.anthropic.com, under API keys. The key is not shown while you type or paste it.',
    ],
  });
}
