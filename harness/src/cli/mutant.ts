import type { NodeCommandSettings, NodeMutation } from './node.ts';

/**
 * What `node --mutant NAME` means. The mutants are loaded only where one is asked for, or help is, so that a right node
 * starts fast.
 */
export async function mutantResolver(argv: readonly string[]): Promise<NodeCommandSettings> {
  if (argv[0] !== 'node') return {};
  const asked = argv.some((word) => word === '--mutant' || word.startsWith('--mutant='));
  if (!asked) return argv.some((word) => word === '--help' || word === '-h') ? { resolveMutant: () => undefined } : {};
  const { mutants } = await import('../../../conformance/mutants/index.ts');
  const { mutate } = await import('../../../conformance/mutants/mutant.ts');
  const { MutantServer, standardNodeParts } = await import('../../../conformance/mutants/links-parts.ts');
  return {
    resolveMutant(name): NodeMutation | undefined {
      const mutant = mutants.find((candidate) => candidate.name === name);
      return (
        mutant && {
          limits: mutant.limits,
          mutate: (parts) => mutate(mutant, { ...standardNodeParts, ...parts }),
          serve: (options) => new MutantServer({ ...options, parts: { ...standardNodeParts, ...options.parts } }),
        }
      );
    },
  };
}
