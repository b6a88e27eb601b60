using System.ComponentModel.DataAnnotations;
using Gaia.Auth.Revocations;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.ApiKeys;

/// <summary>Gives a key a new text. The old one goes on for the grace asked for, and not a moment longer.</summary>
internal sealed partial class RotateApiKey(
    AuthDb db, CurrentUser caller, RevocationLog revocations, IHostEnvironment environment, TimeProvider clock, ILogger<RotateApiKey> log)
{
    private const int LongestGrace = 7 * 24 * 60 * 60;

    public sealed record Request([Range(0, RotateApiKey.LongestGrace)] int GraceSeconds = 0);

    public static async Task<Results<Ok<NewApiKey>, ProblemHttpResult>> Handle(Guid id, RotateApiKey rotate, CancellationToken ct, Request? request = null) =>
        await rotate.RunAsync(id, TimeSpan.FromSeconds(request?.GraceSeconds ?? 0), ct) is { } key
            ? TypedResults.Ok(key)
            : TypedResults.Problem("API key not found", statusCode: StatusCodes.Status404NotFound);

    private async Task<NewApiKey?> RunAsync(Guid id, TimeSpan grace, CancellationToken ct)
    {
        var text = ApiKeyText.Create(CreateApiKey.EnvironmentWord(environment));
        var key = await revocations.CommitAsync(() => ReplaceAsync(id, text, grace, ct), ct);
        if (key is null)
        {
            return null;
        }

        LogRotated(id, key.OwnerId);
        return NewApiKey.Of(key, text);
    }

    private async Task<ApiKey?> ReplaceAsync(Guid id, string text, TimeSpan grace, CancellationToken ct)
    {
        // Locked, so that of two rotations at once the second one sees what the first one did.
        var key = await db.ApiKeys.FromSql($"SELECT * FROM api_keys WHERE id = {id} AND owner_id = {caller.Id} FOR NO KEY UPDATE").SingleOrDefaultAsync(ct);
        if (key is null)
        {
            return null;
        }

        var keepsOld = grace > TimeSpan.Zero;
        key.PreviousHash = keepsOld ? key.Hash : null;
        key.PreviousUntil = keepsOld ? clock.GetUtcNow() + grace : null;
        key.Hash = ApiKeyText.Hash(text);
        key.Hint = ApiKey.HintOf(text);
        db.Record(new KeyRotated(id, key.OwnerId, key.PreviousUntil));
        await db.SaveChangesAsync(ct);

        // With a grace too: what caches know of the old text has no end yet.
        await revocations.RevokeAsync(id, RevocationReason.KeyChanged, ct);
        return key;
    }

    [LoggerMessage(LogLevel.Information, "API key {KeyId} of user {UserId} rotated")]
    private partial void LogRotated(Guid keyId, Guid userId);
}
