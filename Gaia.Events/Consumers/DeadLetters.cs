using Gaia.Events.Journal;
using StackExchange.Redis;

namespace Gaia.Events.Consumers;

/// <summary>Events that a group failed to handle.</summary>
internal sealed class DeadLetters(JournalKeys keys)
{
    private const int Kept = 100_000;
    private const int ReasonLimit = 500;

    public Task AddAsync(IDatabase redis, string group, JournalEntry @event, int failures, string reason) => redis.StreamAddAsync(
        keys.DeadLetters,
        [
            new("group", group),
            new("position", @event.Position),
            new(JournalEntry.TypeField, @event.Type),
            new("failures", failures),
            new("reason", reason.Length > ReasonLimit ? reason[..ReasonLimit] : reason),
            new(JournalEntry.EventField, @event.Json),
        ],
        maxLength: Kept,
        useApproximateMaxLength: true);
}
