namespace Gaia.Tests.Chat;

/// <summary>A replica of the chat service whose model has prices for audio: a dollar a second, and a dollar a character.</summary>
public sealed class AudioNode(ChatNodes nodes) : IAsyncLifetime
{
    public const string Model = "fake-small";

    public GaiaService Node { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Node = await StartAsync();

    /// <summary>Another one, with a setting of its own.</summary>
    public Task<GaiaService> StartAsync(params (string Name, string Value)[] more)
    {
        var settings = nodes.Settings(nodes.Models);
        foreach (var (name, value) in more.Append(($"Models__Prices__{Model}__Minute", "60")).Append(($"Models__Prices__{Model}__Characters", "1000000")))
        {
            settings[name] = value;
        }

        return GaiaService.StartAsync(Resources.Chat, settings, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
