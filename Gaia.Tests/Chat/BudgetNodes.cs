namespace Gaia.Tests.Chat;

/// <summary>Two replicas of the chat service under a budget of tokens for each user and day.</summary>
public sealed class BudgetNodes(ChatNodes nodes) : IAsyncLifetime
{
    public const int Tokens = 1_000;

    public ChatNode First { get; private set; } = null!;

    public ChatNode Second { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        First = await StartAsync(("BUDGET_TOKENS", $"{Tokens}"));
        Second = await StartAsync(("BUDGET_TOKENS", $"{Tokens}"));
    }

    /// <summary>One with a budget of its own.</summary>
    public Task<ChatNode> StartAsync(params (string Name, string Value)[] budget)
    {
        var settings = nodes.Settings(nodes.Models);
        foreach (var (name, value) in budget)
        {
            settings[name] = value;
        }

        return ChatNode.StartAsync(settings, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Second.DisposeAsync();
        await First.DisposeAsync();
    }
}
