import { Secret } from '../secret/secret.ts';
import { githubQuestions } from './github-questions.ts';
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
    ...githubQuestions(draft),
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
    question: 'What domain will people use to reach this Otto?',
    placeholder: 'otto.example.com',
    initial: textOf(draft.domain),
    problem: (value) => domainProblem(value.trim()),
    why: [
      'Otto is a web page, so browsers need a certificate for it. A certificate is issued for a domain that points to this server, never for a bare IP address.',
      'The domain needs an A record at your DNS provider with the address of this server. While you type, otto-install looks the domain up in DNS. You can continue before it is right; the installation waits for it when it needs it.',
    ],
  });
}

function user(draft: Draft): Question {
  return field('user', {
    number: 2,
    title: 'Deploy user',
    question: 'Which user should Otto run as?',
    placeholder: 'cleo',
    initial: textOf(draft.user) || 'cleo',
    problem: userProblem,
    why: [
      'Anyone who can chat with Otto can make it run commands as this user. So Otto gets its own user, with no password, no sudo and no access to Docker. It is never root.',
      'otto-install creates the user if it does not exist. Its files are under its name in /home and /opt.',
    ],
  });
}

function apiKeyChoice(draft: Draft): Question {
  return {
    kind: 'choice',
    id: 'apiKeyChoice',
    number: 3,
    title: 'API key',
    question: 'Which API key should Open WebUI use for Hermes?',
    initial: draft.ownApiKey === true ? 1 : 0,
    choices: [
      {
        label: 'Generate one',
        aside: 'recommended',
        meaning: 'Nobody needs to know it. If this machine already has a key, it is kept.',
        said: 'generated',
        accept: ({ apiKey: _, ...rest }) => ({ ...rest, ownApiKey: false }),
      },
      {
        label: 'Paste one',
        meaning: 'At least 16 characters: letters, digits, - _ and dots.',
        said: 'your own',
        accept: (before) => ({ ...before, ownApiKey: true }),
      },
    ],
    why: [
      'Hermes listens on all addresses of this machine, because Open WebUI runs in Docker and connects over the bridge docker0. The key keeps everybody else out.',
      'The key is stored in two files that only root and the deploy user can read. You never have to type it.',
    ],
  };
}

function apiKey(): Question {
  return secretField('apiKey', {
    number: 3,
    title: 'API key',
    question: 'What is the API key?',
    placeholder: 'paste it here, it is not shown',
    problem: apiKeyProblem,
    why: ['The key is not shown while you type or paste it; the number after the field is its length.'],
  });
}

function email(draft: Draft): Question {
  return field('email', {
    number: 4,
    title: 'Certificate',
    question: "What e-mail address should Let's Encrypt have on file?",
    placeholder: 'you@example.com',
    initial: textOf(draft.email),
    problem: asciiEmailProblem,
    why: [
      "Let's Encrypt issues the certificate free of charge, and it renews automatically. Let's Encrypt may write to this address about a security incident. It sends no reminders before a certificate expires; otto-install check tests that the renewal works.",
      "By giving it you agree to Let's Encrypt's terms of service: https://letsencrypt.org/repository/",
    ],
  });
}

const ADMIN_WHY = [
  'The first account of Open WebUI is its administrator: it adds people and can change everything. In a new Open WebUI, the first visitor gets it. So otto-install creates this account before anyone can reach the page from outside, and closes sign-up.',
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
    question: 'What e-mail address will it sign in with?',
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
    question: 'Which password should it have?',
    initial: draft.ownPassword === true ? 1 : 0,
    choices: [
      {
        label: 'Generate one',
        aside: 'recommended',
        meaning:
          'It is shown once when Otto is ready, and stays in /root/otto-admin-password.txt until you delete it. An existing account keeps its password.',
        said: 'a generated password',
        accept: ({ adminPassword: _, ...rest }) => ({ ...rest, ownPassword: false }),
      },
      {
        label: 'Type one',
        meaning: 'You type it twice; it is not shown. 8 characters to 72 bytes.',
        said: 'your own password',
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
      question: 'What is the password?',
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
      question: 'The same password again?',
      placeholder: 'it is not shown',
      problem: (value) => {
        const { adminPassword: first } = draft;
        return first instanceof Secret && first.equals(new Secret(value))
          ? undefined
          : 'The two passwords differ. Type it again, or go back with Esc.';
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
    question: 'How should Otto sign in to Claude?',
    initial: draft.claude === 'api-key' ? 1 : 0,
    choices: [
      {
        label: 'Sign in with a Claude account',
        meaning:
          "This works only with a Claude Max plan that has extra usage credits. Claude Pro does not work, and the plan's own allowance is not used. You sign in during the installation, in your own browser.",
        said: 'sign in with a Claude account',
        accept: ({ anthropicApiKey: _, ...rest }) => ({ ...rest, claude: 'login' }),
      },
      {
        label: 'Use an Anthropic API key',
        meaning: 'Billed by use; no sign-in can expire. Create one at console.anthropic.com, under API keys.',
        said: 'an Anthropic API key',
        accept: (before) => ({ ...before, claude: 'api-key' }),
      },
    ],
    why: [
      "With a Claude account: Hermes's documentation says that this works only on a Claude Max plan with purchased extra usage credits. It never uses the plan's own allowance, and Claude Pro does not work at all. Without credits, Claude answers 'You're out of extra usage'.",
      "Users report that Anthropic's terms allow the sign-in of consumer plans only in Claude Code and on claude.ai (enforced since April 2026). Whether your plan may be used here is between you and Anthropic. The sign-in can also expire; you then renew it by hand.",
      'With an API key: billed by use, and no sign-in to renew. You can switch between the two later.',
      'Either way the installation ends with a real question to Claude, so that you know whether it works.',
    ],
  };
}

function anthropicApiKey(): Question {
  return secretField('anthropicApiKey', {
    number: 6,
    title: 'Claude',
    question: 'What is the API key?',
    placeholder: 'sk-ant-…, it is not shown',
    problem: (value) => AnswersSchema.shape.anthropicApiKey.safeParse(value).error?.issues[0]?.message,
    why: [
      'Create keys at console.anthropic.com, under API keys. The key is not shown while you type or paste it.',
    ],
  });
}
