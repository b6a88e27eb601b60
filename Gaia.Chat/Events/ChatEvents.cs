using System.Diagnostics;
using System.Text.Json;
using NATS.Client.Core;

namespace Gaia.Chat.Events;

/// <summary>Publishes what happens to personas and in conversations. No service depends on it: while NATS is unavailable, events are dropped.</summary>
internal sealed class ChatEvents(INatsConnection nats)
{
    public void Publish(MessageStarted started) => Publish("gaia.chat.message.start", started);

    public void Publish(MessageCompletion completed) => Publish("gaia.chat.message.complete", completed);

    public void Publish(MessageFailure failed) => Publish("gaia.chat.message.failed", failed);

    public void PersonaCreated(PersonaChanged persona) => Publish("gaia.persona.created", persona);

    public void PersonaUpdated(PersonaChanged persona) => Publish("gaia.persona.updated", persona);

    public void PersonaDeleted(PersonaChanged persona) => Publish("gaia.persona.deleted", persona);

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
