import { errorTable } from '../../src/core/error-table.js';

/** docs/errors.md, from the error table. */
export function errorsPage(): string {
  const sections = Object.entries(errorTable).map(
    ([code, { message, remedy }]) => `## ${code.toLowerCase()}\n\n\`${code}\`\n\n> ${escapeMarkdown(message)}\n\n${escapeMarkdown(remedy)}\n`,
  );
  return `# Errors

Every error Regraft raises on purpose has a code. \`error.code\` is the code, \`error.values\` holds what stands in the message in
place of \`{…}\`, \`error.remedy\` says what to do. This page is generated from \`src/core/error-table.ts\` by \`npm run docs\`.

${sections.join('\n')}`;
}

/** Keeps Markdown from reading tags and placeholders. */
function escapeMarkdown(text: string): string {
  return text.replace(/</g, '\\<').replace(/\*/g, '\\*');
}
