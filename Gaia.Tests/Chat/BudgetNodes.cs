namespace Gaia.Tests.Chat;

/// <summary>Two replicas of the chat service under a budget of tokens for each user and day.</summary>
public sealed class BudgetNodes(ChatNodes nodes) : IAsyncLifetime
{
    public const int Tokens = 1_000;

    public GaiaService First { get; private set; } = null!;

    public GaiaService Second { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        First = await StartAsync(("BUDGET_TOKENS", $"{Tokens}"));
        Second = await StartAsync(("BUDGET_TOKENS", $"{Tokens}"));
    }

    /// <summary>One with a budget of its own.</summary>
    public Task<GaiaService> StartAsync(params (string Name, string Value)[] budget)
    {
        var settings = nodes.Settings(nodes.Models);
        foreach (var (name, value) in budget)
        {
            settings[name] = value;
        }

        return GaiaService.StartAsync(Resources.Chat, settings, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Second.DisposeAsync();
        await First.DisposeAsync();
    }
}
