using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Gaia.Auth.Users;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.ApiKeys;

/// <summary>Makes a key that can do at most what its maker can; by default all of that but administration.</summary>
internal sealed partial class CreateApiKey(AuthDb db, CurrentUser caller, IHostEnvironment environment, TimeProvider clock, ILogger<CreateApiKey> log)
{
    public sealed record Request(
        [Required, StringLength(ApiKey.NameLimit, MinimumLength = 1), SingleLine] string Name,
        [KnownScopes] string[]? Scopes = null,
        DateTimeOffset? ExpiresAt = null,
        [KeyRateLimit] int? RateLimit = null) : IValidatableObject
    {
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (ExpiresAt <= validationContext.GetRequiredService<TimeProvider>().GetUtcNow())
            {
                yield return new("The key would have expired already.", [nameof(ExpiresAt)]);
            }
        }
    }

    /// <summary>The word in the key that says where it is valid.</summary>
    public static string EnvironmentWord(IHostEnvironment environment) => environment.IsDevelopment() ? "dev" : "live";

    public static async Task<Results<Created<NewApiKey>, ProblemHttpResult>> Handle(
        Request request, CreateApiKey create, RepeatableKeys repeatable, HttpContext http, CancellationToken ct) =>
        IdempotencyKey.Of(http) switch
        {
            null => await create.RunAsync(request, ct),
            { Refusal: { } refusal } => refusal,
            var key => await repeatable.ExecuteOnceAsync(key, IdempotencyKey.Hash(JsonSerializer.Serialize(request)), () => create.RunAsync(request, ct), ct),
        };

    private async Task<Results<Created<NewApiKey>, ProblemHttpResult>> RunAsync(Request request, CancellationToken ct)
    {
        var scopes = request.Scopes ?? [.. caller.Scopes.Where(s => s != Scopes.Admin)];
        if (scopes.Except(caller.Scopes).Any())
        {
            return TypedResults.Problem("A key cannot do more than its owner.", statusCode: StatusCodes.Status403Forbidden);
        }

        if (await db.ApiKeys.CountAsync(k => k.OwnerId == caller.Id, ct) >= ApiKey.CountLimit)
        {
            return TypedResults.Problem($"An account has at most {ApiKey.CountLimit} keys. Revoke one first.", statusCode: StatusCodes.Status409Conflict);
        }

        var text = ApiKeyText.Create(EnvironmentWord(environment));
        var key = new ApiKey
        {
            OwnerId = caller.Id!.Value,
            Name = request.Name,
            Hash = ApiKeyText.Hash(text),
            Hint = ApiKey.HintOf(text),
            Scopes = [.. Scopes.All.Intersect(scopes)],
            CreatedAt = clock.GetUtcNow(),
            ExpiresAt = request.ExpiresAt?.ToUniversalTime(),
            RateLimit = request.RateLimit,
        };
        db.Add(key);
        db.Record(new KeyCreated(key.Id, key.OwnerId, key.Scopes, key.ExpiresAt));
        await db.SaveChangesAsync(ct);
        LogCreated(key.Id, key.OwnerId);
        return NewApiKey.Of(key, text).AsCreated();
    }

    [LoggerMessage(LogLevel.Information, "API key {KeyId} of user {UserId} created")]
    private partial void LogCreated(Guid keyId, Guid userId);
}
