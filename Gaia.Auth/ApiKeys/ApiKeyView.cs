using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Auth.ApiKeys;

/// <param name="RateLimit">Requests per minute; null: as many as its owner.</param>
internal sealed record ApiKeyView(
    Guid Id, string Name, string Hint, string[] Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, int? RateLimit)
{
    public static readonly Expression<Func<ApiKey, ApiKeyView>> From =
        k => new(k.Id, k.Name, k.Hint, k.Scopes, k.CreatedAt, k.ExpiresAt, k.LastUsedAt, k.RateLimit);
}

internal sealed record ApiKeyList(IReadOnlyList<ApiKeyView> ApiKeys, int Total);

/// <summary>An API key together with its text, which nobody is ever told again but who repeats the very request.</summary>
internal sealed record NewApiKey(Guid Id, string Name, string Key, string Hint, string[] Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, int? RateLimit)
{
    public static NewApiKey Of(ApiKey key, string text) => new(key.Id, key.Name, text, key.Hint, key.Scopes, key.CreatedAt, key.ExpiresAt, key.RateLimit);

    public Created<NewApiKey> AsCreated() => TypedResults.Created($"/api/v1/auth/api-keys/{Id}", this);
}
