using System.Diagnostics;
using System.Text.Json;
using Gaia.Chat.Personas;
using Gaia.Chat.Errors;
using Gaia.Chat.Replies;
using Gaia.Chat.Usage;
using NATS.Client.Core;

namespace Gaia.Chat.Events;

/// <summary>Tells the other services what happens to personas and in conversations. Nobody depends on it: while NATS is away, nothing is told.</summary>
internal sealed class ChatEvents(INatsConnection nats, TimeProvider clock)
{
    public void Started(ConversationTurn turn) => Publish("gaia.chat.message.start", new MessageStarted(
        turn.RequestId, turn.ConversationId, turn.UserId, turn.Responder.Persona?.Id, turn.Responder.Candidates[0].Id, clock.GetUtcNow()));

    public void Completed(ConversationTurn turn, TokenUsage usage) => Publish("gaia.chat.message.complete", new MessageCompleted(
        turn.RequestId,
        turn.ConversationId,
        turn.UserId,
        turn.Responder.Persona?.Id,
        usage.Model.Id,
        usage.Tokens.PromptTokens,
        usage.Tokens.CompletionTokens,
        clock.GetUtcNow()));

    public void Failed(ConversationTurn turn, ChatException failure) => Publish("gaia.chat.message.failed", new MessageFailed(
        turn.RequestId, turn.ConversationId, turn.UserId, failure.Code, clock.GetUtcNow()));

    public void PersonaCreated(Persona persona, Guid? by) => Publish("gaia.persona.created", EventOf(persona, by));

    public void PersonaUpdated(Persona persona, Guid? by) => Publish("gaia.persona.updated", EventOf(persona, by));

    public void PersonaDeleted(Persona persona, Guid? by) => Publish("gaia.persona.deleted", EventOf(persona, by));

    private PersonaChanged EventOf(Persona persona, Guid? by) => new(persona.Id, persona.Version, by, clock.GetUtcNow());

    private void Publish<T>(string subject, T @event)
    {
        // A publication would otherwise wait until NATS is back.
        if (nats.ConnectionState is NatsConnectionState.Open)
        {
            var headers = Activity.Current?.Id is { } trace ? new NatsHeaders { ["traceparent"] = trace } : null;
            _ = nats.PublishAsync(subject, JsonSerializer.SerializeToUtf8Bytes(@event, EventJson.Options), headers).AsTask();
        }
    }
}
