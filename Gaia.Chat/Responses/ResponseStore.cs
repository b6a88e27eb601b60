using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Chat.Errors;
using Gaia.Chat.OpenAIProtocol;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Responses;

/// <summary>The stored responses of users. Nobody finds another's.</summary>
internal sealed class ResponseStore(ChatDb db)
{
    private const string Prefix = "resp_";

    public static string Name(Guid id) => $"{Prefix}{id:N}";

    public Task<ResponseRecord?> FindAsync(string name, CurrentUser user, CancellationToken ct) => Id(name) is { } id
        ? db.Responses.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id && r.UserId == user.Id, ct)
        : Task.FromResult<ResponseRecord?>(null);

    /// <summary>What was said up to a response and with it; nothing when there is none to go on from.</summary>
    /// <exception cref="ChatException">The user has no such response.</exception>
    public async Task<IReadOnlyList<CompletionMessage>> MessagesUpToAsync(string? name, CurrentUser user, CancellationToken ct) => name is null
        ? []
        : await FindAsync(name, user, ct) is { } response
            ? JsonSerializer.Deserialize<List<CompletionMessage>>(response.Messages, EventJson.Options)!
            : throw new ChatException(StatusCodes.Status400BadRequest, "previous_response_not_found", $"Response \"{name}\" not found", "previous_response_id");

    public async Task AddAsync(Guid id, CurrentUser user, DateTimeOffset now, JsonObject body, IReadOnlyList<CompletionMessage> messages, CancellationToken ct)
    {
        db.Add(new ResponseRecord
        {
            Id = id,
            UserId = user.Id!.Value,
            CreatedAt = now,
            Body = body.ToJsonString(EventJson.Options),
            Messages = JsonSerializer.Serialize(messages, EventJson.Options),
        });
        await db.SaveChangesAsync(ct);
    }

    /// <returns>False when there is none.</returns>
    public async Task<bool> DeleteAsync(string name, CurrentUser user, CancellationToken ct) =>
        Id(name) is { } id && await db.Responses.Where(r => r.Id == id && r.UserId == user.Id).ExecuteDeleteAsync(ct) > 0;

    public Task DeleteExpiredAsync(DateTimeOffset now, CancellationToken ct)
    {
        var expired = now - ResponseRecord.Lifetime;
        return db.Responses.Where(r => r.CreatedAt < expired).ExecuteDeleteAsync(ct);
    }

    private static Guid? Id(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && Guid.TryParseExact(name[Prefix.Length..], "N", out var id) ? id : null;
}
