using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Assets;

/// <summary>An image model, with a queue, databases and a Chat for nobody but the one test that starts it.</summary>
internal sealed class ModelFixture : IAsyncDisposable
{
    public const string ModelName = "test-model";
    public const string Price = "0.04";

    private readonly AssetFixture stack;
    private GaiaService? chat;

    private ModelFixture(AssetFixture stack, ImageModel model, NatsServer nats)
    {
        this.stack = stack;
        Model = model;
        Nats = nats;
    }

    public ImageModel Model { get; }

    public NatsServer Nats { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<ModelFixture> StartAsync(AssetFixture stack, params (string Name, string Value)[] chat)
    {
        var fixture = await StartWithoutChatAsync(stack);
        await fixture.StartChatAsync(chat);
        return fixture;
    }

    public static async Task<ModelFixture> StartWithoutChatAsync(AssetFixture stack) => new(stack, await ImageModel.StartAsync(), await NatsServer.StartAsync(ct: Ct));

    /// <summary>Chat, which counts what pictures cost.</summary>
    public async Task StartChatAsync(params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>
        {
            ["DATABASE_URL"] = stack.DatabaseUrl($"chat{Nats.Port}"),
            ["REDIS_URL"] = stack.RedisUrl,
            ["NATS_URL"] = Nats.Url,
            ["IDENTITY_KEY"] = AssetFixture.IdentityKey,
            ["Models__FindsOllama"] = "false",
        };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        chat = await GaiaService.StartAsync(Resources.Chat, environment, Ct);
    }

    /// <summary>A replica of Asset that asks the model.</summary>
    /// <param name="changes">Variables that differ from the usual ones.</param>
    public Task<GaiaService> StartWorkerAsync(params (string Name, string Value)[] changes) => stack.StartReplicaAsync(
    [
        ("DATABASE_URL", stack.DatabaseUrl($"generation{Nats.Port}")),
        ("NATS_URL", Nats.Url),
        ("OPENAI_IMAGE_MODEL", ModelName),
        ("OPENAI_IMAGE_PRICE", Price),
        ("OPENAI_BASE_URL", $"{Model.Url}"),
        ("OPENAI_API_KEY", "test"),
        ("Generation__AckWait", "00:00:02"),
        .. changes,
    ]);

    public async Task<JsonElement> UsageOfAsync(AssetUser user)
    {
        using var same = new AssetUser(chat!.Address, user.Id, [Scopes.Chat]);
        return await same.JsonAsync("/api/v1/usage");
    }

    public static async Task<(Guid Id, string Location)> RequestAsync(AssetUser user, object request)
    {
        using var answer = await user.PostAsJsonAsync("/api/v1/assets/generate", request, Ct);
        var ticket = await AssetUser.ReadAsync(answer, HttpStatusCode.Accepted);
        Assert.Equal("queued", ticket.GetProperty("status").GetString());
        return (ticket.GetProperty("asset_id").GetGuid(), answer.Headers.Location!.ToString());
    }

    public static async Task<JsonElement> FinishedAsync(AssetUser user, string location)
    {
        var last = default(JsonElement);
        await Eventually.IsTrueAsync(
            async () => (last = await user.JsonAsync(location)).GetProperty("status").GetString() is "complete" or "failed", TimeSpan.FromSeconds(60), Ct);
        return last;
    }

    public async ValueTask DisposeAsync()
    {
        if (chat is not null)
        {
            await chat.DisposeAsync();
        }

        await Nats.DisposeAsync();
        await Model.DisposeAsync();
    }
}
