import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { inspectImage, type NamedContainer } from '../../system/docker/docker.ts';
import { containerWords, isOpenWebui, lookAtAllContainers } from '../all-containers.ts';
import { askDocker, isOurs, lookAtContainer } from '../containers.ts';
import { found } from '../finding.ts';
import { fetchNoted, type ImageNote, imageNoteOf, parseImageNote } from '../managed-container/image-note.ts';
import type { OttoTask } from '../otto-task.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Whether Open WebUI's image is on this machine. */
interface OpenWebuiImageFacts {
  readonly imageThere: boolean;
  /** A container of Open WebUI's name is there, so its image is too, whatever its name. */
  readonly containerThere: boolean;
  /** Containers of other names in which Open WebUI runs; only asked for where there is none of this Otto's name. */
  readonly elsewhere: readonly NamedContainer[];
  /** The very image that an adopted Otto ran from. */
  readonly note?: ImageNote | undefined;
}

/** Step 8, first half: the image, fetched while pip builds Hermes. */
export const openWebuiImageTask: OttoTask<OpenWebuiImageFacts, Finding> = {
  id: 'open-webui-image',
  title: 'Open WebUI image',
  step: 'Step 8',
  why: 'Open WebUI comes as a Docker image of up to 4 GB. It is downloaded while other steps run; complete layers are kept when the connection is lost.',
  needs: ['docker'],
  look,
  judge,
};

async function look(host: Host, answers: Answers): Promise<OpenWebuiImageFacts> {
  const [image, container, note] = await Promise.all([
    askDocker(host, inspectImage(answers.openWebuiImage)),
    lookAtContainer(host, layout(answers).openWebui.container),
    host.readFile(imageNoteOf('open-webui')),
  ]);
  return {
    imageThere: image.exitCode === 0,
    containerThere: container !== undefined,
    elsewhere: container === undefined ? (await lookAtAllContainers(host)).filter(runsOpenWebui) : [],
    note: parseImageNote(note),
  };
}

/** What otto-install itself makes for a while, or keeps, is not somebody's. */
const runsOpenWebui = (one: NamedContainer): boolean =>
  isOpenWebui(one) && one.status === 'running' && !isOurs(one) && !/-(claim|before)$/.test(one.name);

function judge(facts: OpenWebuiImageFacts, answers: Answers): readonly Finding[] {
  const [one, ...more] = facts.elsewhere;
  if (one !== undefined)
    return [
      found(FINDINGS['open-webui-elsewhere'], {
        evidence: `Open WebUI runs in ${[one, ...more].map(containerWords).join(' and in ')}, and there is no container named ${layout(answers).openWebui.container}.`,
        values: { several: more.length > 0 },
      }),
    ];
  if (facts.imageThere || facts.containerThere) return [];
  return [
    found(FINDINGS['open-webui-image-missing'], {
      evidence: `The image ${answers.openWebuiImage} is not on this machine.`,
      fixes: [
        {
          id: 'pull-image',
          title: 'Fetch the image',
          actions: fetchNoted(answers.openWebuiImage, "Open WebUI's image", facts.note),
        },
      ],
    }),
  ];
}
