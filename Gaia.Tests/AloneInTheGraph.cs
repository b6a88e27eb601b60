namespace Gaia.Tests;

/// <summary>Tests that stop parts of the shared graph. They run sequentially, and not in parallel with any other test.</summary>
[CollectionDefinition(nameof(AloneInTheGraph), DisableParallelization = true)]
public sealed class AloneInTheGraph;
