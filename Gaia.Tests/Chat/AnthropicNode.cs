namespace Gaia.Tests.Chat;

/// <summary>A replica of the chat service whose provider is a fake Anthropic.</summary>
public sealed class AnthropicNode(ChatNodes nodes) : IAsyncLifetime
{
    public const string Model = "claude-fake";

    public FakeAnthropicServer Anthropic { get; private set; } = null!;

    public GaiaService Node { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Anthropic = await FakeAnthropicServer.StartAsync();
        Node = await StartAsync(FakeAnthropicServer.Key);
    }

    /// <summary>Another one, with a key that Anthropic may not know.</summary>
    public Task<GaiaService> StartAsync(string key) => GaiaService.StartAsync(
        Resources.Chat,
        new Dictionary<string, string>(nodes.Settings()) { ["ANTHROPIC_API_KEY"] = key, ["ANTHROPIC_BASE_URL"] = Anthropic.Url, ["ANTHROPIC_MODELS"] = Model },
        TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await Anthropic.DisposeAsync();
    }
}
