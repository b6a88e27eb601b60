using Gaia.Events;
using Gaia.Events.Journal;
using Gaia.Gateway.Services;

namespace Gaia.Gateway.Events;

/// <summary>What the services' databases have of their journals.</summary>
/// <remarks>Every call throws <see cref="HttpRequestException"/> when the service does not answer, or cannot.</remarks>
internal sealed class EventArchiveClient(ServiceClient services)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    public Task<JournalPage> ReadAsync(string source, long after, EventTypePattern types, CancellationToken ct) =>
        GetAsync<JournalPage>(source, $"?after={after}&type={Uri.EscapeDataString(types.ToString())}", ct);

    /// <summary>How many events follow a position.</summary>
    public async Task<int> CountAsync(string source, long after, EventTypePattern types, CancellationToken ct) =>
        (await GetAsync<EventCount>(source, $"/count?after={after}&type={Uri.EscapeDataString(types.ToString())}", ct)).Events;

    /// <summary>The position of the last event before a time; of the last one when that is null.</summary>
    public async Task<long> FindPositionAsync(string source, DateTimeOffset? from, CancellationToken ct) =>
        (await GetAsync<JournalPosition>(source, $"/position{(from is { } time ? $"?from={Uri.EscapeDataString($"{time:O}")}" : "")}", ct)).Position;

    private async Task<T> GetAsync<T>(string source, string what, CancellationToken ct)
        where T : class =>
        await services.ReadAsync<T>(new(HttpMethod.Get, $"http://{source}/internal/events{what}"), Deadline, ct)
        ?? throw new HttpRequestException(HttpRequestError.InvalidResponse, $"{source} did not tell its events.");
}
