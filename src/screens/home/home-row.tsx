import { Box } from 'ink';
import { FindingRow } from '../../components/finding-parts.tsx';
import { MarkSign } from '../../components/mark.tsx';
import { Text } from '../../components/text.tsx';
import { MARKS } from '../../run/wording.ts';
import { type Entry, groupText, type HomeRow } from '../../wizard/home-rows.ts';

interface HomeRowLineProps {
  readonly row: HomeRow;
  /** Id of what is chosen. */
  readonly chosen: string | undefined;
  readonly narrow: boolean;
}

/** A line of the home's list. */
export function HomeRowLine({ row, chosen, narrow }: HomeRowLineProps) {
  switch (row.kind) {
    case 'finding':
      return <FoundRow row={row} chosen={row.id === chosen} narrow={narrow} />;
    case 'entries':
      return (
        <Box>
          {row.entries.map((entry) => (
            <Box key={entry.id} width={narrow ? '100%' : '50%'} flexShrink={0}>
              <EntryText entry={entry} chosen={entry.id === chosen} />
            </Box>
          ))}
        </Box>
      );
    case 'waiting':
      return (
        <Text dimColor wrap="truncate-end">
          {`  ${MARKS.waiting} ${row.text}`}
        </Text>
      );
    case 'healthy':
      return (
        <Box columnGap={2} justifyContent="space-between">
          <Text wrap="truncate-end">
            {'  '}
            <MarkSign mark="healthy" />
            {` ${row.text}`}
          </Text>
          {row.right === '' ? null : (
            <Text dimColor wrap="truncate-end">
              {row.right}
            </Text>
          )}
        </Box>
      );
    case 'groups':
      return (
        <Box columnGap={2} paddingLeft={4}>
          {row.groups.map((group) => (
            <Box key={group.title} columnGap={1} flexShrink={1}>
              <Box flexShrink={0}>
                <MarkSign mark={group.mark} />
              </Box>
              <Text dimColor={group.mark === 'healthy'} wrap="truncate-end">
                {groupText(group)}
              </Text>
            </Box>
          ))}
        </Box>
      );
    case 'text':
      return <Text wrap="truncate-end">{row.text}</Text>;
  }
}

function EntryText({ entry, chosen }: { entry: Entry; chosen: boolean }) {
  const look = chosen ? { color: 'cyan', bold: true } : {};
  return (
    <Text wrap="truncate-end">
      <Text {...look}>{`${chosen ? '▸' : ' '} ${entry.label}`}</Text>
      {entry.key === undefined ? null : <Text dimColor>{`  ${entry.key}`}</Text>}
    </Text>
  );
}

type FoundRowProps = {
  readonly row: Extract<HomeRow, { kind: 'finding' }>;
  readonly chosen: boolean;
  readonly narrow: boolean;
};

function FoundRow({ row, chosen, narrow }: FoundRowProps) {
  const { task, finding, mark } = row.item;
  const look = chosen ? { color: 'cyan', bold: true } : {};
  return (
    <Box columnGap={1}>
      <Box flexShrink={0}>
        <Text {...look}>{chosen ? '▸' : ' '}</Text>
      </Box>
      <FindingRow finding={finding} mark={mark} where={narrow ? undefined : task.view.title} colour={look} />
      {row.changed ? (
        <Box flexShrink={0}>
          <Text color="yellow">changed</Text>
        </Box>
      ) : null}
    </Box>
  );
}
