using Gaia.Tests.AppHost;
using Gaia.Tests.Assets;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Cards;

/// <summary>Asset, and a Chat that knows it.</summary>
public sealed class PortraitFixture(ChatNodes nodes) : IAsyncLifetime
{
    private readonly TemporaryFolder files = new();

    public GaiaService Assets { get; private set; } = null!;

    public GaiaService Chat { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = nodes.Settings();
        Assets = await GaiaService.StartAsync(
            Resources.Asset,
            new Dictionary<string, string>(settings) { ["ConnectionStrings__assetdb"] = nodes.Postgres.ConnectionStringTo("assetdb"), ["ASSET_PATH"] = files.Path });
        Chat = await GaiaService.StartAsync(Resources.Chat, new Dictionary<string, string>(settings) { ["services__asset__http__0"] = Assets.Address.ToString() });
    }

    public async ValueTask DisposeAsync()
    {
        await Chat.DisposeAsync();
        await Assets.DisposeAsync();
        files.Dispose();
    }
}
