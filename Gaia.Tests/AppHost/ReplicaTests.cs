using System.Net;
using Aspire.Hosting.ApplicationModel;

namespace Gaia.Tests.AppHost;

/// <summary>Two gateways behind one address, as the AppHost's GAIA_REPLICAS makes them. They are stopped here, so it runs beside no other test.</summary>
[Collection(nameof(AloneInTheGraph))]
public sealed class ReplicaTests(GaiaApp gaia)
{
    [Fact]
    public async Task Each_replica_has_an_address_of_its_own_and_the_shared_one_leads_to_whichever_is_there()
    {
        var replicas = await gaia.ReplicasAsync(Resources.Gateway);
        Uri[] addresses = [Shared, .. replicas.Select(replica => replica.Address)];
        Assert.Distinct(addresses);
        Assert.Distinct(replicas.Select(replica => replica.Process));

        foreach (var stopped in replicas)
        {
            await gaia.CommandAsync(stopped, KnownResourceCommands.StopCommand);

            var others = replicas.Where(replica => replica != stopped).Select(replica => replica.Address);
            foreach (var address in others.Append(Shared))
            {
                Assert.Equal(HttpStatusCode.OK, await AliveAsync(address));
            }

            await Assert.ThrowsAsync<HttpRequestException>(() => AliveAsync(stopped.Address));
            await gaia.CommandAsync(stopped, KnownResourceCommands.StartCommand);
            await Eventually.PassesAsync(
                async () => Assert.Equal(HttpStatusCode.OK, await AliveAsync(stopped.Address)), TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        }
    }

    private Uri Shared => gaia.Gateway().BaseAddress!;

    /// <summary>By a connection of its own, because a connection stays with the replica that took it.</summary>
    private static async Task<HttpStatusCode> AliveAsync(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        using var answer = await client.GetAsync("/alive", TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
