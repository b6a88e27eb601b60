using System.Text.Json;
using System.Text.Json.Nodes;
using NATS.Client.Core;

namespace Gaia.Tests.Chat;

[Collection(ChatNodesDefinition.Name)]
public sealed class ChatEventTests(ChatNodes nodes)
{
    [Fact]
    public async Task An_answer_is_told_when_it_begins_and_when_it_is_stored()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new());
        await using var events = await Events.ListenAsync(nodes.Nats.Url, "gaia.chat.message.*");

        var answer = await user.PostAsync("/api/v1/chat", new JsonObject { ["message"] = script.Key });
        var conversation = answer.GetProperty("_metadata").GetProperty("conversation_id").GetString();

        var started = await events.NextAsync("gaia.chat.message.start", e => e.GetProperty("conversation_id").GetString() == conversation);
        var completed = await events.NextAsync("gaia.chat.message.complete", e => e.GetProperty("conversation_id").GetString() == conversation);
        Assert.Equal(user.Id, started.GetProperty("user_id").GetGuid());
        Assert.Equal(1, completed.GetProperty("version").GetInt32());
        Assert.Equal(3, completed.GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task A_failure_is_told_by_its_code()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Status = 401, Body = "{}" });
        await using var events = await Events.ListenAsync(nodes.Nats.Url, "gaia.chat.message.*");

        using var answer = await user.TryAsync("/api/v1/chat", new JsonObject { ["message"] = script.Key });

        var failed = await events.NextAsync("gaia.chat.message.failed", e => e.GetProperty("user_id").GetGuid() == user.Id);
        Assert.Equal("provider_failed", failed.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_persona_is_told_when_it_is_made_changed_and_deleted()
    {
        using var user = nodes.NewUser();
        await using var events = await Events.ListenAsync(nodes.Nats.Url, "gaia.persona.*");

        var persona = (await user.PostAsync("/api/v1/chat/personas", new JsonObject
        {
            ["name"] = $"Herald {Guid.CreateVersion7()}",
            ["description"] = "Tells",
            ["system_prompt"] = "You tell.",
        })).GetProperty("persona").GetProperty("id").GetGuid();
        using var deleted = await user.At().DeleteAsync($"/api/v1/chat/personas/{persona}", TestContext.Current.CancellationToken);

        await events.NextAsync("gaia.persona.created", e => e.GetProperty("persona_id").GetGuid() == persona);
        var last = await events.NextAsync("gaia.persona.deleted", e => e.GetProperty("persona_id").GetGuid() == persona);
        Assert.Equal(2, last.GetProperty("persona_version").GetInt64());
    }

    /// <summary>Hears what is told on NATS, from the moment it listens.</summary>
    private sealed class Events : IAsyncDisposable
    {
        private readonly NatsConnection nats;
        private readonly INatsSub<byte[]> subscription;

        private Events(NatsConnection nats, INatsSub<byte[]> subscription) => (this.nats, this.subscription) = (nats, subscription);

        public static async Task<Events> ListenAsync(string url, string subject)
        {
            var nats = new NatsConnection(new NatsOpts { Url = url });
            var subscription = await nats.SubscribeCoreAsync<byte[]>(subject, cancellationToken: TestContext.Current.CancellationToken);

            // The server has heard of the subscription once it answers.
            await nats.PingAsync(TestContext.Current.CancellationToken);
            return new(nats, subscription);
        }

        public async Task<JsonElement> NextAsync(string subject, Predicate<JsonElement> isWanted)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            deadline.CancelAfter(TimeSpan.FromMinutes(1));
            while (true)
            {
                var message = await subscription.Msgs.ReadAsync(deadline.Token);
                if (message.Subject == subject && JsonElement.Parse(message.Data!) is var told && isWanted(told))
                {
                    return told;
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await subscription.DisposeAsync();
            await nats.DisposeAsync();
        }
    }
}
