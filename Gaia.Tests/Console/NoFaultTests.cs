using System.Net;
using Gaia.Tests.Admission;

namespace Gaia.Tests.Console;

/// <summary>Where nobody develops, nothing can be broken.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class NoFaultTests(GatewayFixture fixture)
{
    [Fact]
    public async Task A_gateway_that_no_AppHost_runs_breaks_nothing()
    {
        var administrator = await new GatewayApi(fixture.One).SignInAsAdministratorAsync();

        var list = await new GatewayApi(fixture.One).ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, "/api/v1/admin/faults", token: administrator.AccessToken);

        Assert.Equal("""{"available":false,"processes":[],"links":[]}""", list.ToString());
        await new GatewayApi(fixture.One).ExpectAsync(
            HttpStatusCode.NotFound, HttpMethod.Post, "/api/v1/admin/faults", new { process = "redis-1", kind = "kill" }, administrator.AccessToken);
    }
}
