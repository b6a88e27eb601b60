using Gaia.Tests.Docs;

namespace Gaia.Tests.Dashboard;

/// <summary>A running Gaia of two regions, whose links to Redis, Postgres and NATS, and between the regions, can be cut and slowed.</summary>
public sealed class GaiaWithLinks : RunningGaia
{
    public const string Follower = "fra";

    /// <summary>The gateway of the region that follows home.</summary>
    public string FollowerAddress => Printed($"Region {Follower} ")!;

    protected override (string Name, string Value)[] Settings => [("GAIA_LINK_FAULTS", "on"), ("GAIA_REGIONS", $"home,{Follower}")];
}

[CollectionDefinition(Name)]
public sealed class GaiaWithLinksDefinition : ICollectionFixture<GaiaWithLinks>
{
    public const string Name = "Gaia with links";
}
