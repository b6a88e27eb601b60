namespace Gaia;

/// <summary>What a developer's machine can break.</summary>
public sealed record FaultTargets(IReadOnlyList<FaultProcess> Processes, IReadOnlyList<FaultLink> Links);

/// <summary>The way from all services to one of their servers, or from other regions to home.</summary>
/// <param name="Id">Redis, NATS or Postgres, by its name in the graph, or <c>regions</c>.</param>
/// <param name="Fault"><c>cut</c> or <c>slow</c>; null while it works.</param>
public sealed record FaultLink(string Id, string? Fault);
