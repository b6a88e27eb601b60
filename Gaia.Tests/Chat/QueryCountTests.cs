using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

/// <summary>How often a request asks the database does not grow with what it finds there. Counted in what EF Core logs, of a node that does nothing else.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class QueryCountTests(ChatNodes nodes) : IAsyncLifetime
{
    private const string Chat = "/api/v1/chat";
    private const string Conversations = "/api/v1/conversations";

    private readonly ChatUser user = nodes.NewUser();
    private GaiaService node = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => node = await GaiaService.StartAsync(
        Resources.Chat,
        new Dictionary<string, string>(nodes.Settings(nodes.Models)) { ["Logging__LogLevel__Microsoft.EntityFrameworkCore.Database.Command"] = "Information" }, Ct);

    public async ValueTask DisposeAsync()
    {
        user.Dispose();
        await node.DisposeAsync();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(40)]
    public async Task Pages_are_read_at_once(int count)
    {
        var first = await SayAsync("Hello");
        for (var more = 1; more < count; more++)
        {
            await SayAsync("Hello");
            await SayAsync("Hello", first);
        }

        Assert.Equal(1, await CountAsync(() => user.GetAsync($"{Conversations}?limit=100", node)));
        Assert.Equal(2, await CountAsync(() => user.GetAsync($"{Conversations}/{first}/messages", node)));
        Assert.Equal(1, await CountAsync(() => user.GetAsync($"{Chat}/status", node)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public async Task An_exchange_takes_as_many_queries_in_a_long_conversation_as_in_a_short_one(int before)
    {
        var conversation = await SayAsync("Hello");
        for (var more = 1; more < before; more++)
        {
            await SayAsync("Hello", conversation);
        }

        // The conversation, what was said in it, the question; then the conversation again, and the answer with all that changes by it.
        Assert.Equal(5, await CountAsync(() => SayAsync("And now?", conversation)));
    }

    private async Task<string> SayAsync(string message, string? conversation = null)
    {
        var answer = await user.PostAsync(Chat, new JsonObject { ["message"] = message, ["conversation_id"] = conversation }, node);
        return answer.GetProperty("_metadata").GetProperty("conversation_id").GetString()!;
    }

    /// <summary>Commands about conversations and messages; what the node does in the background is about other tables.</summary>
    private async Task<int> CountAsync(Func<Task> request)
    {
        var start = await MarkAsync();
        await request();
        var end = await MarkAsync();
        return node.Log[start..end].Split('\n').Count(line => line.Contains("Executed DbCommand", StringComparison.Ordinal)
            && (line.Contains("conversations", StringComparison.Ordinal) || line.Contains("messages", StringComparison.Ordinal)));
    }

    /// <returns>Where the log ends once it has all that came before: it is written in order, some time later.</returns>
    private async Task<int> MarkAsync()
    {
        var before = node.Log.Length;
        await user.GetAsync("/api/v1/usage", node);
        var end = -1;
        await Eventually.IsTrueAsync(() => (end = node.Log.IndexOf("FROM usage", before, StringComparison.Ordinal)) >= 0, TimeSpan.FromSeconds(60), Ct);
        return end;
    }
}
