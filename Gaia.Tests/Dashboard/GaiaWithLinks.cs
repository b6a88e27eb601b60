using Gaia.Tests.Docs;

namespace Gaia.Tests.Dashboard;

/// <summary>A running Gaia whose links to Redis, Postgres and NATS can be cut and slowed.</summary>
public sealed class GaiaWithLinks : RunningGaia
{
    protected override (string Name, string Value)[] Settings => [("GAIA_LINK_FAULTS", "on")];
}

[CollectionDefinition(Name)]
public sealed class GaiaWithLinksDefinition : ICollectionFixture<GaiaWithLinks>
{
    public const string Name = "Gaia with links";
}
