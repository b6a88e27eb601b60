namespace Gaia.Tests.Chat;

/// <summary>A replica of the chat service whose provider is a fake Ollama.</summary>
public sealed class OllamaNode(ChatNodes nodes) : IAsyncLifetime
{
    public FakeOllamaServer Ollama { get; private set; } = null!;

    public GaiaService Node { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Ollama = await FakeOllamaServer.StartAsync(FreePort.Next());
        Node = await GaiaService.StartAsync(Resources.Chat, new Dictionary<string, string>(nodes.Settings()) { ["OLLAMA_URL"] = Ollama.Url }, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await Ollama.DisposeAsync();
    }
}
