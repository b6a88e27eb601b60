using Gaia.Tests.Admission;
using Gaia.Tests.Caches;
using Gaia.Tests.Health;
using Gaia.Tests.Personas;

namespace Gaia.Tests.Clusters;

/// <summary>The whole graph on a Redis Cluster of three primaries with a replica each, named by <c>REDIS_URL</c>.</summary>
public sealed class GaiaOnCluster : GaiaApp
{
    public RedisCluster Cluster { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        Cluster = await RedisCluster.StartAsync(replicasPerPrimary: 1, password: "cluster-password", servesPartly: true, ct: TestContext.Current.CancellationToken);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await base.DisposeAsync();
        }
        finally
        {
            await (Cluster?.DisposeAsync() ?? default);
        }
    }

    protected override IEnumerable<string> OwnSettings => [$"REDIS_URL={Cluster.Url}"];

    protected override string[] UnwantedWords => ["CROSSSLOT", "MOVED "];

    protected override ValueTask<string?> RedisConnectionAsync(CancellationToken ct) => new(Cluster.ConnectionString);
}

/// <summary>Two graphs at once are enough for a machine.</summary>
[CollectionDefinition(nameof(GaiaOnCluster), DisableParallelization = true)]
public sealed class SharedGaiaOnCluster : ICollectionFixture<GaiaOnCluster>;

[Collection(nameof(GaiaOnCluster))]
public sealed class CacheAdministrationOnClusterTests(GaiaOnCluster gaia) : CacheAdministrationTests(gaia);

[Collection(nameof(GaiaOnCluster))]
public sealed class CredentialOnClusterTests(GaiaOnCluster gaia) : CredentialTests(gaia);

[Collection(nameof(GaiaOnCluster))]
public sealed class HealthOnClusterTests(GaiaOnCluster gaia) : HealthTests(gaia);

[Collection(nameof(GaiaOnCluster))]
public sealed class PersonaOnClusterTests(GaiaOnCluster gaia) : PersonaTests(gaia);

[Collection(nameof(GaiaOnCluster))]
public sealed class PersonaCacheOnClusterTests(GaiaOnCluster gaia) : PersonaCacheTests(gaia);
