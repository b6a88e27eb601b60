namespace Gaia.Tests;

/// <summary>Tests that stop parts of the shared graph: they run one after another, when no other test runs.</summary>
[CollectionDefinition(nameof(AloneInTheGraph), DisableParallelization = true)]
public sealed class AloneInTheGraph;
