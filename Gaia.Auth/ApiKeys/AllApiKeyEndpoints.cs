using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.ApiKeys;

/// <summary>The API keys of all owners, for administrators.</summary>
internal static class AllApiKeyEndpoints
{
    private const int PageLimit = 200;
    private const string Escape = "\\";

    public static void MapAllApiKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/api/v1/admin/api-keys").WithTags("API keys").RequireScope(Scopes.Admin);
        keys.MapGet("", List).WithName("ListAllApiKeys").WithSummary("List the API keys of all users")
            .WithDescription("Newest first, in pages. `search` finds a part of a key's name or beginning, or of its owner's name or e-mail address.");
        keys.MapPut("/{id}/rate-limit", LimitApiKey.Handle).WithName("LimitAnyApiKey").WithSummary("Limit an API key")
            .WithDescription("Sets how many requests per minute an API key may make, at most as many as its owner; null removes the limit. Access tokens that the key was exchanged for end.")
            .FailsWith(StatusCodes.Status404NotFound, "No API key has this id.");
        keys.MapDelete("/{id}", RevokeApiKey.HandleOfAnyOwnerAsync).WithName("RevokeAnyApiKey").WithSummary("Revoke an API key of any user")
            .WithDescription("Deletes a key. Every gateway refuses it at once.")
            .FailsWith(StatusCodes.Status404NotFound, "No API key has this id.");
    }

    /// <param name="search">A part of the key's name or beginning, or of its owner's name or e-mail address; case does not matter.</param>
    /// <param name="cursor">The last key of the page before.</param>
    private static async Task<OwnedApiKeyList> List(
        AuthDb db, CancellationToken ct, [Range(1, PageLimit)] int limit = 50, Guid? cursor = null, [StringLength(100)] string? search = null)
    {
        var keys = db.ApiKeys.AsQueryable();
        if (search is { Length: > 0 })
        {
            var pattern = $"%{search.Replace(Escape, @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";
            keys = keys.Where(k => EF.Functions.ILike(k.Name, pattern, Escape) || EF.Functions.ILike(k.Hint, pattern, Escape)
                || EF.Functions.ILike(k.Owner.Name!, pattern, Escape) || EF.Functions.ILike(k.Owner.Email!, pattern, Escape));
        }

        var total = await keys.CountAsync(ct);

        // Ids grow with time: the newest come first.
        var found = await keys.Where(k => cursor == null || k.Id < cursor).OrderByDescending(k => k.Id).Take(limit + 1).Select(OwnedApiKey.From).ToListAsync(ct);
        return new([.. found.Take(limit)], total, found.Count > limit ? found[limit - 1].Id : null);
    }
}

/// <param name="Total">On all pages.</param>
internal sealed record OwnedApiKeyList(IReadOnlyList<OwnedApiKey> ApiKeys, int Total, Guid? NextCursor);

/// <param name="Hint">How the key begins.</param>
internal sealed record OwnedApiKey(
    Guid Id, string Name, string Hint, string[] Scopes, KeyOwner Owner, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, int? RateLimit)
{
    public static readonly Expression<Func<ApiKey, OwnedApiKey>> From = k => new(
        k.Id, k.Name, k.Hint, k.Scopes, new(k.OwnerId, k.Owner.Email, k.Owner.Name, k.Owner.DisabledAt != null), k.CreatedAt, k.ExpiresAt, k.LastUsedAt, k.RateLimit);
}

internal sealed record KeyOwner(Guid Id, string? Email, string? Name, bool IsDisabled);
