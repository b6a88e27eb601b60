using Gaia.Tests.Admission;
using Gaia.Tests.AppHost;
using Gaia.Tests.Assets;
using Gaia.Tests.Auth;

namespace Gaia.Tests.Chat;

/// <summary>Asset beside the Chats of a fixture, and a gateway before all of them.</summary>
internal sealed class ChatImages(TemporaryFolder files, GaiaService asset, GatewayServer gateway) : IAsyncDisposable
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public GatewayServer Gateway => gateway;

    public static async Task<ChatImages> StartAsync(ChatGatewayFixture fixture)
    {
        var files = new TemporaryFolder();
        var asset = await GaiaService.StartAsync(
            Resources.Asset,
            new Dictionary<string, string>
            {
                ["ConnectionStrings__assetdb"] = fixture.Postgres.ConnectionStringTo("assetdb"),
                ["ConnectionStrings__redis"] = fixture.Redis.ConnectionString,
                ["ConnectionStrings__nats"] = fixture.Nats.Url,
                ["IDENTITY_KEY"] = AuthServer.IdentityKey,
                ["ASSET_PATH"] = files.Path,
            },
            ct: Ct);
        return new(files, asset, await fixture.StartGatewayAsync(("services:asset:http:0", asset.Address.ToString())));
    }

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        await asset.DisposeAsync();
        files.Dispose();
    }
}
