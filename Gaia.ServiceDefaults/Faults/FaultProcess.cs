namespace Gaia;

/// <summary>A process or container of a graph on a developer's machine, which can be broken on purpose.</summary>
/// <param name="Id">Tells the processes of a resource apart.</param>
/// <param name="Resource">Redis, NATS, Postgres or a service, by its name in the graph.</param>
/// <param name="State">As the Aspire dashboard shows it.</param>
public sealed record FaultProcess(string Id, string Resource, string State, bool Frozen);
