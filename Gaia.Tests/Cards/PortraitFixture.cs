using Gaia.Tests.AppHost;
using Gaia.Tests.Assets;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Cards;

/// <summary>Asset, and a Chat that knows it.</summary>
public sealed class PortraitFixture(ChatNodes nodes) : IAsyncLifetime
{
    private readonly TemporaryFolder files = new();

    public AssetServer Assets { get; private set; } = null!;

    public ChatNode Chat { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = nodes.Settings();
        Assets = await AssetServer.StartAsync(
            new Dictionary<string, string>(settings) { ["ConnectionStrings__assetdb"] = nodes.Postgres.ConnectionStringTo("assetdb"), ["ASSET_PATH"] = files.Path });
        Chat = await ChatNode.StartAsync(new Dictionary<string, string>(settings) { ["services__asset__http__0"] = Assets.Address.ToString() });
    }

    public async ValueTask DisposeAsync()
    {
        await Chat.DisposeAsync();
        await Assets.DisposeAsync();
        files.Dispose();
    }
}
